#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>
#include <string_view>
#include <utility>

#include "core/error.h"
#include "core/parallel.h"
#include "graph/generate.h"

namespace cairn {

namespace {

struct Columns {
  std::vector<NodeId> sources;
  std::vector<NodeId> targets;

  void add(Index source, Index target) {
    sources.push_back(static_cast<NodeId>(source));
    targets.push_back(static_cast<NodeId>(target));
  }
};

void check_nodes(std::string_view what, Index nodes) {
  if (nodes < 0 || nodes > std::numeric_limits<NodeId>::max()) {
    throw UsageError(
        fmt::format("{}: expected 0 to {} nodes, found {}", what, std::numeric_limits<NodeId>::max(), nodes));
  }
}

void check_probability(std::string_view what, double probability) {
  if (!(probability >= 0 && probability <= 1)) {
    throw UsageError(fmt::format("{}: expected a probability in [0, 1], found {}", what, probability));
  }
}

double unit(Rng& rng) { return static_cast<double>(rng.bits() >> 11) * 0x1.0p-53; }

/// Calls visit(i) for each i in 0 .. count - 1 with the same probability, ascending; draws only the gaps between them.
template <class Visit>
void visit_with_probability(Index count, double probability, Rng& rng, const Visit& visit) {
  if (probability <= 0) return;
  const double scale = 1 / std::log1p(-probability);  // probability 1: -0, and every gap is 0
  for (Index i = 0; i < count; ++i) {
    const double gap = std::floor(std::log(1 - unit(rng)) * scale);
    if (gap >= static_cast<double>(count - i)) return;
    i += static_cast<Index>(gap);
    visit(i);
  }
}

/// Pair number i of (1, 0), (2, 0), (2, 1), (3, 0), ..., for ascending i: the search for the row never goes back.
class PairWalk {
 public:
  std::pair<Index, Index> operator()(Index i) {
    while (i >= first_ + high_) first_ += high_++;
    return {high_, i - first_};
  }

