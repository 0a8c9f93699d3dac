#include "graph_io/dataset_folder.h"

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "core/error.h"
#include "support/catch.h"
#include "support/places.h"
#include "support/temporary_folder.h"

using namespace cairn;
namespace fs = std::filesystem;

namespace {

template <class A, class B>
bool same(const A& a, const B& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

bool same_graph(const Graph& a, const Graph& b) {
  return a.directed() == b.directed() && same(a.offsets(), b.offsets()) && same(a.targets(), b.targets()) &&
         same(a.weights(), b.weights());
}

Tensor dense(const Features& features) {
  if (const auto* sparse = std::get_if<SparseMatrix>(&features)) return sparse->to_dense();
  return std::get<Tensor>(features);
}

void check_equal(const Dataset& a, const Dataset& b) {
  CHECK(same_graph(a.graph, b.graph));
  CHECK(a.labels == b.labels);
  CHECK(a.class_names == b.class_names);
  CHECK(a.graph_of_node == b.graph_of_node);
  CHECK(a.graph_names == b.graph_names);
  REQUIRE(a.node_count() == b.node_count());
  for (Index u = 0; u < a.node_count(); ++u)
    CHECK(a.ids.name(static_cast<NodeId>(u)) == b.ids.name(static_cast<NodeId>(u)));
  REQUIRE(a.splits.size() == b.splits.size());
  for (std::size_t i = 0; i < a.splits.size(); ++i) {
    for (const Part part : {Part::train, Part::validation, Part::test})
      CHECK(a.splits[i].of(part) == b.splits[i].of(part));
  }
  REQUIRE(std::holds_alternative<std::monostate>(a.features) == std::holds_alternative<std::monostate>(b.features));
  if (!std::holds_alternative<std::monostate>(a.features))
    CHECK(same(dense(a.features).values(), dense(b.features).values()));
}

/// Six nodes in two graphs, one of them isolated and without a label.
Dataset example(IdMap ids, bool directed, bool weighted) {
  Dataset dataset;
  const std::vector<Edge> edges{{0, 2, Real(0.5)}, {1, 0, Real(2)}, {3, 4, Real(-1)}, {4, 4, Real(1)}};
  dataset.graph = Graph::from_edges(6, edges, {directed, weighted});
  dataset.labels = {1, 0, 1, 0, 0, -1};
  dataset.class_names = {"blue", "red, dark"};
  dataset.graph_of_node = {0, 0, 0, 1, 1, 1};
  dataset.graph_names = {"z", "a"};
  dataset.splits = {Split{{0, 1}, {2}, {3, 4}}, Split{{4}, {}, {0}}};
  dataset.ids = std::move(ids);
  return dataset;
}

Dataset round_trip(const Dataset& dataset, bool directed = false) {
  const support::TemporaryFolder folder;
  write_dataset_folder(dataset, folder / "d");
  Dataset read = read_dataset_folder(folder / "d", {.directed = directed, .header = Header::automatic});
  check_consistent(read);
  return read;
}

}  // namespace

TEST_CASE("dataset folder: what was written reads back equal, whatever the ids, features and edges", "[graph_io]") {
  const Tensor features({6, 2}, {1, 0, 0, Real(0.1), 0, 0, -3, 0, 0, 5, Real(1e-20), 0});
  const auto pattern = std::make_shared<SparsePattern>(6, 3, std::vector<std::int64_t>{0, 1, 1, 3, 3, 3, 4},
                                                       std::vector<std::int32_t>{2, 0, 1, 1});
  const SparseMatrix sparse(pattern, Tensor({4}, {1, 2, 3, 4}));
  for (int ids = 0; ids < 3; ++ids) {
    const auto make_ids = [&] {
      if (ids == 0) return IdMap::range(6);
      if (ids == 1) return IdMap::integers({-4, 0, 7, 8, 100, 5'000'000'000});
      return IdMap::strings({"zoe", "a, b", "#1", "x", "007", "last"});
    };
    for (const bool directed : {false, true}) {
      for (const bool weighted : {false, true}) {
        Dataset dataset = example(make_ids(), directed, weighted);
        check_equal(round_trip(dataset, directed), dataset);
        dataset.features = features;
        check_equal(round_trip(dataset, directed), dataset);
        dataset.features = sparse;
        const Dataset read = round_trip(dataset, directed);
        check_equal(read, dataset);
        CHECK(std::holds_alternative<SparseMatrix>(read.features) == (ids == 0));
      }
    }
  }
}

TEST_CASE("dataset folder: an isolated node that nothing else names, and the order of names, survive", "[graph_io]") {
  Dataset dataset;
  dataset.graph = Graph::from_edges(4, std::vector<Edge>{{0, 3, 1}, {1, 3, 1}});
  for (IdMap ids : {IdMap::range(4), IdMap::integers({3, 5, 8, 9}), IdMap::strings({"d", "c", "b", "a"})}) {
    dataset.ids = std::move(ids);
    check_equal(round_trip(dataset), dataset);
  }
  // Edges are written by rows, which name 3 before 2.
  dataset.graph = Graph::from_edges(4, std::vector<Edge>{{0, 1, 1}, {2, 3, 1}, {0, 3, 1}});
  check_equal(round_trip(dataset), dataset);
}

TEST_CASE("dataset folder: files may be tab-separated, gzip or numbered, and others are left alone", "[graph_io]") {
  const support::TemporaryFolder folder;
  folder.write("d/edges.txt", "# from to\n5 7\n7 9\n");
  folder.write("d/labels.csv", "id,class\n9,10\n5,9\n7,10\n2,9\n");
  folder.write("d/split_0.csv", "5,train\n7,validation\n");
  folder.write("d/split_1.csv", "node,part\n9,test\n2,train\n");
  folder.write("d/README.md", "not ours");
  folder.write("d/.edges.csv.12-0.tmp", "left by a killed writer");
  const Dataset dataset = read_dataset_folder(folder / "d/");
  CHECK(dataset.name == "d");
  CHECK(dataset.node_count() == 4);
  CHECK(dataset.ids.name(0) == "2");
  CHECK(dataset.class_names == std::vector<std::string>{"9", "10"});  // by value, not by letters
  CHECK(dataset.labels == std::vector<std::int32_t>{0, 0, 1, 1});
  REQUIRE(dataset.splits.size() == 2);
  CHECK(dataset.splits[1].train == std::vector<NodeId>{0});
}

TEST_CASE("dataset folder: features.csv finds its nodes in any order of rows", "[graph_io]") {
  const support::TemporaryFolder folder;
  folder.write("d/edges.csv", "30,10\n");
  folder.write("d/features.csv", "node;a;b\n30;3;3.5\n10;1;1.5\n20;2;2.5\n");
  const Dataset dataset = read_dataset_folder(folder / "d");
  CHECK(dataset.ids.name(1) == "20");
  CHECK(same(dense(dataset.features).values(), Tensor({3, 2}, {1, Real(1.5), 2, Real(2.5), 3, Real(3.5)}).values()));
}

TEST_CASE("dataset folder: a split may name whole graphs", "[graph_io]") {
  const support::TemporaryFolder folder;
  folder.write("d/edges.csv", "0,1\n2,3\n");
  folder.write("d/graphs.csv", "node,graph\n0,10\n1,10\n2,9\n3,9\n4,9\n");
  folder.write("d/split.csv", "graph,part\n9,train\n10,test\n");
  const Dataset dataset = read_dataset_folder(folder / "d");
  CHECK(dataset.graph_names == std::vector<std::string>{"9", "10"});
  CHECK(dataset.splits[0].train == std::vector<NodeId>{2, 3, 4});
  CHECK(dataset.splits[0].test == std::vector<NodeId>{0, 1});
}

TEST_CASE("dataset folder: one name that is no integer makes strings of all, in the order of the tables first",
          "[graph_io]") {
  const support::TemporaryFolder folder;
  folder.write("d/edges.csv", "3,1\n1,2\n");
  folder.write("d/labels.csv", "node,label\n2,a\n1,b\nx,a\n");
  const Dataset dataset = read_dataset_folder(folder / "d");
  CHECK_FALSE(dataset.ids.are_integers());
  CHECK(dataset.ids.name(0) == "2");
  CHECK(dataset.ids.name(2) == "x");
  CHECK(dataset.ids.name(3) == "3");
}

TEST_CASE("dataset folder: nothing is written over another dataset unless asked, and then nothing of it is left",
          "[graph_io]") {
  const support::TemporaryFolder folder;
  write_dataset_folder(example(IdMap::range(6), false, false), folder / "d");
  Dataset small;
  small.graph = Graph::from_edges(2, std::vector<Edge>{{0, 1, 1}});
  small.ids = IdMap::range(2);
  CHECK_THROWS_WITH(write_dataset_folder(small, folder / "d"),
                    Catch::Contains("expected a new or empty folder, found"));
  write_dataset_folder(small, folder / "d", {.overwrite = true});
  check_equal(read_dataset_folder(folder / "d"), small);
}

TEST_CASE("dataset folder: the citation graphs have the sizes that are published", "[graph_io]") {
  const fs::path shared = cairn::support::shared_data();
  if (!fs::exists(shared / "cora")) {
    WARN("no datasets under " << shared << ": skipped");
    return;
  }
  const Dataset cora = read_dataset_folder(shared / "cora");
  CHECK(cora.node_count() == 2708);
  CHECK(cora.graph.edge_count() == 5278);
  CHECK(feature_width(cora.features) == 1433);
  CHECK(cora.class_count() == 7);
  CHECK(cora.splits.at(0).train.size() == 140);
  CHECK(cora.splits.at(0).test.size() == 1000);
  const Dataset citeseer = read_dataset_folder(shared / "citeseer");
  CHECK(citeseer.node_count() == 3327);
  CHECK(feature_width(citeseer.features) == 3703);
  CHECK(citeseer.splits.at(0).validation.size() == 500);
  CHECK(read_dataset_folder(shared / "email_eu_core").class_count() == 42);
  CHECK(read_dataset_folder(shared / "power").graph.edge_count() == 6594);
  check_equal(round_trip(citeseer), citeseer);
}
