#include "position/random_walk.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/parallel.h"
#include "position/panels.h"
#include "position/walk_matrix.h"

namespace cairn {

namespace {

// An arc followed on a list of reached nodes costs about as much as one for 8 sources at once on all nodes.
constexpr Index arcs_a_listed_arc = 8;
// Tables of N values are made once for so many sources, a fixed share of all of them.
constexpr Index fewest_sources = 64;
constexpr Index most_blocks = 256;

/// Distributions after some steps from one source, on the nodes that it reaches.
class ListedWalk {
 public:
  explicit ListedWalk(const WalkMatrix& walk)
      : walk_(walk),
        now_(static_cast<std::size_t>(walk.size()), 0.0),
        next_(static_cast<std::size_t>(walk.size()), 0.0) {}

  /// Writes p_1 .. p_K of the source. Returns false, `returns` undefined, where it reaches too many nodes.
  bool run(NodeId source, std::span<Real> returns) {
    const bool fits = walk_.graph().directed() ? follow(source, returns) : follow_half(source, returns);
    clear(now_, now_nodes_);
    return fits;
  }

 private:
  static double& at(std::vector<double>& values, NodeId u) { return values[static_cast<std::size_t>(u)]; }

  static void clear(std::vector<double>& values, std::vector<NodeId>& nodes) {
    for (const NodeId u : nodes) at(values, u) = 0;
    nodes.clear();
  }

  void start(NodeId source) {
    at(now_, source) = 1;
    now_nodes_.assign(1, source);
  }

  /// next <- now P. Returns false where it is not worth it.
  bool step() {
    const Graph& graph = walk_.graph();
    Index arcs = 0;
    for (const NodeId u : now_nodes_) arcs += graph.degree(u);
    if (arcs > graph.arc_count() / arcs_a_listed_arc) return false;
    for (const NodeId u : now_nodes_) {
      const auto begin = static_cast<std::size_t>(graph.offsets()[static_cast<std::size_t>(u)]);
      const auto end = static_cast<std::size_t>(graph.offsets()[static_cast<std::size_t>(u) + 1]);
      if (begin == end) continue;
      const double share = at(now_, u) / walk_.row_sums()[static_cast<std::size_t>(u)];
      for (std::size_t arc = begin; arc < end; ++arc) {
        const NodeId v = graph.targets()[arc];
        if (at(next_, v) == 0) next_nodes_.push_back(v);
        at(next_, v) += graph.weighted() ? share * static_cast<double>(graph.weights()[arc]) : share;
      }
    }
    return true;
  }

  void advance() {
    clear(now_, now_nodes_);
    now_.swap(next_);
    now_nodes_.swap(next_nodes_);
  }

  bool follow(NodeId source, std::span<Real> returns) {
    start(source);
    for (Real& chance : returns) {
      if (!step()) return false;
      advance();
      chance = static_cast<Real>(at(now_, source));
    }
    return true;
  }

  bool follow_half(NodeId source, std::span<Real> returns) {
    start(source);
    const std::span<const double> sums = walk_.row_sums();
    const double own = sums[static_cast<std::size_t>(source)];
    if (own == 0) {  // no arcs: the walk has ended, and there is nothing to divide by
      std::fill(returns.begin(), returns.end(), Real(0));
      return true;
    }
    for (std::size_t t = 0; t < returns.size(); t += 2) {  // p_t+1 from steps t / 2 and t / 2 + 1, then p_t+2
      if (!step()) return false;
      double odd = 0;
      for (const NodeId u : now_nodes_) odd += at(now_, u) * at(next_, u) / sums[static_cast<std::size_t>(u)];
      returns[t] = static_cast<Real>(own * odd);
      advance();
      if (t + 1 == returns.size()) break;
      double even = 0;
      for (const NodeId u : now_nodes_) even += at(now_, u) * at(now_, u) / sums[static_cast<std::size_t>(u)];
      returns[t + 1] = static_cast<Real>(own * even);
    }
    return true;
  }