 private:
  Index high_ = 1;
  Index first_ = 0;  // number of the pair (high, 0)
};

Index pair_count(Index nodes) { return nodes * (nodes - 1) / 2; }

}  // namespace

Graph caveman_graph(Index cliques, Index clique_size, double rewire, Rng& rng) {
  if (cliques < 1 || clique_size < 2) {
    throw UsageError(fmt::format("communities: expected at least 1 clique of at least 2 nodes, found {} of {}", cliques,
                                 clique_size));
  }
  check_nodes("communities", cliques > std::numeric_limits<NodeId>::max() / clique_size ? -1 : cliques * clique_size);
  check_probability("communities", rewire);
  const Index nodes = cliques * clique_size;
  using Pair = std::pair<Index, Index>;
  const auto ordered = [](Index u, Index v) { return Pair{std::min(u, v), std::max(u, v)}; };
  std::set<Pair> edges;
  for (Index s = 0; s < nodes; s += clique_size) {
    for (Index u = s; u < s + clique_size; ++u) {
      for (Index v = u + 1; v < s + clique_size; ++v) edges.insert({u, v});
    }
  }
  if (cliques > 1) {
    for (Index s = 0; s < nodes; s += clique_size) {
      edges.erase({s, s + 1});
      edges.insert(ordered(s, (s + nodes - 1) % nodes));
    }
  }
  for (const auto& [u, v] : std::vector<Pair>(edges.begin(), edges.end())) {
    if (unit(rng) >= rewire) continue;
    const Index x = rng.below(nodes);
    if (x != u && edges.count(ordered(u, x)) > 0) continue;
    edges.erase({u, v});
    if (x != u) edges.insert(ordered(u, x));
  }
  Columns columns;
  for (const auto& [u, v] : edges) columns.add(u, v);
  return Graph::from_columns(nodes, columns.sources, columns.targets, {});
}

Graph gnp_graph(Index nodes, double probability, Rng& rng) {
  return block_model_graph(std::array{nodes}, std::array{probability}, rng);
}

Graph gnm_graph(Index nodes, Index edges, Rng& rng) {
  check_nodes("random graph", nodes);
  const Index pairs = pair_count(nodes);
  if (edges < 0 || edges > pairs) {
    throw UsageError(
        fmt::format("random graph: expected 0 to {} edges between {} nodes, found {}", pairs, nodes, edges));
  }
  // Above half it is the missing pairs that are drawn, so that draws seldom repeat.
  const bool draw_missing = edges > pairs / 2;
  const auto wanted = static_cast<std::size_t>(draw_missing ? pairs - edges : edges);
  std::vector<Index> drawn;
  while (drawn.size() < wanted) {
    for (std::size_t missing = wanted - drawn.size(); missing > 0; --missing) drawn.push_back(rng.below(pairs));
    std::sort(drawn.begin(), drawn.end());
    drawn.erase(std::unique(drawn.begin(), drawn.end()), drawn.end());
  }
  Columns columns;
  PairWalk pair_of;
  const auto add = [&](Index i) {
    const auto [u, v] = pair_of(i);
    columns.add(u, v);
  };
  if (draw_missing) {
    auto next = drawn.begin();
    for (Index i = 0; i < pairs; ++i) {
      if (next != drawn.end() && *next == i) {
        ++next;
      } else {
        add(i);
      }
    }
  } else {
    for (const Index i : drawn) add(i);
  }
  return Graph::from_columns(nodes, columns.sources, columns.targets, {});
}

Graph block_model_graph(std::span<const Index> block_sizes, std::span<const double> probabilities, Rng& rng) {
  const std::size_t blocks = block_sizes.size();
  if (probabilities.size() != blocks * blocks) {
    throw UsageError(
        fmt::format("block model: expected {} probabilities, found {}", blocks * blocks, probabilities.size()));
  }
  std::vector<Index> first{0};
  for (const Index size : block_sizes) {
    check_nodes("block model", size);
    first.push_back(first.back() + size);
    check_nodes("block model", first.back());
  }
  std::vector<std::pair<std::size_t, std::size_t>> pairs;
  for (std::size_t a = 0; a < blocks; ++a) {
    for (std::size_t b = 0; b <= a; ++b) {
      check_probability("block model", probabilities[a * blocks + b]);
      if (probabilities[a * blocks + b] != probabilities[b * blocks + a]) {
        throw UsageError(fmt::format("block model: the probabilities of ({}, {}) and ({}, {}) differ", a, b, b, a));
      }
      pairs.emplace_back(a, b);
    }
  }
  const Rng base(rng.bits());  // a stream for each pair of blocks: they can be drawn in any order
  std::vector<Columns> found(pairs.size());
  parallel_blocks(static_cast<Index>(pairs.size()), 1, [&](Index i, Index) {
    const auto [a, b] = pairs[static_cast<std::size_t>(i)];
    Columns& columns = found[static_cast<std::size_t>(i)];
    Rng own = base.split(static_cast<std::uint64_t>(i));
    const double probability = probabilities[a * blocks + b];
    if (a == b) {
      PairWalk pair_of;
      visit_with_probability(pair_count(block_sizes[a]), probability, own, [&, from = first[a]](Index k) {
        const auto [u, v] = pair_of(k);
        columns.add(from + u, from + v);
      });
    } else {
      const Index width = block_sizes[b];
      visit_with_probability(block_sizes[a] * width, probability, own, [&, row = first[a], column = first[b]](Index k) {
        columns.add(row + k / width, column + k % width);
      });
    }
  });
  Columns all;
  for (const Columns& part : found) {
    all.sources.insert(all.sources.end(), part.sources.begin(), part.sources.end());
    all.targets.insert(all.targets.end(), part.targets.begin(), part.targets.end());
  }
  return Graph::from_columns(first.back(), all.sources, all.targets, {});
}

GeometricGraph geometric_graph(Index nodes, double radius, Rng& rng) {
  check_nodes("geometric", nodes);
  if (!(radius >= 0)) throw UsageError(fmt::format("geometric: expected a radius of at least 0, found {}", radius));
  GeometricGraph result;
  for (Index u = 0; u < nodes; ++u) {
    const double x = unit(rng);
    result.coordinates.push_back({x, unit(rng)});
  }
  // Cells are at least a radius wide, so that all neighbors lie in the 3 x 3 cells around; no more cells than nodes.
  const auto cells =
      static_cast<Index>(std::max(1.0, std::floor(std::min(1 / radius, std::sqrt(static_cast<double>(nodes))))));
  const auto cell_at = [=](double position) {
    return std::min(cells - 1, static_cast<Index>(position * static_cast<double>(cells)));
  };
  std::vector<std::vector<NodeId>> members(static_cast<std::size_t>(cells * cells));
  for (Index u = 0; u < nodes; ++u) {
    const auto& [x, y] = result.coordinates[static_cast<std::size_t>(u)];
    members[static_cast<std::size_t>(cell_at(x) * cells + cell_at(y))].push_back(static_cast<NodeId>(u));
  }
  Columns columns;
  for (Index u = 0; u < nodes; ++u) {
    const auto& [x, y] = result.coordinates[static_cast<std::size_t>(u)];
    for (Index i = std::max<Index>(cell_at(x) - 1, 0); i <= std::min(cell_at(x) + 1, cells - 1); ++i) {
      for (Index j = std::max<Index>(cell_at(y) - 1, 0); j <= std::min(cell_at(y) + 1, cells - 1); ++j) {
        for (const NodeId v : members[static_cast<std::size_t>(i * cells + j)]) {
          const auto& [other_x, other_y] = result.coordinates[static_cast<std::size_t>(v)];
          if (u < v && std::hypot(x - other_x, y - other_y) <= radius) columns.add(u, v);
        }
      }
    }
  }
  result.graph = Graph::from_columns(nodes, columns.sources, columns.targets, {});
  return result;
}

Graph rmat_graph(int scale, Index edge_factor, Rng& rng, const RmatShares& shares) {
  if (scale < 0 || scale > 30 || edge_factor < 0 || edge_factor > 4096) {
    throw UsageError(fmt::format("rmat: expected a scale of 0 to 30 and an edge factor of 0 to 4096, found {} and {}",
                                 scale, edge_factor));
  }
  const double sum = shares.a + shares.b + shares.c;
  if (!(shares.a >= 0 && shares.b >= 0 && shares.c >= 0 && sum <= 1)) {
    throw UsageError(fmt::format("rmat: expected shares of at least 0 with a sum of at most 1, found {}, {} and {}",
                                 shares.a, shares.b, shares.c));
  }
  const Index nodes = Index{1} << scale;
  const Index edges = edge_factor * nodes;
  const auto threshold = [](double share) { return static_cast<std::uint64_t>(std::ldexp(std::min(share, 1.0), 32)); };
  const std::uint64_t below_a = threshold(shares.a);
  const std::uint64_t below_b = threshold(shares.a + shares.b);
  const std::uint64_t below_c = threshold(sum);

  std::vector<NodeId> name(static_cast<std::size_t>(nodes));
  std::iota(name.begin(), name.end(), NodeId{0});
  for (Index left = nodes; left > 1; --left) {
    std::swap(name[static_cast<std::size_t>(left - 1)], name[static_cast<std::size_t>(rng.below(left))]);
  }

  const std::uint64_t key = rng.bits();
  Columns columns;
  columns.sources.resize(static_cast<std::size_t>(edges));
  columns.targets.resize(static_cast<std::size_t>(edges));
  parallel_blocks(edges, block_rows(2), [&](Index begin, Index end) {
    for (Index i = begin; i < end; ++i) {
      const std::uint64_t edge_key = stream_key(key, static_cast<std::uint64_t>(i));
      std::uint32_t source = 0;
      std::uint32_t target = 0;
      for (int level = 0; level < scale; ++level) {
        const std::uint64_t draw = draw_bits(edge_key, static_cast<std::uint32_t>(level));
        const bool lower = draw >= below_b;
        const bool right = (draw >= below_a && !lower) || draw >= below_c;
        source = (source << 1) | (lower ? 1U : 0U);
        target = (target << 1) | (right ? 1U : 0U);
      }
      columns.sources[static_cast<std::size_t>(i)] = name[source];
      columns.targets[static_cast<std::size_t>(i)] = name[target];
    }
  });
  std::size_t kept = 0;
  for (std::size_t i = 0; i < columns.sources.size(); ++i) {
    if (columns.sources[i] == columns.targets[i]) continue;
    columns.sources[kept] = columns.sources[i];
    columns.targets[kept++] = columns.targets[i];
  }
  columns.sources.resize(kept);
  columns.targets.resize(kept);
  return Graph::from_columns(nodes, columns.sources, columns.targets, {});
}

Graph random_recursive_tree(Index nodes, Rng& rng) {
  check_nodes("tree", nodes);
  Columns columns;
  for (Index u = 1; u < nodes; ++u) columns.add(u, rng.below(u));
  return Graph::from_columns(nodes, columns.sources, columns.targets, {});
}

}  // namespace cairn
