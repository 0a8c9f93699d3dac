#include "position/cover.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "core/parallel.h"
#include "core/rng.h"

namespace cairn {

namespace {

constexpr Index starts_per_block = 64;

/// Walks as pure functions of their start: drawing them again is cheaper than keeping them.
class Walks {
 public:
  Walks(const Graph& graph, const CoverOptions& options) : graph_(graph), options_(options) {}

  /// The nodes that walks from `start` visit, ascending, each once.
  void visited(NodeId start, std::vector<NodeId>& nodes) const {
    nodes.assign(1, start);
    const std::uint64_t key = stream_key(options_.key, static_cast<std::uint64_t>(start));
    std::uint32_t draw = 0;
    for (Index walk = 0; walk < options_.walks_per_node; ++walk) {
      NodeId u = start;
      for (Index step = 0; step < options_.walk_length; ++step) {
        const std::span<const NodeId> neighbors = graph_.neighbors(u);
        if (neighbors.empty()) break;
        // 32 random bits scaled to the degree: uniform up to degree / 2^32.
        const std::uint64_t place = (static_cast<std::uint64_t>(draw_bits(key, draw++)) * neighbors.size()) >> 32;
        u = neighbors[static_cast<std::size_t>(place)];
        nodes.push_back(u);
      }
    }
    std::sort(nodes.begin(), nodes.end());
    nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
  }

  /// Calls visit(start, node) for every pair, in parallel over starts.
  template <class Visit>
  void for_all(std::span<const NodeId> starts, const Visit& visit) const {
    parallel_blocks(static_cast<Index>(starts.size()), starts_per_block, [&](Index begin, Index end) {
      std::vector<NodeId> nodes;
      for (Index i = begin; i < end; ++i) {
        const NodeId start = starts[static_cast<std::size_t>(i)];
        visited(start, nodes);
        for (const NodeId u : nodes) visit(start, u);
      }
    });
  }

 private:
  const Graph& graph_;
  const CoverOptions& options_;
};

}  // namespace

std::vector<NodeId> covering_nodes(const Graph& graph, std::span<const NodeId> nodes, const CoverOptions& options) {
  const Walks walks(graph, options);
  const auto size = static_cast<std::size_t>(graph.node_count());

  // Start nodes by visited node. Threads fill a node's list in any order: it is used as a set.
  std::vector<std::int64_t> ends(size + 1, 0);
  const auto next_place = [&](NodeId u) {
    return std::atomic_ref<std::int64_t>(ends[static_cast<std::size_t>(u)]).fetch_add(1, std::memory_order_relaxed);
  };
  walks.for_all(nodes, [&](NodeId, NodeId u) { next_place(u); });
  std::vector<std::int32_t> all_counts(size);
  std::int64_t total = 0;
  for (std::size_t u = 0; u < size; ++u) {
    all_counts[u] = static_cast<std::int32_t>(ends[u]);
    ends[u] = std::exchange(total, total + ends[u]);
  }
  std::vector<NodeId> starts(static_cast<std::size_t>(total));
  walks.for_all(nodes, [&](NodeId start, NodeId u) { starts[static_cast<std::size_t>(next_place(u))] = start; });

  std::vector<std::int32_t> counts = all_counts;  // uncovered start nodes by visited node
  std::vector<std::uint8_t> covered(size, 0);
  std::vector<std::uint8_t> chosen_already(size, 0);
  std::vector<NodeId> chosen;
  std::vector<NodeId> visited;
  auto uncovered = static_cast<Index>(nodes.size());
  while (static_cast<Index>(chosen.size()) < options.count) {
    if (uncovered == 0) {
      counts = all_counts;
      std::fill(covered.begin(), covered.end(), std::uint8_t{0});
      uncovered = static_cast<Index>(nodes.size());
    }
    const auto score = [&](NodeId u) {
      const auto at = static_cast<std::size_t>(u);
      return chosen_already[at] != 0 ? -1 : counts[at];
    };
    const NodeId best =
        *std::max_element(nodes.begin(), nodes.end(), [&](NodeId a, NodeId b) { return score(a) < score(b); });
    chosen.push_back(best);
    chosen_already[static_cast<std::size_t>(best)] = 1;
    const auto end = static_cast<std::size_t>(ends[static_cast<std::size_t>(best)]);
    for (auto i = end - static_cast<std::size_t>(all_counts[static_cast<std::size_t>(best)]); i < end; ++i) {
      const auto start = static_cast<std::size_t>(starts[i]);
      if (covered[start] != 0) continue;
      covered[start] = 1;
      --uncovered;
      walks.visited(starts[i], visited);
      for (const NodeId u : visited) --counts[static_cast<std::size_t>(u)];
    }
  }
  return chosen;
}

}  // namespace cairn
