#include "models/position_costs.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"
#include "models/position_plan.h"
#include "nn/path_encoder.h"

namespace cairn {

namespace {

struct Counted {
  Index nodes;
  Index slots;
  PathBytes paths;
};

Counted counted(const Dataset& dataset, const TrainConfig& config) {
  const PositionPlan plan = plan_position(dataset, {}, config, config.seed);
  const AnchorSet anchors = anchors_at(plan, dataset, 0);
  Counted counts{.nodes = dataset.node_count(), .slots = 0, .paths = {}};
  const PositionInput position = prepare_position(plan, dataset, anchors);
  for (const PathDirection direction : position.directions()) {
    const PathBytes one = planned_bytes(dataset.graph, anchors,
                                        {.max_hops = config.max_hops,
                                         .direction = direction,
                                         .weighted = config.weighted_paths,
                                         .siblings = config.paths == "siblings",
                                         .one_predecessor = config.paths == "tree"});
    counts.slots += anchors.slot_count();
    counts.paths.items += one.items;
    counts.paths.dag_arcs += one.dag_arcs;
    counts.paths.peak = counts.paths.result + one.peak;  // what one way left is held while the next is listed
    counts.paths.result += one.result;
  }
  return counts;
}

PositionCosts costs_of(const Counted& counts, const TrainConfig& config, Index slots_at_once) {
  const PathEncoderBytes bytes =
      planned_bytes(counts.nodes, counts.slots, config.path_width, counts.paths, slots_at_once);
  return {.anchors = counts.slots,
          .items = counts.paths.items,
          .dag_arcs = counts.paths.dag_arcs,
          .plan_bytes = bytes.plan,
          .state_bytes = bytes.states,
          .gradient_bytes = bytes.gradient,
          .peak_bytes = bytes.total,
          .slots_at_once = slots_at_once == 0 ? counts.slots : std::min(slots_at_once, counts.slots)};
}

}  // namespace

PositionCosts position_costs(const Dataset& dataset, const TrainConfig& config) {
  return costs_of(counted(dataset, config), config, config.slots_at_once);
}

Index slots_within(const Dataset& dataset, const TrainConfig& config, Index bytes) {
  const Counted counts = counted(dataset, config);
  for (Index slots = counts.slots; slots >= 1; slots = slots / 2) {
    if (costs_of(counts, config, slots).peak_bytes <= bytes) return slots;
  }
  throw UsageError(fmt::format("--max-memory: expected at least {} bytes for one anchor at a time, found {}",
                               costs_of(counts, config, 1).peak_bytes, bytes));
}

}  // namespace cairn
