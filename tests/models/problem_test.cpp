#include "models/problem.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/error.h"
#include "data/synthetic.h"
#include "graph/traversal.h"
#include "models/defaults.h"
#include "models/prepare.h"
#include "models/training.h"
#include "support/catch.h"
#include "support/graphs.h"
#include "support/tensors.h"

using namespace cairn;

namespace {

/// A dataset that the task can be asked of.
Dataset dataset_for(std::string_view task) {
  if (task == "path-sum") return make_synthetic("trees:10x20", 2);
  return make_synthetic("communities:6x8", 2);
}

TrainConfig config_for(std::string_view task, std::string_view model = "gcn") {
  TrainConfig config = default_config(model, task);
  config.distance_pairs = 300;
  config.score = "distance";  // a model's default may be another, which figures would show
  return config;
}

/// [N, edges]: 1 where an edge ends. The product of the rows of two nodes is the number of edges that join them.
Tensor incidence(const Graph& graph) {
  std::vector<std::pair<NodeId, NodeId>> edges;
  for (NodeId u = 0; u < graph.node_count(); ++u) {
    for (const NodeId v : graph.neighbors(u)) {
      if (u < v) edges.emplace_back(u, v);
    }
  }
  Tensor rows(Shape{graph.node_count(), static_cast<Index>(edges.size())});
  for (std::size_t e = 0; e < edges.size(); ++e) {
    rows.at(edges[e].first, static_cast<Index>(e)) = 1;
    rows.at(edges[e].second, static_cast<Index>(e)) = 1;
  }
  return rows;
}

/// Whatever can be seen of a problem from outside: the graph, features and anchors, and figures of some rows in all
/// parts, which depend on every pair or node of them.
void check_same(const Problem& a, const Problem& b, const Dataset& dataset, bool same) {
  Rng rng(9);
  const Tensor rows = support::random_tensor({dataset.node_count(), a.task->out_width()}, rng);
  bool equal = support::same_graph(a.data(dataset).graph, b.data(dataset).graph) && a.anchors == b.anchors;
  for (const Part part : {Part::train, Part::validation, Part::test}) {
    equal = equal && a.task->evaluate(rows, part) == b.task->evaluate(rows, part);
  }
  CHECK(equal == same);
}

}  // namespace

TEST_CASE("problem: a seed gives all models the same split, and another seed another", "[models][problem]") {
  for (const std::string_view task : task_names()) {
    const Dataset dataset = dataset_for(task);
    const Problem first = make_problem(dataset, config_for(task, "gcn"), 5, 0);
    for (const char* model : {"gir", "pgnn", "gat+gir", "free"}) {
      INFO(task << " " << model);
      TrainConfig config = config_for(task, model);
      config.anchors = 3;
      config.hidden = 7;
      check_same(first, make_problem(dataset, config, 5, 0), dataset, true);
    }
    check_same(first, make_problem(dataset, config_for(task), 6, 0), dataset, false);
  }
}

TEST_CASE("problem: a seed gives all models the same anchors, another seed others", "[models][problem]") {
  const Dataset dataset = dataset_for("link");
  const auto anchors = [&](std::string_view model, std::uint64_t seed) {
    TrainConfig config = config_for("link", model);
    config.anchors = 5;
    config.anchor_strategy = "random";
    config.redraw_anchors = "never";
    config.seed = seed;
    const Training training(dataset, config);
    REQUIRE(training.anchors() != nullptr);
    return training.anchors()->groups;
  };
  for (const char* model : {"gir-dist", "gcn+gir", "pgnn", "gir+pgnn+gat"}) {
    INFO(model);
    CHECK(anchors("gir", 4) == anchors(model, 4));
    CHECK(anchors("gir", 4) != anchors(model, 5));
  }
  CHECK(Training(dataset, config_for("link", "gcn")).anchors() == nullptr);
}

TEST_CASE("problem: of the links to find the message graph holds none, in either direction, and all that train",
          "[models][problem]") {
  for (const bool directed : {false, true}) {
    Rng rng(3);
    Dataset dataset = make_synthetic("grid:9x9", 1);
    if (directed) {
      dataset.graph = support::random_graph(60, 300, rng, {.directed = true});
      dataset.ids = IdMap::range(60);
    }
    TrainConfig config = config_for("link");
    config.score = "dot";
    const Problem problem = make_problem(dataset, config, 3, 0);
    const Graph& messages = problem.data(dataset).graph;
    // An arc there, back, or both ways is one link.
    const auto links_of = [](const Graph& graph) {
      std::vector<Edge> edges;
      std::set<std::pair<NodeId, NodeId>> seen;
      for (NodeId u = 0; u < graph.node_count(); ++u) {
        for (const NodeId v : graph.neighbors(u)) {
          if (u != v && seen.insert({std::min(u, v), std::max(u, v)}).second) edges.push_back({u, v});
        }
      }
      return Graph::from_edges(graph.node_count(), edges);
    };
    const Tensor joined = incidence(links_of(messages));
    const Tensor joined_at_all = incidence(links_of(dataset.graph));
    INFO((directed ? "directed" : "undirected"));
    CHECK(problem.task->evaluate(joined, Part::train).at("roc_auc") == 1);
    CHECK(problem.task->evaluate(joined, Part::validation).at("roc_auc") == 0.5);  // all pairs score the same
    CHECK(problem.task->evaluate(joined, Part::test).at("roc_auc") == 0.5);
    CHECK(problem.task->evaluate(joined_at_all, Part::test).at("roc_auc") == 1);
    CHECK(messages.node_count() == dataset.node_count());
    CHECK(problem.data(dataset).ids.name(7) == dataset.ids.name(7));
  }
}

