#include "position/anchors.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <numeric>
#include <utility>

#include "core/error.h"
#include "core/parallel.h"
#include "position/cover.h"

namespace cairn {

namespace {

using Groups = std::vector<std::vector<NodeId>>;

constexpr Index nodes_per_block = 2048;

Index floor_log2(std::size_t n) { return static_cast<Index>(std::bit_width(n)) - 1; }

Index at_most_nodes(Index count, std::span<const NodeId> nodes) {
  return std::min(count, static_cast<Index>(nodes.size()));
}

/// `count` of the nodes, uniform without replacement, in the order drawn.
std::vector<NodeId> draw_nodes(std::span<const NodeId> nodes, Index count, Rng& rng) {
  std::vector<NodeId> left(nodes.begin(), nodes.end());
  for (Index i = 0; i < count; ++i) {
    const Index drawn = i + rng.below(static_cast<Index>(left.size()) - i);
    std::swap(left[static_cast<std::size_t>(i)], left[static_cast<std::size_t>(drawn)]);
  }
  left.resize(static_cast<std::size_t>(count));
  return left;
}

Groups groups_of_one(std::span<const NodeId> nodes) {
  Groups groups;
  for (const NodeId u : nodes) groups.push_back({u});
  return groups;
}

/// What a strategy looks at: the nodes of one graph, ascending, in the union that holds it.
struct Part {
  const Graph& graph;
  const Graph& turned;
  std::span<const NodeId> nodes;
  const AnchorOptions& options;
  Index count;
};

Groups random_anchors(const Part& part, Rng& rng) {
  return groups_of_one(draw_nodes(part.nodes, at_most_nodes(part.count, part.nodes), rng));
}

Groups degree_anchors(const Part& part, Rng&) {
  const auto degree = [&](NodeId u) {
    return part.graph.degree(u) + (part.graph.directed() ? part.turned.degree(u) : 0);
  };
  std::vector<NodeId> ranked(part.nodes.begin(), part.nodes.end());
  const auto last = ranked.begin() + at_most_nodes(part.count, part.nodes);
  std::partial_sort(ranked.begin(), last, ranked.end(),
                    [&](NodeId a, NodeId b) { return degree(a) != degree(b) ? degree(a) > degree(b) : a < b; });
  ranked.erase(last, ranked.end());
  return groups_of_one(ranked);
}

Groups farthest_anchors(const Part& part, Rng& rng) {
  // Unreached nodes count as farther than any path is long; chosen ones and those without arcs come last.
  const Index unreached = part.graph.node_count() + 1;
  constexpr Index isolated = -1;
  constexpr Index chosen_already = -2;
  std::vector<Index> hops(static_cast<std::size_t>(part.graph.node_count()), unreached);
  const auto hops_of = [&](NodeId u) -> Index& { return hops[static_cast<std::size_t>(u)]; };
  for (const NodeId u : part.nodes) {
    if (part.graph.degree(u) == 0 && part.turned.degree(u) == 0) hops_of(u) = isolated;
  }
  std::vector<NodeId> chosen;
  std::vector<NodeId> queue;
  const Index count = at_most_nodes(part.count, part.nodes);
  for (Index k = 0; k < count; ++k) {
    const NodeId next = k == 0 ? part.nodes[static_cast<std::size_t>(rng.below(static_cast<Index>(part.nodes.size())))]
                               : *std::max_element(part.nodes.begin(), part.nodes.end(),
                                                   [&](NodeId a, NodeId b) { return hops_of(a) < hops_of(b); });
    chosen.push_back(next);
    // A search that goes on only where it comes nearer than all anchors before it.
    hops_of(next) = 0;
    queue.assign(1, next);
    for (std::size_t i = 0; i < queue.size(); ++i) {
      const NodeId u = queue[i];
      const Index reached = std::max<Index>(hops_of(u), 0) + 1;
      const auto visit = [&](std::span<const NodeId> neighbors) {
        for (const NodeId v : neighbors) {
          if (hops_of(v) <= reached) continue;
          hops_of(v) = reached;
          queue.push_back(v);
        }
      };
      visit(part.graph.neighbors(u));
      if (part.graph.directed()) visit(part.turned.neighbors(u));
    }
    hops_of(next) = chosen_already;
  }
  return groups_of_one(chosen);
}

Groups cover_anchors(const Part& part, Rng& rng) {
  const CoverOptions options{at_most_nodes(part.count, part.nodes), part.options.walks_per_node,
                             part.options.walk_length, rng.bits()};
  return groups_of_one(covering_nodes(part.graph, part.nodes, options));
}

Groups random_sets(const Part& part, Rng& rng) {
  const auto nodes = static_cast<Index>(part.nodes.size());
  const Index halvings = std::max<Index>(1, floor_log2(part.nodes.size()));
  Groups groups;
  for (Index k = 0; k < part.count; ++k) {
    const Index size = std::max<Index>(1, nodes >> (1 + k % halvings));
    groups.push_back(draw_nodes(part.nodes, size, rng));
    std::sort(groups.back().begin(), groups.back().end());
  }
  return groups;
}

struct Strategy {
  std::string_view name;
  Groups (*select)(const Part&, Rng&);
};

constexpr std::array strategies{Strategy{"random", random_anchors}, Strategy{"degree", degree_anchors},
                                Strategy{"farthest", farthest_anchors}, Strategy{"cover", cover_anchors},
                                Strategy{"sets", random_sets}};

/// Throws ShapeError unless every node has a graph and no arc joins two.
void check_graphs(const Graph& graph, std::span<const std::int32_t> graph_of_node) {
  if (graph_of_node.empty()) return;
  if (static_cast<Index>(graph_of_node.size()) != graph.node_count()) {
    throw ShapeError(fmt::format("anchors: {} nodes, but graphs of {}", graph.node_count(), graph_of_node.size()));
  }
  std::atomic<bool> fits{true};
  parallel_blocks(graph.node_count(), nodes_per_block, [&](Index begin, Index end) {
    for (Index u = begin; u < end; ++u) {
      const std::int32_t own = graph_of_node[static_cast<std::size_t>(u)];
      bool same = own >= 0;
      for (const NodeId v : graph.neighbors(static_cast<NodeId>(u))) {
        same = same && graph_of_node[static_cast<std::size_t>(v)] == own;
      }
      if (!same) fits.store(false, std::memory_order_relaxed);
    }
  });
  if (!fits.load()) throw ShapeError("anchors: a node without a graph, or an arc between two graphs");
}

/// Nodes sorted by graph, ascending within each.
std::vector<NodeId> nodes_by_graph(Index node_count, std::span<const std::int32_t> graph_of_node) {
  std::vector<NodeId> nodes(static_cast<std::size_t>(node_count));
  std::iota(nodes.begin(), nodes.end(), NodeId{0});
  const auto graph_of = [&](NodeId u) { return graph_of_node[static_cast<std::size_t>(u)]; };
  if (!graph_of_node.empty()) {
    std::stable_sort(nodes.begin(), nodes.end(), [&](NodeId a, NodeId b) { return graph_of(a) < graph_of(b); });
  }
  return nodes;
}

Index default_count(std::size_t nodes) {
  const Index logarithm = floor_log2(nodes);
  return std::max<Index>(1, logarithm * logarithm);
}

}  // namespace

Index AnchorSet::slot_count() const {
  Index most = 0;
  for (const std::int32_t slot : slots()) most = std::max<Index>(most, slot + 1);
  return most;
}

std::vector<std::int32_t> AnchorSet::slots() const {
  std::vector<std::int32_t> result(groups.size());
  if (graph_of_group.empty()) {
    std::iota(result.begin(), result.end(), 0);
    return result;
  }
  if (graph_of_group.size() != groups.size() || !std::is_sorted(graph_of_group.begin(), graph_of_group.end())) {
    throw ShapeError("anchors: graphs of groups, one each, must ascend");
  }
  for (std::size_t g = 1; g < groups.size(); ++g) {
    result[g] = graph_of_group[g] == graph_of_group[g - 1] ? result[g - 1] + 1 : 0;
  }
  return result;
}

std::span<const std::string_view> anchor_strategies() {
  static const auto names = [] {
    std::array<std::string_view, strategies.size()> list;
    std::transform(strategies.begin(), strategies.end(), list.begin(), [](const Strategy& s) { return s.name; });
    return list;
  }();
  return names;
}

AnchorSet select_anchors(const Graph& graph, std::span<const std::int32_t> graph_of_node, const AnchorOptions& options,
                         Rng& rng) {
  const auto* const strategy = std::find_if(strategies.begin(), strategies.end(),
                                            [&](const Strategy& known) { return known.name == options.strategy; });
  if (strategy == strategies.end()) throw_unknown_name("anchor strategy", options.strategy, anchor_strategies());
  if (options.count < 0) throw UsageError(fmt::format("anchors: expected at least 0, found {}", options.count));
  if (options.walks_per_node < 1 || options.walk_length < 1) {
    throw UsageError(fmt::format("anchors: expected walks and their length to be at least 1, found {} and {}",
                                 options.walks_per_node, options.walk_length));
  }
  check_graphs(graph, graph_of_node);
  const Graph turned = graph.reversed();
  const Rng base(rng.bits());
  const std::vector<NodeId> nodes = nodes_by_graph(graph.node_count(), graph_of_node);
  const auto graph_at = [&](std::size_t i) {
    return graph_of_node.empty() ? 0 : graph_of_node[static_cast<std::size_t>(nodes[i])];
  };

  AnchorSet result;
  for (std::size_t begin = 0; begin < nodes.size();) {
    const std::int32_t own = graph_at(begin);
    std::size_t end = begin + 1;
    while (end < nodes.size() && graph_at(end) == own) ++end;
    const Index count = options.count > 0 ? options.count : default_count(end - begin);
    Rng stream = base.split(static_cast<std::uint64_t>(own));
    Groups groups =
        strategy->select({graph, turned, std::span(nodes).subspan(begin, end - begin), options, count}, stream);
    for (std::vector<NodeId>& group : groups) {
      result.groups.push_back(std::move(group));
      result.graph_of_group.push_back(own);
    }
    begin = end;
  }
  return result;
}

AnchorSet given_anchors(const Graph& graph, std::span<const std::int32_t> graph_of_node,
                        std::span<const NodeId> nodes) {
  check_graphs(graph, graph_of_node);
  std::vector<NodeId> sorted(nodes.begin(), nodes.end());
  std::sort(sorted.begin(), sorted.end());
  if (!sorted.empty() && (sorted.front() < 0 || sorted.back() >= graph.node_count())) {
    throw UsageError(fmt::format("anchors: expected nodes 0 to {}, found {}", graph.node_count() - 1,
                                 sorted.front() < 0 ? sorted.front() : sorted.back()));
  }
  const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
  if (twice != sorted.end()) throw UsageError(fmt::format("anchors: node {} is named twice", *twice));

  const auto graph_of = [&](NodeId u) {
    return graph_of_node.empty() ? 0 : graph_of_node[static_cast<std::size_t>(u)];
  };
  std::vector<NodeId> ordered(nodes.begin(), nodes.end());
  std::stable_sort(ordered.begin(), ordered.end(), [&](NodeId a, NodeId b) { return graph_of(a) < graph_of(b); });
  AnchorSet result;
  result.groups = groups_of_one(ordered);
  for (const NodeId u : ordered) result.graph_of_group.push_back(graph_of(u));
  return result;
}

}  // namespace cairn
