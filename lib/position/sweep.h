#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <span>
#include <vector>

#include "core/parallel.h"
#include "graph/graph.h"
#include "kernels/frontier.h"
#include "position/distances.h"
#include "position/lane_table.h"

namespace cairn {

/// One bit-parallel search of W words a node, whose lanes are columns of the table. Of the hops it keeps the bits, a
/// plane each, and writes the table once, at the end: a node is found in two or three levels by some lanes, and its row
/// would come from memory and go back each time. Wider pays because arcs are read once for all lanes: of 256 anchors
/// one takes 0.4 to 0.6 times as long with 4 words as with 1 (docs/methods/gir.md). 8 words were tried on a busy
/// machine and showed no gain.
template <int W>
class Sweep {
  using Lanes = std::array<std::uint64_t, W>;

 public:
  static constexpr int most_lanes = W * 64;

  /// out: arcs to follow; in: the same turned around.
  Sweep(const Graph& out, const Graph& in, Index most_hops)
      : out_(out),
        in_(in),
        most_hops_(most_hops),
        kernels_(kernels::frontier_kernels()),
        seen_(out.node_count() * W),
        frontier_(out.node_count() * W),
        next_(out.node_count() * W),
        blocks_(static_cast<std::size_t>((out.node_count() + nodes_per_block - 1) / nodes_per_block)) {}

