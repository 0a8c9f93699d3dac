#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

#include "kernels/path_pass.h"
#include "kernels/propagation.h"
#include "nn/anchor_distances.h"
#include "position/anchors.h"
#include "position/path_items.h"

namespace cairn {

/// Which paths a plan holds.
enum class PathForm : std::uint8_t {
  all,      // every shortest path
  tree,     // one of each node's, drawn with PositionOptions::tree_key
  siblings  // every shortest path, and for each item its neighbors at the same level
};

struct PositionOptions {
  Index max_hops = 0;     // 0: no limit
  bool weighted = false;  // shortest by weights, else by arcs
  bool from = true;       // directed graphs: paths along the arcs from the anchor,
  bool towards = false;   // and to it; both: slot k holds the paths from anchor k, slot K + k those to it
  std::uint64_t tree_key = 0;
  /// Slots whose states a PathEncoder holds at a time, at the price of working each out twice in training; 0: all.
  /// Results differ by rounding.
  Index slots_at_once = 0;
  Index first_slot = 0;     // see PathOptions
  bool path_counts = true;  // batches: whether the log path counts are asked for, which take 4 bytes a node and slot
};

/// Where path items come from: shortest_path_items, or a cache in front of it.
using PathSource = std::function<PathItems(const Graph&, const AnchorSet&, const PathOptions&)>;

struct PositionBatch;

/// The anchors of a graph and what layers ask of them. Each form is prepared at its first call, then kept; copies share
/// them. That of a batch of nodes has the drawn paths of these alone.
class PositionInput {
 public:
  /// graph_of_node: [N], or empty for one graph. Throws UsageError unless paths run at least one way, and for fewer
  /// than 0 slots at once.
  PositionInput(Graph graph, std::vector<std::int32_t> graph_of_node, AnchorSet anchors,
                const PositionOptions& options = {}, PathSource source = shortest_path_items);

  const Graph& graph() const;
  const AnchorSet& anchors() const;
  const std::vector<std::int32_t>& graph_of_node() const;
  Index node_count() const { return graph().node_count(); }
  /// Rows that read-outs are to give: one a node, or of a batch its own, the first ones.
  Index row_count() const;
  bool is_batch() const;
  /// K: columns of tables with a slot an anchor; twice the anchors' where paths run both ways.
  Index slot_count() const;

  /// The same anchors by at most `at_once` slots, in their order; this input alone where all go at once (0). Made once
  /// for each `at_once`: plans of slices are kept as those of the whole.
  std::vector<PositionInput> slices(Index at_once) const;
  /// As the options say.
  Index slots_at_once() const;

  /// What these nodes need of the paths (PathForm::all), with up to fan_out predecessors drawn of each pair on the way
  /// (PathSampler). The first call makes a table of levels and path counts, which is kept in place of any list of
  /// paths. Throws as PathSampler::draw and path_table.
  PositionBatch batch(std::span<const NodeId> nodes, Index fan_out, const Rng& rng) const;

  /// Throws as shortest_path_items, and ShapeError for what a batch does not have, as the rest below.
  const std::shared_ptr<const kernels::PathPlan>& paths(PathForm form = PathForm::all) const;
  /// By searches, without listing paths; along weights, where nearly equal paths count as equal, from all of them.
  /// Throws as nearest_members, or shortest_path_items.
  const AnchorDistances& distances() const;
  /// The distances as an operation holds on to them.
  std::shared_ptr<const AnchorDistances> shared_distances() const;
  /// Who is an anchor: row u * K + k has the sender u, at place 0, where node u belongs to slot k, else none. In one
  /// channel: a slot alone, of all anchors.
  std::shared_ptr<const kernels::AnchorLinks> marks(bool one_channel) const;
  /// Ways that paths run, slots in this order: K / directions().size() each.
  const std::vector<PathDirection>& directions() const;
  const Propagation& propagation(Normalization normalization) const;
  /// Messages along the arcs for paths from the anchors, against them for paths towards.
  const Propagation& propagation(Normalization normalization, PathDirection direction) const;

 private:
  struct Prepared;
  explicit PositionInput(std::shared_ptr<Prepared> prepared) : prepared_(std::move(prepared)) {}
  void require_whole(const char* what) const;

  std::shared_ptr<Prepared> prepared_;
};

/// A batch's paths, and the nodes that lie on them: those of the batch, then others. Inputs are to have a row for each.
struct PositionBatch {
  PositionInput position;
  std::vector<NodeId> nodes;
};

}  // namespace cairn
