// Untrained controls that any reported figure must beat: two nodes are as alike as their distances from the anchors.
// Means and deviations to hold against were computed by another program from other random draws.

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>

#include "graph/generate.h"
#include "position/distances.h"
#include "support/catch.h"
#include "support/graphs.h"

using namespace cairn;

namespace {

using NodePair = std::pair<NodeId, NodeId>;

/// Pairs to tell apart, and the graph that may be looked at.
struct PairTask {
  Graph message;
  std::vector<NodePair> positives;
  std::vector<NodePair> negatives;
};

NodePair random_pair(Index nodes, Rng& rng) {
  while (true) {
    const auto u = static_cast<NodeId>(rng.below(nodes));
    const auto v = static_cast<NodeId>(rng.below(nodes));
    if (u != v) return {std::min(u, v), std::max(u, v)};
  }
}

/// 10 % of the edges to find, on the 80 % that train; negatives are no edge in either direction.
PairTask link_task(const Graph& graph, Rng& rng) {
  std::vector<NodePair> edges;
  for (NodeId u = 0; u < graph.node_count(); ++u) {
    for (const NodeId v : graph.neighbors(u)) {
      if (u < v) edges.emplace_back(u, v);
    }
  }
  const std::set<NodePair> known(edges.begin(), edges.end());
  for (std::size_t left = edges.size(); left > 1; --left) {
    std::swap(edges[left - 1], edges[static_cast<std::size_t>(rng.below(static_cast<Index>(left)))]);
  }
  const std::size_t tenth = edges.size() / 10;
  PairTask task;
  task.positives.assign(edges.begin(), edges.begin() + static_cast<std::ptrdiff_t>(tenth));
  while (task.negatives.size() < tenth) {
    const NodePair pair = random_pair(graph.node_count(), rng);
    if (known.count(pair) == 0) task.negatives.push_back(pair);
  }
  std::vector<Edge> training;
  for (std::size_t e = 2 * tenth; e < edges.size(); ++e) training.push_back({edges[e].first, edges[e].second});
  task.message = Graph::from_edges(graph.node_count(), training);
  return task;
}

/// Whether two nodes of a caveman graph began in the same clique; all edges may be seen.
PairTask clique_task(const Graph& graph, Index clique_size, Rng& rng) {
  PairTask task{graph, {}, {}};
  while (task.positives.size() < 400 || task.negatives.size() < 400) {
    const NodePair pair = random_pair(graph.node_count(), rng);
    auto& side = pair.first / clique_size == pair.second / clique_size ? task.positives : task.negatives;
    if (side.size() < 400) side.push_back(pair);
  }
  return task;
}

/// Area under the ROC curve: how often a positive scores above a negative, ties half.
double roc_auc(const std::vector<double>& positives, const std::vector<double>& negatives) {
  double above = 0;
  for (const double p : positives) {
    for (const double n : negatives) above += p > n ? 1.0 : p == n ? 0.5 : 0.0;
  }
  return above / static_cast<double>(positives.size()) / static_cast<double>(negatives.size());
}

double untrained_auc(const PairTask& task, const AnchorOptions& options, Rng& rng) {
  const HopDistances hops = hop_distances(task.message, select_anchors(task.message, {}, options, rng));
  const auto closeness = [](std::uint16_t d) { return d == HopDistances::unreached ? 0.0 : 1.0 / (d + 1.0); };
  const auto scores = [&](const std::vector<NodePair>& pairs) {
    std::vector<double> result;
    for (const auto& [u, v] : pairs) {
      double distance = 0;
      for (Index k = 0; k < hops.anchor_count; ++k)
        distance += std::abs(closeness(hops.at(u, k)) - closeness(hops.at(v, k)));
      result.push_back(-distance);
    }
    return result;
  };
  return roc_auc(scores(task.positives), scores(task.negatives));
}

double mean_auc(const std::function<PairTask(Rng&)>& make_task, const AnchorOptions& options, int seeds) {
  double sum = 0;
  for (int seed = 0; seed < seeds; ++seed) {
    Rng rng(static_cast<std::uint64_t>(seed));
    const PairTask task = make_task(rng);
    sum += untrained_auc(task, options, rng);
  }
  return sum / seeds;
}

struct Control {
  std::string strategy;
  Index count;
  double mean;
  double deviation;  // over seeds, of one value
};

void check_controls(const std::function<PairTask(Rng&)>& make_task, const std::vector<Control>& controls) {
  for (const Control& control : controls) {
    const double found = mean_auc(make_task, {.strategy = control.strategy, .count = control.count}, 10);
    INFO(control.strategy << " K = " << control.count << ": found " << found << ", expected " << control.mean);
    CHECK(std::abs(found - control.mean) < 2 * control.deviation);
  }
}

}  // namespace

TEST_CASE("controls: untrained distances tell links of a grid from other pairs as well as was computed elsewhere",
          "[position][controls]") {
  // Deviations for fewer anchors are not known: draws of K = 4 differed by 0.02 in the mean of 5 seeds.
  check_controls([](Rng& rng) { return link_task(grid_graph(20, 20), rng); }, {{"random", 1, 0.777, 0.02},
                                                                               {"random", 4, 0.818, 0.02},
                                                                               {"random", 16, 0.891, 0.02},
                                                                               {"random", 64, 0.939, 0.021},
                                                                               {"sets", 64, 0.721, 0.049}});
}

TEST_CASE("controls: and links and cliques of communities", "[position][controls]") {
  check_controls([](Rng& rng) { return link_task(caveman_graph(20, 20, 0.01, rng), rng); },
                 {{"random", 1, 0.797, 0.02},
                  {"random", 4, 0.896, 0.02},
                  {"random", 16, 0.960, 0.01},
                  {"random", 64, 0.988, 0.005},
                  {"sets", 64, 0.938, 0.013}});
  check_controls([](Rng& rng) { return clique_task(caveman_graph(20, 20, 0.01, rng), 20, rng); },
                 {{"random", 1, 0.842, 0.02},
                  {"random", 4, 0.943, 0.02},
                  {"random", 16, 0.991, 0.005},
                  {"random", 64, 1.000, 0.001},
                  {"sets", 64, 0.977, 0.004}});
}
