#include "nn/position_input.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "core/error.h"
#include "nn/path_plan.h"
#include "position/path_sampler.h"

namespace cairn {

struct PositionInput::Prepared {
  Graph graph;
  std::vector<std::int32_t> graph_of_node;
  AnchorSet anchors;
  PositionOptions options;
  PathSource source;

  std::mutex mutex;
  std::map<PathForm, std::shared_ptr<const kernels::PathPlan>> plans;
  std::vector<PathDirection> directions;
  std::map<std::pair<Normalization, PathDirection>, Propagation> propagations;
  std::map<bool, std::shared_ptr<const kernels::AnchorLinks>> marks;  // by one_channel
  std::optional<AnchorDistances> distances;
  std::map<Index, std::vector<PositionInput>> slices;  // by their slots
  std::optional<PathSampler> sampler;
  std::shared_ptr<const kernels::PathPlan> batch;  // its drawn paths; null: all nodes
  Index batch_count = 0;

  PathOptions path_options(PathForm form, PathDirection direction) const {
    return {.max_hops = options.max_hops,
            .direction = direction,
            .weighted = options.weighted,
            .siblings = form == PathForm::siblings,
            .one_predecessor = form == PathForm::tree,
            .tree_key = options.tree_key,
            .first_slot = options.first_slot};
  }
  PathItems items(PathForm form, PathDirection direction) const {
    return source(graph, anchors, path_options(form, direction));
  }
};

PositionInput::PositionInput(Graph graph, std::vector<std::int32_t> graph_of_node, AnchorSet anchors,
                             const PositionOptions& options, PathSource source)
    : prepared_(std::make_shared<Prepared>()) {
  prepared_->graph = std::move(graph);
  prepared_->graph_of_node = std::move(graph_of_node);
  prepared_->anchors = std::move(anchors);
  prepared_->options = options;
  prepared_->source = std::move(source);
  if (!prepared_->graph.directed()) {  // both ways are one
    prepared_->options.from = options.from || options.towards;
    prepared_->options.towards = false;
  }
  if (options.slots_at_once < 0) {
    throw UsageError(fmt::format("positions: expected at least 0 slots at once, found {}", options.slots_at_once));
  }
  if (prepared_->options.from) prepared_->directions.push_back(PathDirection::from_anchor);
  if (prepared_->options.towards) prepared_->directions.push_back(PathDirection::towards_anchor);
  if (directions().empty()) throw UsageError("positions: expected paths from the anchors, to them, or both");
}

const Graph& PositionInput::graph() const { return prepared_->graph; }
const AnchorSet& PositionInput::anchors() const { return prepared_->anchors; }
const std::vector<std::int32_t>& PositionInput::graph_of_node() const { return prepared_->graph_of_node; }

const std::vector<PathDirection>& PositionInput::directions() const { return prepared_->directions; }

bool PositionInput::is_batch() const { return prepared_->batch != nullptr; }
Index PositionInput::row_count() const { return is_batch() ? prepared_->batch_count : node_count(); }

Index PositionInput::slot_count() const {
  if (is_batch()) return prepared_->batch->slot_count;
  return prepared_->anchors.slot_count() * static_cast<Index>(directions().size());
}

void PositionInput::require_whole(const char* what) const {
  if (is_batch()) throw ShapeError(fmt::format("positions: a batch has its paths alone, no {}", what));
}

PositionBatch PositionInput::batch(std::span<const NodeId> nodes, Index fan_out, const Rng& rng) const {
  require_whole("batches");
  const std::lock_guard lock(prepared_->mutex);
  if (!prepared_->sampler) {
    std::vector<PathTable> tables;
    for (const PathDirection direction : directions()) {
      tables.push_back(path_table(graph(), anchors(), prepared_->path_options(PathForm::all, direction),
                                  prepared_->options.path_counts));
    }
    prepared_->sampler.emplace(std::move(tables));
  }
  SampledPaths paths = prepared_->sampler->draw(nodes, fan_out, rng);
  auto drawn = std::make_shared<Prepared>();
  std::vector<NodeId> met = std::move(paths.nodes);
  paths.nodes.resize(met.size());
  drawn->graph = Graph::from_edges(static_cast<Index>(met.size()), {});
  drawn->batch_count = paths.batch_count;
  drawn->batch = make_path_plan(std::move(paths));
  return {PositionInput(std::move(drawn)), std::move(met)};
}

namespace {
/// The groups of slots first .. first + count - 1.
AnchorSet part_of(const AnchorSet& anchors, Index first, Index count) {
  AnchorSet part;
  const std::vector<std::int32_t> slots = anchors.slots();
  for (std::size_t g = 0; g < slots.size(); ++g) {
    if (slots[g] < first || slots[g] >= first + count) continue;
    part.groups.push_back(anchors.groups[g]);
    if (!anchors.graph_of_group.empty()) part.graph_of_group.push_back(anchors.graph_of_group[g]);
  }
  return part;
}
}  // namespace

Index PositionInput::slots_at_once() const { return prepared_->options.slots_at_once; }

std::vector<PositionInput> PositionInput::slices(Index at_once) const {
  if (is_batch()) return {*this};
  const Index all = anchors().slot_count();
  if (at_once == 0 || at_once >= slot_count()) return {*this};
  const std::lock_guard lock(prepared_->mutex);
  std::vector<PositionInput>& slices = prepared_->slices[at_once];
  if (!slices.empty()) return slices;
  for (const PathDirection direction : directions()) {
    for (Index first = 0; first < all; first += at_once) {
      PositionOptions options = prepared_->options;
      options.from = direction == PathDirection::from_anchor;
      options.towards = !options.from;
      options.slots_at_once = 0;
      options.first_slot += first;
      slices.emplace_back(graph(), graph_of_node(), part_of(anchors(), first, at_once), options, prepared_->source);
    }
  }
  return slices;
}

const std::shared_ptr<const kernels::PathPlan>& PositionInput::paths(PathForm form) const {
  if (is_batch() && form == PathForm::all) return prepared_->batch;
  require_whole("other form of them");
  const std::lock_guard lock(prepared_->mutex);
  auto& plan = prepared_->plans[form];
  if (plan != nullptr) return plan;
  for (const PathDirection direction : directions()) {
    auto one = make_path_plan(prepared_->items(form, direction), prepared_->anchors);
    plan = plan == nullptr ? std::move(one) : side_by_side(*plan, *one);
  }
  return plan;
}

const AnchorDistances& PositionInput::distances() const {
  require_whole("distances");
  const std::lock_guard lock(prepared_->mutex);
  if (prepared_->distances) return *prepared_->distances;
  if (prepared_->options.weighted) {
    std::vector<PathItems> ways;
    for (const PathDirection direction : directions()) ways.push_back(prepared_->items(PathForm::all, direction));
    return prepared_->distances.emplace(anchor_distances(ways, prepared_->anchors));
  }
  std::vector<NearestMembers> ways;
  for (const PathDirection direction : directions()) {
    ways.push_back(nearest_members(prepared_->graph, prepared_->anchors, direction, prepared_->options.max_hops));
  }
  return prepared_->distances.emplace(anchor_distances(ways));
}

std::shared_ptr<const AnchorDistances> PositionInput::shared_distances() const { return {prepared_, &distances()}; }

std::shared_ptr<const kernels::AnchorLinks> PositionInput::marks(bool one_channel) const {
  require_whole("marks");
  const std::lock_guard lock(prepared_->mutex);
  auto& found = prepared_->marks[one_channel];
  if (found != nullptr) return found;
  auto links = std::make_shared<kernels::AnchorLinks>();
  links->node_count = node_count();
  links->slot_count = one_channel ? 1 : slot_count();
  const auto rows = static_cast<std::size_t>(links->node_count * links->slot_count);
  links->place.assign(rows, 0);
  links->nearest.assign(rows, -1);
  const std::vector<std::int32_t> slots = anchors().slots();
  for (std::size_t g = 0; g < slots.size(); ++g) {
    for (const NodeId u : anchors().groups[g]) {
      for (Index slot = one_channel ? 0 : slots[g]; slot < links->slot_count; slot += anchors().slot_count()) {
        links->nearest[static_cast<std::size_t>(u * links->slot_count + slot)] = u;
      }
    }
  }
  list_senders(*links);
  return found = std::move(links);
}

const Propagation& PositionInput::propagation(Normalization normalization) const {
  return propagation(normalization, PathDirection::from_anchor);
}

const Propagation& PositionInput::propagation(Normalization normalization, PathDirection direction) const {
  require_whole("arcs");
  const std::lock_guard lock(prepared_->mutex);
  const std::pair key(normalization, direction);
  auto found = prepared_->propagations.find(key);
  if (found == prepared_->propagations.end()) {
    const Graph graph = direction == PathDirection::from_anchor ? prepared_->graph : prepared_->graph.reversed();
    found = prepared_->propagations.emplace(key, Propagation::from_graph(graph, normalization)).first;
  }
  return found->second;
}

}  // namespace cairn
