#include "data/synthetic.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/error.h"
#include "graph/generate.h"
#include "graph/traversal.h"
#include "support/catch.h"
#include "support/graphs.h"
#include "support/tensors.h"
#include "support/threads.h"

using namespace cairn;

namespace {

/// Share of the arcs that stay within a class.
double measured_homophily(const Dataset& dataset) {
  Index same = 0;
  for (NodeId u = 0; u < dataset.node_count(); ++u) {
    for (const NodeId v : dataset.graph.neighbors(u)) {
      same += dataset.labels[static_cast<std::size_t>(u)] == dataset.labels[static_cast<std::size_t>(v)] ? 1 : 0;
    }
  }
  return static_cast<double>(same) / static_cast<double>(dataset.graph.arc_count());
}

}  // namespace

TEST_CASE("synthetic: every kind of the table can be made and is consistent", "[data][synthetic]") {
  const std::vector<std::string> specs{"karate",        "grid:3x4",        "communities:4x5", "path:6", "cycle:7",
                                       "sbm:nodes=100", "er:50",           "geometric:60",    "rmat:5", "trees:3x8",
                                       "carry:8",       "ring-transfer:8", "corners:3x4"};
  REQUIRE(specs.size() == synthetic_kinds().size());
  for (const SyntheticKind& kind : synthetic_kinds()) {
    const auto spec = std::find_if(specs.begin(), specs.end(),
                                   [&](const std::string& s) { return s.substr(0, s.find(':')) == kind.name; });
    INFO(kind.name);
    REQUIRE(spec != specs.end());
    CHECK(kind.pattern.substr(0, kind.name.size()) == kind.name);
    CHECK(is_synthetic(*spec));
    const Dataset dataset = make_synthetic(*spec, 1);
    CHECK_NOTHROW(check_consistent(dataset));
    CHECK(dataset.name == *spec);
    CHECK(dataset.node_count() > 0);
    CHECK(dataset.ids.is_range());
  }
}

TEST_CASE("synthetic: paths and files are not taken for synthetic datasets", "[data][synthetic]") {
  for (const char* text :
       {"../shared/data/cora", "./path", "edges.csv", "karate.csv", "Karate", "", "karate+", "karate+cora"}) {
    INFO(text);
    CHECK_FALSE(is_synthetic(text));
  }
  CHECK(is_synthetic("grid:bad"));  // a name of the table with words that make_synthetic refuses
}

TEST_CASE("synthetic: karate has the two factions of 17 members after the split", "[data][synthetic]") {
  const Dataset karate = make_synthetic("karate", 1);
  CHECK(support::same_graph(karate.graph, karate_club()));
  CHECK(karate.class_names == std::vector<std::string>{"Mr. Hi", "Officer"});
  CHECK(std::count(karate.labels.begin(), karate.labels.end(), 0) == 17);
  CHECK(karate.labels[0] == 0);
  CHECK(karate.labels[33] == 1);
  CHECK(karate.labels[8] == 0);  // member 9, the one whom Zachary's model of flow put on the other side
}

TEST_CASE("synthetic: communities are labeled by their clique", "[data][synthetic]") {
  const Dataset dataset = make_synthetic("communities:20x20", 1);
  CHECK(dataset.node_count() == 400);
  CHECK(dataset.class_count() == 20);
  CHECK(dataset.labels[39] == 1);
  CHECK(measured_homophily(dataset) > 0.97);  // 20 joining edges and about 38 rewired of 3,800
  CHECK(measured_homophily(dataset) < 1);
  const Dataset untouched = make_synthetic("communities:20x20:0", 1);
  CHECK(measured_homophily(untouched) == Approx(1 - 20.0 / 3800));
}