TEST_CASE("problem: degrees as features are those of the message graph", "[models][problem]") {
  const Dataset dataset = make_synthetic("communities:6x8", 2);
  TrainConfig config = config_for("link");
  config.features = "degree";
  config.feature_norm = "none";
  const Problem problem = make_problem(dataset, config, 3, 0);
  const Dataset& seen = problem.data(dataset);
  const ModelInput input = prepare_input(seen, plan_features(seen, config));
  const Tensor& x = std::get<Variable>(input.features()).value();
  Index fewer = 0;
  for (NodeId u = 0; u < dataset.node_count(); ++u) {
    CHECK(std::abs(std::expm1(static_cast<double>(x.at(u, 0))) - static_cast<double>(seen.graph.degree(u))) < 1e-4);
    if (seen.graph.degree(u) < dataset.graph.degree(u)) ++fewer;
  }
  CHECK(fewer > 10);
  // And a run's plan was made from it: its standardization is that of these degrees.
  config.feature_norm = "auto";
  config.seed = 3;
  const Training training(dataset, config);
  const FeaturePlan expected = plan_features(seen, config);
  CHECK(support::same_bits(training.feature_plan().mean, expected.mean));
  CHECK_FALSE(support::same_bits(plan_features(dataset, config).mean, expected.mean));
}

TEST_CASE("problem: of path sums the roots are the anchors, marks the features, and both classes have a name",
          "[models][problem]") {
  const Dataset dataset = dataset_for("path-sum");
  const Problem problem = make_problem(dataset, config_for("path-sum"), 1, 0);
  const Problem other = make_problem(dataset, config_for("path-sum"), 2, 0);
  REQUIRE(problem.anchors.size() == 10);
  for (std::size_t tree = 0; tree < 10; ++tree) CHECK(problem.anchors[tree] == static_cast<NodeId>(20 * tree));
  const Dataset& seen = problem.data(dataset);
  CHECK(seen.class_names.size() == 2);
  const Tensor& marks = std::get<Tensor>(seen.features);
  const Tensor& other_marks = std::get<Tensor>(other.data(dataset).features);
  CHECK(marks.shape() == Shape{200, 1});
  CHECK_FALSE(support::same_bits(marks, other_marks));
  // The label of a node, from the marks on the way back to its root.
  for (std::size_t tree = 0; tree < 10; ++tree) {
    const std::vector<std::int32_t> hops = hop_distances(dataset.graph, problem.anchors[tree]);
    for (NodeId u = 0; u < 200; ++u) {
      if (hops[static_cast<std::size_t>(u)] < 0) continue;
      double sum = 0;
      for (NodeId at = u; at != problem.anchors[tree];) {
        for (const NodeId w : dataset.graph.neighbors(at)) {
          if (hops[static_cast<std::size_t>(w)] < hops[static_cast<std::size_t>(at)]) {
            at = w;
            break;
          }
        }
        sum += static_cast<double>(marks.at(at, 0));
      }
      CHECK(seen.labels[static_cast<std::size_t>(u)] == (sum > 0 ? 1 : 0));
    }
  }
  TrainConfig config = config_for("path-sum", "gir");
  const Training training(dataset, config);
  std::vector<NodeId> anchors;
  for (const auto& group : training.anchors()->groups) anchors.insert(anchors.end(), group.begin(), group.end());
  CHECK(anchors == problem.anchors);
}

TEST_CASE("problem: seeds take the splits that a dataset brings in turn", "[models][problem]") {
  Dataset dataset = make_synthetic("communities:6x8", 2);
  dataset.splits = {{{0}, {1}, {2, 3}}, {{4}, {5}, {6, 7, 8}}};
  const auto figures = [&](Index seed_index) {
    Rng rng(9);
    const Tensor rows = support::random_tensor({48, 6}, rng);
    return make_problem(dataset, config_for("node"), 77, seed_index).task->evaluate(rows, Part::test);
  };
  CHECK(figures(0) == figures(2));
  CHECK(figures(1) == figures(3));
  CHECK(figures(0) != figures(1));
}

TEST_CASE("problem: data without what the task is about is bad input, ratios that make no sense bad usage",
          "[models][problem]") {
  const auto make = [](const Dataset& dataset, const TrainConfig& config) { make_problem(dataset, config, 1, 0); };
  const Dataset grid = make_synthetic("grid:6x6", 1);
  for (const char* task : {"node", "pair"}) {
    INFO(task);
    CHECK_THROWS_AS(make(grid, config_for(task)), InputError);
    CHECK_THROWS_WITH(make(grid, config_for(task)), Catch::Contains("grid:6x6") && Catch::Contains("labels"));
  }
  Dataset edgeless = grid;
  edgeless.graph = Graph::from_edges(36, {});
  CHECK_THROWS_AS(make(edgeless, config_for("link")), InputError);
  CHECK_THROWS_AS(make(edgeless, config_for("distance")), Error);
  for (const std::string_view task : task_names()) {
    INFO(task);
    TrainConfig config = config_for(task);
    config.test_ratio = 0;
    CHECK_THROWS_AS(make(dataset_for(task), config), UsageError);
    config.test_ratio = 0.9;
    CHECK_THROWS_AS(make(dataset_for(task), config), UsageError);
  }
  TrainConfig config = config_for("node");
  config.task = "triangle";
  CHECK_THROWS_WITH(make(grid, config), Catch::Contains("path-sum"));
  CHECK_THROWS_AS(make(grid, config), UsageError);
  CHECK_THROWS_AS(make(grid, config_for("path-sum")), Error);
}
