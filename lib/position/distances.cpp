#include "position/distances.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/error.h"
#include "core/large_pages.h"
#include "core/parallel.h"
#include "kernels/frontier.h"
#include "position/lane_searches.h"
#include "position/shortest_lengths.h"

namespace cairn {

namespace {

constexpr int lanes_per_sweep = 64;
constexpr Index nodes_per_block = 1024;
// A pushed arc costs about this many pulled ones: it reads and writes at random, on one thread.
constexpr Index push_cost = 8;
// Graphs of no more levels are never given up: their plain searches read at random, several times slower than a sweep.
constexpr Index shallow_levels = 32;

/// One bit-parallel search, whose lanes are `lanes` columns of the table.
class Sweep {
 public:
  /// out: arcs to follow; in: the same turned around.
  Sweep(const Graph& out, const Graph& in, Index most_hops)
      : out_(out), in_(in), most_hops_(most_hops), kernels_(kernels::frontier_kernels()) {
    const auto nodes = static_cast<std::size_t>(out.node_count());
    seen_.resize(nodes);
    frontier_.resize(nodes);
    next_.resize(nodes);
    blocks_.resize((nodes + nodes_per_block - 1) / nodes_per_block);
  }

  /// sources: nodes where each lane starts. Returns false, the table undefined, where plain searches have become the
  /// better way: see gives_up().
  bool run(std::span<const std::vector<NodeId>> sources, std::uint16_t* hops, Index row_stride) {
    hops_ = hops;
    row_stride_ = row_stride;
    lanes_ = static_cast<int>(sources.size());
    std::fill(seen_.begin(), seen_.end(), 0);
    std::fill(frontier_.begin(), frontier_.end(), 0);
    next_is_clear_ = false;
    start(sources);
    for (Index level = 1; counts_.found != 0 && (most_hops_ == 0 || level <= most_hops_); ++level) {
      if (level == HopDistances::unreached || gives_up(level)) return false;
      level_ = static_cast<std::uint16_t>(level);
      const Index push_work = counts_.found_arcs * push_cost;
      if (push_work < counts_.open_arcs) {
        work_ += push_work;
        push();
      } else {
        work_ += in_.arc_count() + in_.node_count();
        pull();
      }
      frontier_.swap(next_);
    }
    mark_unreached();
    return true;
  }

 private:
  /// Where paths are long, few lanes meet at a node in one level, and a word a node saves nothing. After as much work
  /// as about half of the plain searches would take, they cost at most half as much again as they would have at once.
  bool gives_up(Index level) const {
    return level > shallow_levels && work_ > lanes_ * (in_.arc_count() + in_.node_count());
  }
  Index out_degree(NodeId u) const {
    const EdgeId* const offsets = out_.offsets().data();
    return offsets[u + 1] - offsets[u];
  }
  std::uint16_t* row(Index u) const { return hops_ + u * row_stride_; }
  std::uint64_t& at(std::vector<std::uint64_t>& words, NodeId u) { return words[static_cast<std::size_t>(u)]; }

  void start(std::span<const std::vector<NodeId>> sources) {
    list_.clear();
    for (std::size_t lane = 0; lane < sources.size(); ++lane) {
      for (const NodeId u : sources[lane]) {
        if (at(frontier_, u) == 0) list_.push_back(u);
        at(frontier_, u) |= std::uint64_t{1} << lane;
      }
    }
    counts_ = {.found = 0, .found_arcs = 0, .open_arcs = in_.arc_count()};
    level_ = 0;
    work_ = 0;
    for (const NodeId u : list_) settle(u, at(frontier_, u));
    list_is_frontier_ = true;
  }

  /// Lanes that find u at this level.
  void settle(NodeId u, std::uint64_t found) {
    at(seen_, u) |= found;
    kernels_.write_lanes(row(u), found, lanes_, level_);
    counts_.found |= found;
    counts_.found_arcs += out_degree(u);
  }

  void push() {
    if (!list_is_frontier_) {
      list_.clear();
      for (Index u = 0; u < out_.node_count(); ++u) {
        if (frontier_[static_cast<std::size_t>(u)] != 0) list_.push_back(static_cast<NodeId>(u));
      }
    }
    if (!next_is_clear_) std::fill(next_.begin(), next_.end(), 0);
    const EdgeId* const offsets = out_.offsets().data();
    const NodeId* const targets = out_.targets().data();
    std::uint64_t* const seen = seen_.data();
    std::uint64_t* const next = next_.data();
    found_list_.clear();
    for (const NodeId u : list_) {
      const std::uint64_t lanes = std::exchange(at(frontier_, u), 0);
      for (EdgeId arc = offsets[u]; arc < offsets[u + 1]; ++arc) {
        const NodeId v = targets[arc];
        const std::uint64_t found = lanes & ~seen[v];
        if (found == 0) continue;
        if (next[v] == 0) found_list_.push_back(v);
        next[v] |= found;
      }
    }
    counts_.found = 0;
    counts_.found_arcs = 0;  // open arcs: those of the last pull, an upper bound
    for (const NodeId v : found_list_) settle(v, next[v]);
    list_.swap(found_list_);
    list_is_frontier_ = true;
    next_is_clear_ = true;
  }