TEST_CASE("synthetic: a block model has the degree, homophily and classes that were asked for", "[data][synthetic]") {
  const Dataset dataset = make_synthetic("sbm:nodes=5002,classes=4,degree=10,homophily=0.6,features=0", 3);
  CHECK(dataset.node_count() == 5002);
  CHECK(feature_width(dataset.features) == 0);
  // 25,010 edges with a standard deviation of sqrt(25010) = 158; 5 of them, over 5002 / 2.
  CHECK(std::abs(static_cast<double>(dataset.graph.arc_count()) / 5002 - 10) < 0.32);
  CHECK(std::abs(measured_homophily(dataset) - 0.6) < 0.016);  // 5 sqrt(0.24 / 25010)
  for (std::int32_t c = 0; c < 4; ++c) {
    const auto size = std::count(dataset.labels.begin(), dataset.labels.end(), c);
    CHECK((size == 1250 || size == 1251));
  }
}

TEST_CASE("synthetic: words tell of the class as often as the signal says", "[data][synthetic]") {
  const Dataset dataset = make_synthetic("sbm:nodes=4000,classes=4,features=4000,words=10,signal=0.4", 3);
  const SparseMatrix features = std::get<SparseMatrix>(dataset.features);
  CHECK(features.rows() == 4000);
  CHECK(features.columns() == 4000);
  Index own = 0;
  for (Index u = 0; u < 4000; ++u) {
    for (auto k = features.pattern().offsets()[static_cast<std::size_t>(u)];
         k < features.pattern().offsets()[static_cast<std::size_t>(u) + 1]; ++k) {
      own += features.pattern().columns()[static_cast<std::size_t>(k)] / 1000 ==
             dataset.labels[static_cast<std::size_t>(u)];
    }
  }
  const auto stored = static_cast<double>(features.pattern().stored_count());
  CHECK(stored > 39800);  // 10 words a node; two of 10 are the same for about 1 node in 100
  // 0.4 from the class's own words, and a quarter of the other 0.6; 5 sqrt(0.25 / 40000), and repeats.
  CHECK(std::abs(static_cast<double>(own) / stored - 0.55) < 0.014);
  for (const Real value : features.values().values()) REQUIRE(value == 1);
}

TEST_CASE("synthetic: the default block model says more in the neighborhood than in the node", "[data][synthetic]") {
  // Votes: words of the class's own range, by the node alone and summed over its neighbors and itself.
  const Dataset dataset = make_synthetic("sbm", 1);
  const Tensor words = std::get<SparseMatrix>(dataset.features).to_dense();
  const Index classes = dataset.class_count();
  const Index width = words.columns() / classes;
  Tensor votes({dataset.node_count(), classes});
  for (Index u = 0; u < dataset.node_count(); ++u) {
    for (Index f = 0; f < words.columns(); ++f) votes.at(u, f / width) += words.at(u, f);
  }
  const auto accuracy = [&](bool with_neighbors) {
    Index right = 0;
    for (NodeId u = 0; u < dataset.node_count(); ++u) {
      std::vector<Real> sum(votes.row(u).begin(), votes.row(u).end());
      if (with_neighbors) {
        for (const NodeId v : dataset.graph.neighbors(u)) {
          for (Index c = 0; c < classes; ++c) sum[static_cast<std::size_t>(c)] += votes.at(v, c);
        }
      }
      const auto best = std::max_element(sum.begin(), sum.end()) - sum.begin();
      right += best == dataset.labels[static_cast<std::size_t>(u)] ? 1 : 0;
    }
    return static_cast<double>(right) / static_cast<double>(dataset.node_count());
  };
  CHECK(accuracy(false) > 0.5);  // chance is 0.2
  CHECK(accuracy(false) < 0.85);
  CHECK(accuracy(true) > accuracy(false) + 0.05);
}

