#include "graph_io/graphml.h"

#include <algorithm>
#include <string>
#include <vector>

#include "core/error.h"
#include "support/catch.h"
#include "support/temporary_folder.h"

using namespace cairn;

namespace {

Dataset read_text(const std::string& text, const ReadOptions& options = {}) {
  const support::TemporaryFolder folder;
  Dataset dataset = read_graphml(folder.write("x.graphml", text), options);
  check_consistent(dataset);
  return dataset;
}

template <class A, class B>
bool same(const A& a, const B& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

}  // namespace

TEST_CASE("graphml: nodes, labels, features, graphs and weights are read as they are declared", "[graph_io]") {
  const Dataset dataset = read_text(R"(<?xml version="1.0" encoding="UTF-8"?>
<g:graphml xmlns:g="http://graphml.graphdrawing.org/xmlns">
  <g:key id="d0" for="node" attr.name="class" attr.type="string"/>
  <g:key id="d1" for="node" attr.name="label" attr.type="string"/>
  <g:key id="d2" for="node" attr.name="age" attr.type="int"><g:default>7</g:default></g:key>
  <g:key id="d3" for="node" attr.name="member" attr.type="boolean"/>
  <g:key id="d4" for="node" attr.name="remark" attr.type="string"/>
  <g:key id="d5" for="edge" attr.name="weight" attr.type="double"/>
  <g:key id="d6" for="graph" attr.name="title" attr.type="string"/>
  <g:graph id="G" edgedefault="directed">
    <g:desc>any text</g:desc>
    <g:data key="d6">title</g:data>
    <g:edge source="n2" target="n10"><g:data key="d5"> 0.5 </g:data></g:edge>
    <g:node id="n10"><g:data key="d0">a &amp; b</g:data><g:data key="d1">ten</g:data><g:data key="d3">true</g:data></g:node>
    <g:node id="n2"><g:data key="d2">2.5</g:data><g:data key="d3">false</g:data><g:data key="d4"><deep><er/></deep></g:data></g:node>
  </g:graph>
</g:graphml>
)");
  CHECK(dataset.graph.directed());
  CHECK(dataset.ids.name(0) == "n10");  // names that are no integers keep their order
  CHECK(dataset.graph.neighbors(1)[0] == 0);
  CHECK(dataset.graph.weights()[0] == Real(0.5));
  CHECK(dataset.class_names == std::vector<std::string>{"a & b"});  // class, not label
  CHECK(dataset.labels == std::vector<std::int32_t>{0, -1});
  CHECK(same(std::get<Tensor>(dataset.features).values(), Tensor({2, 2}, {7, 1, Real(2.5), 0}).values()));
}

TEST_CASE("graphml: integer names ascend and carry all that belongs to them", "[graph_io]") {
  const Dataset dataset = read_text(
      "<graphml><key id='x' for='node' attr.name='x' attr.type='float'/><key id='l' for='node' "
      "attr.name='label'/><graph edgedefault='undirected'>"
      "<node id='30'><data key='x'>3</data><data key='l'>c</data></node><node id='4'><data key='x'>1</data><data "
      "key='l'>a</data></node>"
      "<node id='20'><data key='x'>2</data></node><edge source='30' target='4'/></graph></graphml>");
  CHECK(dataset.ids.are_integers());
  CHECK(dataset.ids.name(0) == "4");
  CHECK(dataset.labels == std::vector<std::int32_t>{0, -1, 1});
  CHECK(same(std::get<Tensor>(dataset.features).values(), Tensor({3, 1}, {1, 2, 3}).values()));
  CHECK(dataset.graph.degree(1) == 0);
  CHECK(dataset.graph.neighbors(0)[0] == 2);
}

TEST_CASE("graphml: what was written reads back", "[graph_io]") {
  const support::TemporaryFolder folder;
  for (const bool directed : {false, true}) {
    for (const bool weighted : {false, true}) {
      Dataset dataset;
      const std::vector<Edge> edges{{0, 1, Real(0.1)}, {1, 2, -2}, {3, 3, 1}};
      dataset.graph = Graph::from_edges(4, edges, {directed, weighted});
      dataset.ids = weighted ? IdMap::integers({-1, 5, 6, 7}) : IdMap::strings({"z", "<a&b>", "\"q\"", "d"});
      dataset.labels = {1, -1, 0, 0};
      dataset.class_names = {"a<b", "c"};
      dataset.graph_of_node = {0, 0, 0, 1};
      dataset.graph_names = {"0", "1"};
      dataset.features = Tensor({4, 2}, {Real(0.1), 2, 3, 4, 5, 6, -7, 0});
      write_graphml(dataset, folder / "x.graphml");
      const Dataset read = read_graphml(folder / "x.graphml");
      CHECK(read.graph.directed() == directed);
      CHECK(same(read.graph.offsets(), dataset.graph.offsets()));
      CHECK(same(read.graph.targets(), dataset.graph.targets()));
      CHECK(same(read.graph.weights(), dataset.graph.weights()));
      CHECK(read.labels == dataset.labels);
      CHECK(read.class_names == dataset.class_names);
      CHECK(read.graph_of_node == dataset.graph_of_node);
      CHECK(read.graph_names == dataset.graph_names);
      CHECK(same(std::get<Tensor>(read.features).values(), std::get<Tensor>(dataset.features).values()));
      for (NodeId u = 0; u < 4; ++u) CHECK(read.ids.name(u) == dataset.ids.name(u));
    }
  }
}

TEST_CASE("graphml: sparse features stay sparse", "[graph_io]") {
  const support::TemporaryFolder folder;
  Dataset dataset;
  dataset.graph = Graph::from_edges(3, std::vector<Edge>{{0, 1, 1}});
  dataset.ids = IdMap::range(3);
  const auto pattern =
      std::make_shared<SparsePattern>(3, 3, std::vector<std::int64_t>{0, 2, 2, 3}, std::vector<std::int32_t>{0, 2, 0});
  dataset.features = SparseMatrix(pattern, Tensor({3}, {4, 5, 6}));
  write_graphml(dataset, folder / "x.graphml");
  const auto read = std::get<SparseMatrix>(read_graphml(folder / "x.graphml").features);
  CHECK(read.pattern().stored_count() == 3);
  CHECK(same(read.to_dense().values(), Tensor({3, 3}, {4, 0, 5, 0, 0, 0, 6, 0, 0}).values()));
  // Rows follow their nodes where these are declared in another order.
  const Dataset turned = read_text(
      "<graphml><key id='x' for='node' attr.name='x' attr.type='int'><default>0</default></key>"
      "<key id='y' for='node' attr.name='y' attr.type='int'><default>0</default></key><graph edgedefault='directed'>"
      "<node id='7'><data key='y'>1</data><data key='x'>2</data></node><node id='3'/><node id='5'><data "
      "key='y'>3</data></node></graph></graphml>");
  CHECK(same(std::get<SparseMatrix>(turned.features).to_dense().values(), Tensor({3, 2}, {0, 0, 0, 3, 2, 1}).values()));
}

TEST_CASE("graphml: markup without an end is refused before it is kept", "[graph_io]") {
  const support::TemporaryFolder folder;
  const auto path =
      folder.write("x.graphml", "<graphml>\n<graph edgedefault=\"" + std::string(std::size_t{20} << 20, 'x'));
  CHECK_THROWS_WITH(read_graphml(path),
                    Catch::Contains("x.graphml:") && Catch::Contains("expected markup of at most 16 MiB"));
}
