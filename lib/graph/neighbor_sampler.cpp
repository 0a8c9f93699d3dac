#include "graph/neighbor_sampler.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

#include "core/draws.h"
#include "core/error.h"
#include "core/parallel.h"

namespace cairn {

namespace {

constexpr Index targets_at_once = 64;  // of a block of parallel work

/// The arcs of a row, and which of them is that of the node to itself, where it stays.
struct Row {
  EdgeId begin = 0;
  EdgeId end = 0;
  EdgeId own = -1;

  Index others() const { return static_cast<Index>(end - begin) - (own < 0 ? 0 : 1); }
  /// The arc number k among the others.
  EdgeId other(std::int64_t k) const {
    const EdgeId arc = begin + k;
    return own < 0 || arc < own ? arc : arc + 1;
  }
};

Row row_of(const NeighborRows& rows, NodeId v) {
  const auto place = static_cast<std::size_t>(v);
  Row row{rows.offsets[place], rows.offsets[place + 1]};
  if (!rows.own_arcs_stay) return row;
  const auto begin = rows.sources.begin() + row.begin;
  const auto end = rows.sources.begin() + row.end;
  const auto found = std::lower_bound(begin, end, v);
  if (found != end && *found == v) row.own = row.begin + (found - begin);
  return row;
}

Index drawn_count(const Row& row, Index fan_out) {
  return fan_out == 0 ? row.others() : std::min(fan_out, row.others());
}

/// The arcs of the row that are taken, ascending, to `arcs`.
void draw_row(const Row& row, Index fan_out, Rng rng, std::span<EdgeId> arcs) {
  if (static_cast<EdgeId>(arcs.size()) == row.end - row.begin) {
    std::iota(arcs.begin(), arcs.end(), row.begin);
    return;
  }
  std::size_t taken = 0;
  bool own_is_due = row.own >= 0;
  for (const std::int64_t k : sample_below(row.others(), fan_out, rng)) {
    const EdgeId arc = row.other(k);
    if (own_is_due && arc > row.own) {
      arcs[taken++] = row.own;
      own_is_due = false;
    }
    arcs[taken++] = arc;
  }
  if (own_is_due) arcs[taken] = row.own;
}

/// Sorts the arcs of a row by the places of their sources.
void sort_row(std::span<NodeId> sources, std::span<EdgeId> arcs, std::vector<std::pair<NodeId, EdgeId>>& work) {
  if (std::is_sorted(sources.begin(), sources.end())) return;
  work.clear();
  for (std::size_t k = 0; k < arcs.size(); ++k) work.emplace_back(sources[k], arcs[k]);
  std::sort(work.begin(), work.end());
  for (std::size_t k = 0; k < arcs.size(); ++k) std::tie(sources[k], arcs[k]) = work[k];
}

/// work(row t of the block) for all targets, in parallel; it is handed the places of the row's arcs.
template <class Work>
void each_target(const Block& block, const Work& work) {
  parallel_blocks(block.target_count, targets_at_once, [&](Index begin, Index end) {
    for (auto t = static_cast<std::size_t>(begin); t < static_cast<std::size_t>(end); ++t) {
      work(t, static_cast<std::size_t>(block.offsets[t]), static_cast<std::size_t>(block.offsets[t + 1]));
    }
  });
}

}  // namespace

NeighborSampler::NeighborSampler(Index node_count) : place_(static_cast<std::size_t>(node_count), -1) {}

Block NeighborSampler::draw(const NeighborRows& rows, std::span<const NodeId> targets, Index fan_out, const Rng& rng) {
  if (fan_out < 0) throw UsageError(fmt::format("fan-out: expected at least 0, found {}", fan_out));
  if (rows.offsets.size() != place_.size() + 1) {
    throw ShapeError(
        fmt::format("neighbor sampler: made for {} nodes, found {} rows", place_.size(), rows.offsets.size() - 1));
  }
  for (const NodeId v : targets) {
    if (v < 0 || v >= static_cast<NodeId>(place_.size())) {
      throw ShapeError(fmt::format("neighbor sampler: target {} is no node of {}", v, place_.size()));
    }
  }
  Block block;
  block.target_count = static_cast<Index>(targets.size());
  block.offsets.assign(targets.size() + 1, 0);
  parallel_blocks(block.target_count, targets_at_once, [&](Index begin, Index end) {
    for (auto t = static_cast<std::size_t>(begin); t < static_cast<std::size_t>(end); ++t) {
      const Row row = row_of(rows, targets[t]);
      block.offsets[t + 1] = drawn_count(row, fan_out) + (row.own < 0 ? 0 : 1);
    }
  });
  std::partial_sum(block.offsets.begin(), block.offsets.end(), block.offsets.begin());
  block.arcs.resize(static_cast<std::size_t>(block.offsets.back()));
  each_target(block, [&](std::size_t t, std::size_t begin, std::size_t end) {
    draw_row(row_of(rows, targets[t]), fan_out, rng.split(static_cast<std::uint64_t>(targets[t])),
             std::span(block.arcs).subspan(begin, end - begin));
  });
  place_sources(rows, targets, block);
  return block;
}

void NeighborSampler::place_sources(const NeighborRows& rows, std::span<const NodeId> targets, Block& block) {
  const auto place_new = [&](NodeId v) {
    NodeId& place = place_[static_cast<std::size_t>(v)];
    if (place >= 0) return false;
    place = static_cast<NodeId>(block.sources.size());
    block.sources.push_back(v);
    return true;
  };
  bool different = true;
  for (const NodeId v : targets) different = place_new(v) && different;
  if (different) {
    // One after another: the order in which nodes are met is their order among the sources.
    for (const EdgeId arc : block.arcs) place_new(rows.sources[static_cast<std::size_t>(arc)]);
    block.arc_sources.resize(block.arcs.size());
    each_target(block, [&](std::size_t, std::size_t begin, std::size_t end) {
      std::vector<std::pair<NodeId, EdgeId>> work;
      for (std::size_t k = begin; k < end; ++k) {
        block.arc_sources[k] = place_[static_cast<std::size_t>(rows.sources[static_cast<std::size_t>(block.arcs[k])])];
      }
      sort_row(std::span(block.arc_sources).subspan(begin, end - begin),
               std::span(block.arcs).subspan(begin, end - begin), work);
    });
  }
  for (const NodeId v : block.sources) place_[static_cast<std::size_t>(v)] = -1;
  if (!different) throw ShapeError("neighbor sampler: expected different targets, found one twice");
}

}  // namespace cairn
