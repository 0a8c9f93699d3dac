#include "models/position_costs.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "models/defaults.h"
#include "models/position_plan.h"
#include "nn/path_encoder.h"

namespace cairn {

namespace {

struct Lists {
  bool kept = false;    // as long as the model trains
  bool looked = false;  // looked through for distances along weights, and let go
  bool spared = false;  // not made: hops are searched for
};

Lists lists_of(const TrainConfig& config) {
  Lists lists;
  for (const std::string_view part : model_parts(config.model)) {
    const bool along_paths = config.paths == "all" || config.paths == "tree" || config.paths == "siblings";
    if (part == "gir" && along_paths) lists.kept = true;
    const bool by_distance = part == "pgnn" || part == "gir-dist" || (part == "gir" && config.paths == "distance");
    if (by_distance) (config.weighted_paths ? lists.looked : lists.spared) = true;
  }
  return lists;
}

/// The most that one way of paths takes beside what is kept of the others.
Index listing_bytes(const PathBytes& paths, const PathEncoderBytes& plan, Index pairs, Lists lists) {
  Index most = paths.peak;
  // Lists of arcs are taken over, the others are written anew.
  if (lists.kept) most = std::max(most, paths.result + plan.plan - 2 * 4 * paths.dag_arcs);
  // Distance and nearest anchor of every pair, and where the path of each item starts.
  if (lists.looked) most = std::max(most, paths.result + pairs * (8 + 4) + paths.items * 4);
  return most;
}

}  // namespace

PositionCosts position_costs(const Dataset& dataset, const TrainConfig& config) {
  const Lists lists = lists_of(config);
  if (!lists.kept && !lists.looked && !lists.spared) return {};
  const PositionPlan plan = plan_position(dataset, {}, config, config.seed);
  const AnchorSet anchors = anchors_at(plan, dataset, 0);
  PositionCosts costs;
  const PositionInput position = prepare_position(plan, dataset, anchors);
  if (!lists.kept && !lists.looked) return {.anchors = position.slot_count()};
  const Index nodes = dataset.node_count();
  for (const PathDirection direction : position.directions()) {
    const PathBytes paths = planned_bytes(dataset.graph, anchors,
                                          {.max_hops = config.max_hops,
                                           .direction = direction,
                                           .weighted = config.weighted_paths,
                                           .siblings = config.paths == "siblings",
                                           .one_predecessor = config.paths == "tree"});
    const Index slots = anchors.slot_count();
    const PathEncoderBytes kept = planned_bytes(nodes, slots, config.path_width, paths);
    costs.anchors += slots;
    costs.items += paths.items;
    costs.dag_arcs += paths.dag_arcs;
    costs.listing_bytes =
        std::max(costs.listing_bytes, costs.list_bytes + listing_bytes(paths, kept, nodes * slots, lists));
    if (lists.kept) costs.list_bytes += kept.plan;
  }
  // Two ways are listed each by itself, then side by side.
  if (lists.kept && position.directions().size() > 1 && config.slots_at_once == 0) {
    costs.listing_bytes = std::max(costs.listing_bytes, 2 * costs.list_bytes);
  }
  return costs;
}

}  // namespace cairn