  /// sources: nodes where each lane starts. Returns false, the table undefined, where plain searches have become the
  /// better way: see gives_up().
  bool run(std::span<const std::vector<NodeId>> sources, std::uint16_t* hops, Index row_stride) {
    const auto lanes = static_cast<Index>(sources.size());
    seen_.clear();
    frontier_.clear();
    next_is_clear_ = false;
    planes_in_use_ = 0;
    start(sources);
    for (Index level = 1; any(counts_.found) && (most_hops_ == 0 || level <= most_hops_); ++level) {
      if (level == HopDistances::unreached || gives_up(level, lanes)) return false;
      mark_with(static_cast<std::uint32_t>(level));
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
    write(hops, row_stride, static_cast<int>(lanes));
    return true;
  }

 private:
  static constexpr int lanes_per_word = 64;
  static constexpr Index nodes_per_block = 1024;
  // A pushed arc costs about this many pulled ones: it reads and writes at random, on one thread.
  static constexpr Index push_cost = 8;
  // Graphs of no more levels are never given up: their plain searches read at random, several times slower than a
  // sweep.
  static constexpr Index shallow_levels = 32;
  // Tables beyond this size are not in a cache by the time that somebody reads them.
  static constexpr std::size_t streamed_bytes = std::size_t{16} << 20;

  template <std::size_t Size>
  static bool any(const std::array<std::uint64_t, Size>& lanes) {
    std::uint64_t all = 0;
    for (const std::uint64_t word : lanes) all |= word;
    return all != 0;
  }
  /// Where paths are long, few lanes meet at a node in one level, and a word a node saves nothing. After as much work
  /// as about half of the plain searches would take, they cost at most half as much again as they would have at once.
  bool gives_up(Index level, Index lanes) const {
    return level > shallow_levels && work_ > lanes * (in_.arc_count() + in_.node_count());
  }
  Index out_degree(NodeId u) const {
    const EdgeId* const offsets = out_.offsets().data();
    return offsets[u + 1] - offsets[u];
  }
  static std::uint64_t* at(const LaneTable& table, NodeId u) { return table.data() + Index{u} * W; }
  static Lanes lanes_at(const LaneTable& table, NodeId u) {
    Lanes lanes;
    std::copy_n(at(table, u), W, lanes.begin());
    return lanes;
  }
  static void add(std::uint64_t* words, const Lanes& lanes) {
    for (std::size_t w = 0; w < W; ++w) words[w] |= lanes[w];
  }

  void start(std::span<const std::vector<NodeId>> sources) {
    list_.clear();
    level_planes_.clear();
    for (std::size_t lane = 0; lane < sources.size(); ++lane) {
      for (const NodeId u : sources[lane]) {
        if (!any(lanes_at(frontier_, u))) list_.push_back(u);
        at(frontier_, u)[lane / lanes_per_word] |= std::uint64_t{1} << lane % lanes_per_word;
      }
    }
    counts_ = {};
    counts_.open_arcs = in_.arc_count();
    work_ = 0;
    for (const NodeId u : list_) settle(u, lanes_at(frontier_, u));
    list_is_frontier_ = true;
  }

  /// Chooses the planes of the level's bits.
  void mark_with(std::uint32_t level) {
    level_planes_.clear();
    for (std::size_t bit = 0; level >> bit != 0; ++bit) {
      if (bit == planes_in_use_) {
        if (bit == planes_.size()) planes_.emplace_back(out_.node_count() * W);
        planes_[planes_in_use_++].clear();
      }
      if ((level >> bit & 1U) != 0) level_planes_.push_back(planes_[bit].data());
    }
  }

  /// Lanes that find u at this level.
  void settle(NodeId u, const Lanes& found) {
    add(at(seen_, u), found);
    for (std::uint64_t* const plane : level_planes_) add(plane + Index{u} * W, found);
    add(counts_.found.data(), found);
    counts_.found_arcs += out_degree(u);
  }

  void push() {
    if (!list_is_frontier_) {
      list_.clear();
      for (NodeId u = 0; u < out_.node_count(); ++u) {
        if (any(lanes_at(frontier_, u))) list_.push_back(u);
      }
    }
    if (!next_is_clear_) next_.clear();
    const EdgeId* const offsets = out_.offsets().data();
    const NodeId* const targets = out_.targets().data();
    found_list_.clear();
    for (const NodeId u : list_) {
      const Lanes lanes = lanes_at(frontier_, u);
      std::fill_n(at(frontier_, u), W, 0);
      for (EdgeId arc = offsets[u]; arc < offsets[u + 1]; ++arc) {
        const NodeId v = targets[arc];
        Lanes found = lanes;
        const std::uint64_t* const seen = at(seen_, v);
        for (std::size_t w = 0; w < W; ++w) found[w] &= ~seen[w];
        if (!any(found)) continue;
        if (!any(lanes_at(next_, v))) found_list_.push_back(v);
        add(at(next_, v), found);
      }
    }
    counts_.found = {};
    counts_.found_arcs = 0;  // open arcs: those of the last pull, an upper bound
    for (const NodeId v : found_list_) settle(v, lanes_at(next_, v));
    list_.swap(found_list_);
    list_is_frontier_ = true;
    next_is_clear_ = true;
  }

  void pull() {
    const auto wanted = counts_.found;  // a lane that found nothing new never will
    const kernels::FrontierPull task{.offsets = in_.offsets().data(),
                                     .neighbors = in_.targets().data(),
                                     .out_offsets = out_.offsets().data(),
                                     .frontier = frontier_.data(),
                                     .seen = seen_.data(),
                                     .next = next_.data(),
                                     .wanted = wanted.data(),
                                     .planes = level_planes_.data(),
                                     .plane_count = static_cast<int>(level_planes_.size())};
    const auto pull_level = kernels_.pull[std::countr_zero(static_cast<unsigned>(W))];
    parallel_blocks(out_.node_count(), nodes_per_block, [&](Index begin, Index end) {
      blocks_[static_cast<std::size_t>(begin / nodes_per_block)] = pull_level(task, begin, end);
    });
    counts_ = {};
    for (const kernels::FrontierCounts& block : blocks_) counts_.add(block);
    list_is_frontier_ = false;
    next_is_clear_ = false;
  }

  void write(std::uint16_t* hops, Index row_stride, int lanes) {
    std::vector<const std::uint64_t*> planes;
    for (std::size_t bit = 0; bit < planes_in_use_; ++bit) planes.push_back(planes_[bit].data());
    const auto bytes = static_cast<std::size_t>(out_.node_count() * row_stride) * sizeof(std::uint16_t);
    const kernels::HopRows rows{.seen = seen_.data(),
                                .planes = planes.data(),
                                .plane_count = static_cast<int>(planes.size()),
                                .words = W,
                                .lanes = lanes,
                                .hops = hops,
                                .row_stride = row_stride,
                                .streamed = bytes > streamed_bytes};
    parallel_blocks(out_.node_count(), nodes_per_block,
                    [&](Index begin, Index end) { kernels_.write_hops(rows, begin, end); });
  }

  const Graph& out_;
  const Graph& in_;
  Index most_hops_;
  const kernels::FrontierKernels& kernels_;
  Index work_ = 0;                            // in pulled arcs
  LaneTable seen_;                            // [N, W], lanes that found the node
  LaneTable frontier_;                        // [N, W], those that found it in the level before
  LaneTable next_;                            // [N, W], those that find it in this one
  std::vector<LaneTable> planes_;             // [N, W] each: lanes whose hops have that bit
  std::size_t planes_in_use_ = 0;             // those that this run has cleared
  std::vector<std::uint64_t*> level_planes_;  // of the bits of this level
  bool next_is_clear_ = false;                // a push wants zeros, a pull overwrites all
  std::vector<NodeId> list_;                  // nodes of the frontier, where list_is_frontier_
  std::vector<NodeId> found_list_;
  bool list_is_frontier_ = false;
  std::vector<kernels::FrontierCounts> blocks_;
  kernels::FrontierCounts counts_;
};

}  // namespace cairn
