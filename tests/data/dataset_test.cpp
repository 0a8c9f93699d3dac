#include "data/dataset.h"

#include "core/error.h"
#include "support/catch.h"
#include "support/graphs.h"
#include "support/tensors.h"

using namespace cairn;

namespace {

Dataset labeled_path(std::string name, std::vector<std::string> classes, std::vector<std::int32_t> labels) {
  Dataset dataset;
  dataset.name = std::move(name);
  dataset.graph = support::path(static_cast<Index>(labels.size()));
  dataset.ids = IdMap::range(static_cast<Index>(labels.size()));
  dataset.class_names = std::move(classes);
  dataset.labels = std::move(labels);
  return dataset;
}

}  // namespace

TEST_CASE("dataset: a consistent one passes, with and without labels, features and graphs", "[data]") {
  CHECK_NOTHROW(check_consistent(Dataset()));
  Dataset dataset = labeled_path("a", {"x", "y"}, {0, 1, -1});
  CHECK_NOTHROW(check_consistent(dataset));
  dataset.features = Tensor({3, 2});
  dataset.graph_names = {"g", "h"};
  dataset.graph_of_node = {0, 0, 1};
  dataset.splits = {{{0}, {1}, {}}};
  CHECK_NOTHROW(check_consistent(dataset));
  CHECK(dataset.graph_count() == 2);
  CHECK(feature_width(dataset.features) == 2);
  CHECK(feature_width(SparseMatrix::identity(4)) == 4);
  CHECK(feature_width({}) == 0);
}

TEST_CASE("dataset: the member that does not fit the graph is named", "[data]") {
  const Dataset good = labeled_path("a", {"x", "y"}, {0, 1, -1});
  const auto broken = [&](auto change) {
    Dataset dataset = good;
    change(dataset);
    return dataset;
  };
  const auto problem = [](const Dataset& dataset, const char* word) {
    CHECK_THROWS_AS(check_consistent(dataset), ShapeError);
    CHECK_THROWS_WITH(check_consistent(dataset), Catch::Contains(word) && Catch::Contains("'a'"));
  };
  problem(broken([](Dataset& d) { d.features = Tensor({2, 2}); }), "features");
  problem(broken([](Dataset& d) { d.labels.push_back(0); }), "labels");
  problem(broken([](Dataset& d) { d.labels[0] = 2; }), "label 2");
  problem(broken([](Dataset& d) { d.labels[0] = -2; }), "label -2");
  problem(broken([](Dataset& d) { d.graph_of_node = {0, 0, 0}; }), "graph_names");
  problem(broken([](Dataset& d) {
            d.graph_names = {"g"};
            d.graph_of_node = {0, 0, 1};
          }),
          "graph 1");
  problem(broken([](Dataset& d) { d.ids = IdMap::range(2); }), "ids");
  problem(broken([](Dataset& d) { d.splits = {{{0}, {0}, {}}}; }), "split 0");
  problem(broken([](Dataset& d) { d.splits = {{{0}, {1}, {}}, {{1, 0}, {}, {}}}; }), "split 1");
  problem(broken([](Dataset& d) { d.splits = {{{0}, {}, {3}}}; }), "node 3");
}

TEST_CASE("disjoint union: graphs stand side by side and classes of one name are one class", "[data]") {
  const Dataset a = labeled_path("a", {"x", "y"}, {0, 1, -1});
  const Dataset b = labeled_path("b", {"z", "x"}, {0, 1});
  const Dataset both = disjoint_union({a, b});
  CHECK_NOTHROW(check_consistent(both));
  CHECK(both.name == "a+b");
  CHECK(both.node_count() == 5);
  CHECK(both.graph.edge_count() == 3);
  CHECK(both.graph.degree(2) == 1);  // the end of the first path is not tied to the second
  CHECK(both.class_names == std::vector<std::string>{"x", "y", "z"});
  CHECK(both.labels == std::vector<std::int32_t>{0, 1, -1, 2, 0});
  CHECK(both.graph_of_node == std::vector<std::int32_t>{0, 0, 0, 1, 1});
  CHECK(both.graph_names == std::vector<std::string>{"a", "b"});
}