TEST_CASE("synthetic: parts joined by + are the graphs of one dataset", "[data][synthetic]") {
  const Dataset both = make_synthetic("grid:10x10+grid:20x20", 1);
  CHECK(both.node_count() == 500);
  CHECK(both.graph.edge_count() == 180 + 760);
  CHECK(both.graph_count() == 2);
  CHECK(both.graph_names[1] == "grid:20x20");
  CHECK(connected_components(both.graph).of_node == both.graph_of_node);
  CHECK(both.ids.name(100) == "1/0");
}

TEST_CASE("synthetic: trees are a dataset of as many connected graphs", "[data][synthetic]") {
  const Dataset trees = make_synthetic("trees:30x60", 1);
  CHECK(trees.graph_count() == 30);
  CHECK(trees.graph.edge_count() == 30 * 59);
  CHECK(connected_components(trees.graph).of_node == trees.graph_of_node);
}

TEST_CASE("synthetic: spec and seed decide the dataset, threads do not", "[data][synthetic]") {
  for (const std::string spec : {"sbm", "rmat:10", "geometric:500", "communities:5x6+trees:4x20+er:300"}) {
    INFO(spec);
    const auto made = [&](int threads, std::uint64_t seed) {
      const support::Threads scope(threads);
      return make_synthetic(spec, seed);
    };
    const Dataset one = made(1, 5);
    for (const int threads : {2, 3}) {
      const Dataset other = made(threads, 5);
      CHECK(support::same_graph(one.graph, other.graph));
      CHECK(one.labels == other.labels);
      if (spec == "sbm") {
        CHECK(support::same_bits(std::get<SparseMatrix>(one.features).to_dense(),
                                 std::get<SparseMatrix>(other.features).to_dense()));
      }
    }
    CHECK_FALSE(support::same_graph(one.graph, made(1, 6).graph));
  }
}

TEST_CASE("synthetic: a part of its own position draws differently from its twin", "[data][synthetic]") {
  const Dataset twins = make_synthetic("er:50+er:50", 1);
  std::vector<NodeId> first(50);
  std::vector<NodeId> second(50);
  for (NodeId u = 0; u < 50; ++u) {
    first[static_cast<std::size_t>(u)] = u;
    second[static_cast<std::size_t>(u)] = u + 50;
  }
  CHECK_FALSE(support::same_graph(induced_subgraph(twins.graph, first), induced_subgraph(twins.graph, second)));
}

TEST_CASE("synthetic: what cannot be made is refused with what was expected", "[data][synthetic]") {
  for (const char* text : {"karate:3",
                           "grid",
                           "grid:",
                           "grid:0x4",
                           "grid:3x4:5",
                           "grid:100000x100000",
                           "path:0",
                           "path:-1",
                           "cycle:2",
                           "cycle:x",
                           "communities:5",
                           "communities:5x5x5",
                           "communities:5x1",
                           "communities:5x5:2",
                           "sbm:classes=2000",
                           "sbm:degree=5000",
                           "sbm:homophily=1.1",
                           "sbm:features=3",
                           "sbm:nodes=1",
                           "sbm:colour=red",
                           "geometric",
                           "geometric:10:-1",
                           "er:10:20",
                           "rmat:31",
                           "rmat:5:-1",
                           "trees:30",
                           "trees:0x5",
                           "trees:100000x100000",
                           "carry",
                           "carry:1",
                           "carry:8:4",
                           "carry:8x200",
                           "ring-transfer:2",
                           "ring-transfer:2000000000:200",
                           "corners:8",
                           "corners:1x8",
                           "corners:3x3x3",
                           "corners:2000000000x2000000000",
                           "karate+",
                           "+karate",
                           "cora",
                           "",
                           "sbm+grid:3x3"}) {
    INFO(text);
    CHECK_THROWS_AS(make_synthetic(text, 1), UsageError);
  }
  CHECK_THROWS_WITH(make_synthetic("grid", 1), Catch::Contains("expected grid:ROWSxCOLUMNS"));
  CHECK_THROWS_WITH(make_synthetic("cora", 1), Catch::Contains("known: karate, grid"));
}