  const WalkMatrix& walk_;
  std::vector<double> now_;        // [N], 0 beside the nodes of the list
  std::vector<double> next_;       // [N], the same a step later; all 0 between steps
  std::vector<NodeId> now_nodes_;  // in the order in which they were reached
  std::vector<NodeId> next_nodes_;
};

/// sum_u D_u a[u, i] b[u, i] of each column, over the rows in order.
void add_products(const WalkMatrix& walk, const Panels& a, const Panels& b, std::span<double> sums) {
  const double* const x = a.panel(0);
  const double* const y = b.panel(0);
  for (Index u = 0; u < walk.size(); ++u) {
    const double weight = walk.row_sums()[static_cast<std::size_t>(u)];
    for (Index i = 0; i < Panels::width; ++i) {
      sums[static_cast<std::size_t>(i)] += weight * x[u * Panels::width + i] * y[u * Panels::width + i];
    }
  }
}

/// Up to 8 sources on all nodes: column i is P^t's column of source i.
void walk_everywhere(const WalkMatrix& walk, std::span<const NodeId> sources, Tensor& returns) {
  Panels now(walk.size(), Panels::width);
  Panels next(walk.size(), Panels::width);
  const auto count = static_cast<Index>(sources.size());
  for (Index i = 0; i < count; ++i) now.at(sources[static_cast<std::size_t>(i)], i) = 1;
  const auto put = [&](Index step, std::span<const double> sums) {
    for (Index i = 0; i < count; ++i) {
      const NodeId source = sources[static_cast<std::size_t>(i)];
      const double sum = sums[static_cast<std::size_t>(i)] / walk.row_sums()[static_cast<std::size_t>(source)];
      returns.at(source, step - 1) = static_cast<Real>(sum);
    }
  };
  const Index steps = returns.columns();
  if (walk.graph().directed()) {
    for (Index t = 1; t <= steps; ++t) {
      walk.apply(now, next, 0, {});
      std::swap(now, next);
      for (Index i = 0; i < count; ++i) {
        const NodeId source = sources[static_cast<std::size_t>(i)];
        returns.at(source, t - 1) = static_cast<Real>(now.at(source, i));
      }
    }
    return;
  }
  for (Index t = 1; t <= steps; t += 2) {
    walk.apply(now, next, 0, {});
    std::vector<double> sums(Panels::width, 0.0);
    add_products(walk, now, next, sums);
    put(t, sums);
    std::swap(now, next);
    if (t == steps) break;
    std::fill(sums.begin(), sums.end(), 0.0);
    add_products(walk, now, now, sums);
    put(t + 1, sums);
  }
}

Coordinates on_nodes(Tensor values, std::span<const std::int32_t> graph_of_node) {
  Coordinates coordinates;
  coordinates.values = std::move(values);
  coordinates.graph_of_node.assign(graph_of_node.begin(), graph_of_node.end());
  check_coordinates(coordinates);
  return coordinates;
}

}  // namespace

Coordinates return_probabilities(const Graph& graph, std::span<const std::int32_t> graph_of_node,
                                 const RandomWalkOptions& options) {
  if (options.steps < 1) {
    throw UsageError(fmt::format("return probabilities: expected at least 1 step, found {}", options.steps));
  }
  const Index nodes = graph.node_count();
  Coordinates coordinates = on_nodes(Tensor(Shape{nodes, options.steps}), graph_of_node);
  const WalkMatrix walk(graph);
  std::vector<std::uint8_t> listed(static_cast<std::size_t>(nodes), 1);
  parallel_blocks(nodes, std::max(fewest_sources, (nodes + most_blocks - 1) / most_blocks),
                  [&](Index begin, Index end) {
                    ListedWalk walks(walk);
                    for (Index u = begin; u < end; ++u) {
                      const bool fits = walks.run(static_cast<NodeId>(u), coordinates.values.row(u));
                      listed[static_cast<std::size_t>(u)] = fits ? 1 : 0;
                    }
                  });
  std::vector<NodeId> others;
  for (Index u = 0; u < nodes; ++u) {
    if (listed[static_cast<std::size_t>(u)] == 0) others.push_back(static_cast<NodeId>(u));
  }
  parallel_blocks(static_cast<Index>(others.size()), Panels::width, [&](Index begin, Index end) {
    const auto first = static_cast<std::size_t>(begin);
    walk_everywhere(walk, std::span(others).subspan(first, static_cast<std::size_t>(end) - first), coordinates.values);
  });
  return coordinates;
}

Coordinates degree_coordinates(const Graph& graph, std::span<const std::int32_t> graph_of_node, DegreeScale scale) {
  Tensor degrees(Shape{graph.node_count(), 1});
  for (Index u = 0; u < graph.node_count(); ++u) {
    const auto degree = static_cast<double>(graph.degree(static_cast<NodeId>(u)));
    degrees.at(u, 0) = static_cast<Real>(scale == DegreeScale::log ? std::log1p(degree) : degree);
  }
  return on_nodes(std::move(degrees), graph_of_node);
}

}  // namespace cairn
