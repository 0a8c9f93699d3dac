#include "position/lane_searches.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "core/large_pages.h"
#include "core/parallel.h"
#include "position/distances.h"

namespace cairn {

namespace {

constexpr std::uint16_t unreached = HopDistances::unreached;
constexpr Index nodes_per_block = 4096;
constexpr Index nodes_per_tile = 32;  // a cache line of each lane's column

bool search(const Graph& out, std::span<const NodeId> sources, Index max_hops, std::span<std::uint16_t> hops) {
  const EdgeId* const offsets = out.offsets().data();
  const NodeId* const targets = out.targets().data();
  std::fill(hops.begin(), hops.end(), unreached);
  std::vector<NodeId> queue;
  for (const NodeId u : sources) {
    if (std::exchange(hops[static_cast<std::size_t>(u)], std::uint16_t{0}) == unreached) queue.push_back(u);
  }
  for (std::size_t i = 0; i < queue.size(); ++i) {
    const NodeId u = queue[i];
    const std::uint16_t level = hops[static_cast<std::size_t>(u)];
    if (max_hops > 0 && level >= max_hops) break;
    for (EdgeId arc = offsets[u]; arc < offsets[u + 1]; ++arc) {
      std::uint16_t& reached = hops[static_cast<std::size_t>(targets[arc])];
      if (reached != unreached) continue;
      if (level + 1 == unreached) return false;
      reached = static_cast<std::uint16_t>(level + 1);
      queue.push_back(targets[arc]);
    }
  }
  return true;
}

}  // namespace

bool search_lanes(const Graph& out, std::span<const std::vector<NodeId>> sources, Index max_hops, std::uint16_t* hops,
                  Index row_stride) {
  const Index nodes = out.node_count();
  const auto lanes = static_cast<Index>(sources.size());
  // Columns first: threads that write neighboring lanes of one row would fight for its cache line.
  auto columns = SharedArray<std::uint16_t>::uninitialized(lanes * nodes);
  const std::span<std::uint16_t> column = columns.writable();
  advise_large_pages(column.data(), column.size_bytes());
  std::atomic<bool> fits{true};
  parallel_blocks(lanes, 1, [&](Index lane, Index) {
    const auto own = column.subspan(static_cast<std::size_t>(lane * nodes), static_cast<std::size_t>(nodes));
    if (!search(out, sources[static_cast<std::size_t>(lane)], max_hops, own)) {
      fits.store(false, std::memory_order_relaxed);
    }
  });
  if (!fits.load()) return false;
  parallel_blocks(nodes, nodes_per_block, [&](Index begin, Index end) {
    for (Index first = begin; first < end; first += nodes_per_tile) {
      const Index last = std::min(first + nodes_per_tile, end);
      for (Index lane = 0; lane < lanes; ++lane) {
        const std::uint16_t* const from = column.data() + lane * nodes;
        for (Index u = first; u < last; ++u) hops[u * row_stride + lane] = from[u];
      }
    }
  });
  return true;
}

}  // namespace cairn
