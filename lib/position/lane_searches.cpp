#include "position/lane_searches.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <utility>

#include "core/error.h"
#include "core/large_pages.h"
#include "core/parallel.h"
#include "position/distances.h"

namespace cairn {

namespace {

constexpr std::uint16_t unreached = HopDistances::unreached;
constexpr Index nodes_per_block = 4096;
constexpr Index nodes_per_tile = 32;  // a cache line of each lane's hops

/// Nodes of one distance are found in the order of their nearest sources, since sources ascend: the first to find a
/// node is the nearest to the lowest of those that could. Ends where all nodes are found.
template <bool Nearest>
bool search(const Graph& out, std::span<const NodeId> sources, Index max_hops, std::uint16_t* hops, NodeId* nearest) {
  const EdgeId* const offsets = out.offsets().data();
  const NodeId* const targets = out.targets().data();
  const auto nodes = static_cast<std::size_t>(out.node_count());
  std::fill_n(hops, nodes, unreached);
  if (Nearest) std::fill_n(nearest, nodes, NodeId{-1});
  std::vector<NodeId> queue;
  queue.reserve(nodes);
  for (const NodeId u : sources) {
    if (std::exchange(hops[u], std::uint16_t{0}) == unreached) queue.push_back(u);
    if (Nearest) nearest[u] = u;
  }
  for (std::size_t i = 0; i < queue.size() && queue.size() < nodes; ++i) {
    const NodeId u = queue[i];
    const std::uint16_t level = hops[u];
    if (max_hops > 0 && level >= max_hops) break;
    for (EdgeId arc = offsets[u]; arc < offsets[u + 1]; ++arc) {
      const NodeId v = targets[arc];
      if (hops[v] != unreached) continue;
      if (level + 1 == unreached) return false;
      hops[v] = static_cast<std::uint16_t>(level + 1);
      if (Nearest) nearest[v] = nearest[u];
      queue.push_back(v);
    }
  }
  return true;
}

/// rows [nodes, row_stride] = columns [lanes, nodes], turned around.
template <class Value>
void turn(const Value* columns, Index nodes, Index lanes, Value* rows, Index row_stride) {
  parallel_blocks(nodes, nodes_per_block, [&](Index begin, Index end) {
    for (Index first = begin; first < end; first += nodes_per_tile) {
      const Index last = std::min(first + nodes_per_tile, end);
      for (Index lane = 0; lane < lanes; ++lane) {
        const Value* const from = columns + lane * nodes;
        for (Index u = first; u < last; ++u) rows[u * row_stride + lane] = from[u];
      }
    }
  });
}

template <class Value>
SharedArray<Value> columns_of(Index lanes, Index nodes) {
  auto columns = SharedArray<Value>::uninitialized(lanes * nodes);
  advise_large_pages(columns.writable().data(), columns.writable().size_bytes());
  return columns;
}

}  // namespace

bool search_lanes(const Graph& out, std::span<const std::vector<NodeId>> sources, Index max_hops,
                  const LaneTables& tables) {
  const Index nodes = out.node_count();
  const auto lanes = static_cast<Index>(sources.size());
  const bool wants_nearest = tables.nearest != nullptr;
  // Columns first: threads that write neighboring lanes of one row would fight for its cache line.
  auto hops = columns_of<std::uint16_t>(lanes, nodes);
  auto nearest = columns_of<NodeId>(wants_nearest ? lanes : 0, nodes);
  std::atomic<bool> fits{true};
  parallel_blocks(lanes, 1, [&](Index lane, Index) {
    std::uint16_t* const own = hops.writable().data() + lane * nodes;
    const std::vector<NodeId>& from = sources[static_cast<std::size_t>(lane)];
    const bool done = wants_nearest ? search<true>(out, from, max_hops, own, nearest.writable().data() + lane * nodes)
                                    : search<false>(out, from, max_hops, own, nullptr);
    if (!done) fits.store(false, std::memory_order_relaxed);
  });
  if (!fits.load()) return false;
  turn(hops.values().data(), nodes, lanes, tables.hops, tables.row_stride);
  if (wants_nearest) turn(nearest.values().data(), nodes, lanes, tables.nearest, tables.row_stride);
  return true;
}

void throw_too_many_hops() {
  throw UsageError(fmt::format("distances: expected at most {} hops from an anchor, found more; limit max_hops",
                               HopDistances::unreached - 1));
}

}  // namespace cairn