  void pull() {
    const kernels::FrontierPull task{.offsets = in_.offsets().data(),
                                     .neighbors = in_.targets().data(),
                                     .out_offsets = out_.offsets().data(),
                                     .frontier = frontier_.data(),
                                     .seen = seen_.data(),
                                     .next = next_.data(),
                                     .wanted = counts_.found,  // a lane that found nothing new never will
                                     .hops = hops_,
                                     .row_stride = row_stride_,
                                     .lanes = lanes_,
                                     .level = level_};
    parallel_blocks(out_.node_count(), nodes_per_block, [&](Index begin, Index end) {
      blocks_[static_cast<std::size_t>(begin / nodes_per_block)] = kernels_.pull(task, begin, end);
    });
    counts_ = {};
    for (const kernels::FrontierCounts& block : blocks_) counts_.add(block);
    list_is_frontier_ = false;
    next_is_clear_ = false;
  }

  void mark_unreached() {
    const std::uint64_t all = lanes_ == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << lanes_) - 1;
    parallel_blocks(out_.node_count(), nodes_per_block, [&](Index begin, Index end) {
      for (Index u = begin; u < end; ++u) {
        const std::uint64_t missing = all & ~seen_[static_cast<std::size_t>(u)];
        if (missing != 0) kernels_.write_lanes(row(u), missing, lanes_, HopDistances::unreached);
      }
    });
  }

  const Graph& out_;
  const Graph& in_;
  Index most_hops_;
  const kernels::FrontierKernels& kernels_;
  std::uint16_t* hops_ = nullptr;
  Index row_stride_ = 0;
  int lanes_ = 0;
  std::uint16_t level_ = 0;
  Index work_ = 0;                       // in pulled arcs
  std::vector<std::uint64_t> seen_;      // [N], lanes that found the node
  std::vector<std::uint64_t> frontier_;  // [N], those that found it in the level before
  std::vector<std::uint64_t> next_;      // [N], those that find it in this one
  bool next_is_clear_ = false;           // a push wants zeros, a pull overwrites all
  std::vector<NodeId> list_;             // nodes of the frontier, where list_is_frontier_
  std::vector<NodeId> found_list_;
  bool list_is_frontier_ = false;
  std::vector<kernels::FrontierCounts> blocks_;
  kernels::FrontierCounts counts_;
};

}  // namespace

HopDistances hop_distances(const Graph& out, const Graph& in, const AnchorSet& anchors, Index max_hops) {
  if (max_hops < 0) throw UsageError(fmt::format("max_hops: expected at least 0, found {}", max_hops));
  const std::vector<std::vector<NodeId>> sources = sources_of_slots(out, anchors);
  HopDistances result;
  result.node_count = out.node_count();
  result.anchor_count = static_cast<Index>(sources.size());
  result.hops = SharedArray<std::uint16_t>::uninitialized(result.node_count * result.anchor_count);
  const std::span<std::uint16_t> hops = result.hops.writable();
  advise_large_pages(hops.data(), hops.size_bytes());

  Sweep sweep(out, in, max_hops);
  for (Index first = 0; first < result.anchor_count; first += lanes_per_sweep) {
    const auto lanes = std::min<Index>(lanes_per_sweep, result.anchor_count - first);
    const auto part = std::span(sources).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(lanes));
    if (sweep.run(part, hops.data() + first, result.anchor_count)) continue;
    const LaneTables tables{.hops = hops.data() + first, .row_stride = result.anchor_count};
    if (!search_lanes(out, part, max_hops, tables)) throw_too_many_hops();
  }
  return result;
}

HopDistances hop_distances(const Graph& graph, const AnchorSet& anchors, PathDirection direction, Index max_hops) {
  const Graph turned = graph.reversed();
  return direction == PathDirection::from_anchor ? hop_distances(graph, turned, anchors, max_hops)
                                                 : hop_distances(turned, graph, anchors, max_hops);
}

}  // namespace cairn