TEST_CASE("disjoint union: ids that clash get the position of their dataset, others stay", "[data]") {
  Dataset a = labeled_path("a", {"x"}, {0, 0});
  Dataset b = labeled_path("b", {"x"}, {0, 0, 0});
  const Dataset clashing = disjoint_union({a, b});
  CHECK(clashing.ids.name(1) == "0/1");
  CHECK(clashing.ids.name(2) == "1/0");
  b.ids = IdMap::integers({10, 20, 30});
  const Dataset different = disjoint_union({a, b});
  CHECK(different.ids.name(1) == "1");
  CHECK(different.ids.find("20") == 3);
}

TEST_CASE("disjoint union: two graphs of one name stay apart by their position", "[data]") {
  const Dataset a = labeled_path("a", {"x"}, {0, 0});
  CHECK(disjoint_union({a, a}).graph_names == std::vector<std::string>{"0/a", "1/a"});
}

TEST_CASE("disjoint union: nodes without labels beside labeled ones are unknown", "[data]") {
  Dataset a = labeled_path("a", {"x"}, {0, 0});
  Dataset b = labeled_path("b", {}, {-1, -1, -1});
  b.labels.clear();
  CHECK(disjoint_union({a, b}).labels == std::vector<std::int32_t>{0, 0, -1, -1, -1});
  a.labels.clear();
  CHECK(disjoint_union({a, b}).labels.empty());
}

TEST_CASE("disjoint union: dense and sparse features stack, and differing ones are refused", "[data]") {
  Dataset a = labeled_path("a", {"x"}, {0, 0});
  Dataset b = labeled_path("b", {"x"}, {0});
  a.features = Tensor({2, 2}, {1, 2, 3, 4});
  b.features = Tensor({1, 2}, {5, 6});
  CHECK(support::same_bits(std::get<Tensor>(disjoint_union({a, b}).features), Tensor({3, 2}, {1, 2, 3, 4, 5, 6})));
  a.features = SparseMatrix::identity(2);
  b.features =
      SparseMatrix(std::make_shared<SparsePattern>(1, 2, std::vector<std::int64_t>{0, 1}, std::vector<std::int32_t>{1}),
                   Tensor(Shape{1}, Real(7)));
  CHECK(support::same_bits(std::get<SparseMatrix>(disjoint_union({a, b}).features).to_dense(),
                           Tensor({3, 2}, {1, 0, 0, 1, 0, 7})));
  b.features = Tensor({1, 2});
  CHECK_THROWS_AS(disjoint_union({a, b}), ShapeError);
  b.features = std::monostate{};
  CHECK_THROWS_AS(disjoint_union({a, b}), ShapeError);
  a.features = Tensor({2, 2});
  b.features = Tensor({1, 3});
  CHECK_THROWS_AS(disjoint_union({a, b}), ShapeError);
}

TEST_CASE("disjoint union: splits unite where all bring as many, else there are none", "[data]") {
  Dataset a = labeled_path("a", {"x"}, {0, 0, 0});
  Dataset b = labeled_path("b", {"x"}, {0, 0, 0});
  a.splits = {{{0}, {1}, {2}}};
  b.splits = {{{2}, {0}, {1}}};
  const Dataset both = disjoint_union({a, b});
  REQUIRE(both.splits.size() == 1);
  CHECK(both.splits[0].train == std::vector<NodeId>{0, 5});
  CHECK(both.splits[0].validation == std::vector<NodeId>{1, 3});
  CHECK(both.splits[0].test == std::vector<NodeId>{2, 4});
  b.splits.clear();
  CHECK(disjoint_union({a, b}).splits.empty());
}

TEST_CASE("disjoint union: of one dataset it is that dataset, of none an empty one", "[data]") {
  const Dataset a = labeled_path("a", {"x"}, {0, 0});
  CHECK(disjoint_union(std::vector<Dataset>{a}).ids.is_range());
  CHECK(disjoint_union(std::vector<Dataset>{a}).graph_names.empty());
  CHECK(disjoint_union(std::vector<Dataset>{}).node_count() == 0);
}
