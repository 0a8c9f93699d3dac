#include "graph_io/matrix_market.h"

#include <algorithm>
#include <string>
#include <variant>

#include "core/error.h"
#include "support/catch.h"
#include "support/temporary_folder.h"

using namespace cairn;

namespace {

Tensor dense(const std::string& text) {
  const support::TemporaryFolder folder;
  const Features features = read_matrix_market(folder.write("x.mtx", text));
  return std::holds_alternative<Tensor>(features) ? std::get<Tensor>(features)
                                                  : std::get<SparseMatrix>(features).to_dense();
}

bool equal(const Tensor& a, const Tensor& b) {
  return a.shape() == b.shape() && std::equal(a.values().begin(), a.values().end(), b.values().begin());
}

Dataset graph_of_text(const std::string& text, bool directed = false) {
  const support::TemporaryFolder folder;
  return read_matrix_market_graph(folder.write("x.mtx", text), {.directed = directed, .header = Header::automatic});
}

const std::string banner = "%%MatrixMarket matrix ";

}  // namespace

TEST_CASE("matrix market: every format, field and symmetry reads as the matrix it names", "[graph_io]") {
  CHECK(equal(dense(banner + "coordinate real general\n2 3 3\n2 3 -1e1\n1 1 .5\n2 1 2\n"),
              Tensor({2, 3}, {Real(.5), 0, 0, 2, 0, -10})));
  CHECK(equal(dense(banner + "coordinate pattern general\n% c\n\n2 2 2\n1 2\n2 1\n"), Tensor({2, 2}, {0, 1, 1, 0})));
  CHECK(equal(dense(banner + "coordinate integer symmetric\n3 3 2\n3 1 -4\n2 2 5\n"),
              Tensor({3, 3}, {0, 0, -4, 0, 5, 0, -4, 0, 0})));
  CHECK(equal(dense(banner + "array real general\n2 3\n1\n4\n2\n5\n3\n6\n"), Tensor({2, 3}, {1, 2, 3, 4, 5, 6})));
  CHECK(equal(dense(banner + "array integer symmetric\n2 2\n1\n2\n3\n"), Tensor({2, 2}, {1, 2, 2, 3})));
}

TEST_CASE("matrix market: a sparse matrix that was written reads back, pattern where all values are 1", "[graph_io]") {
  const support::TemporaryFolder folder;
  const auto pattern =
      std::make_shared<SparsePattern>(3, 5, std::vector<std::int64_t>{0, 2, 2, 3}, std::vector<std::int32_t>{0, 4, 2});
  const SparseMatrix ones(pattern, Tensor({3}, {1, 1, 1}));
  write_matrix_market(folder / "x.mtx", ones);
  CHECK(support::read_bytes(folder / "x.mtx") == banner + "coordinate pattern general\n3 5 3\n1 1\n1 5\n3 3\n");
  const SparseMatrix reals = ones.with_values(Tensor({3}, {Real(0.1), 0, Real(-1e20)}));
  write_matrix_market(folder / "x.mtx", reals);
  const auto read = std::get<SparseMatrix>(read_matrix_market(folder / "x.mtx"));
  CHECK(read.pattern().stored_count() == 3);  // the stored zero too
  CHECK(equal(read.to_dense(), reals.to_dense()));
}

TEST_CASE("matrix market: adjacency is directed only where asked, and symmetric values are not counted twice",
          "[graph_io]") {
  const std::string both = banner + "coordinate real general\n3 3 3\n1 2 2\n2 1 2\n3 3 1\n";
  const Dataset undirected = graph_of_text(both);
  CHECK(undirected.graph.edge_count() == 2);
  CHECK(undirected.graph.weights()[0] == 2);
  CHECK(graph_of_text(both, true).graph.edge_count() == 3);
  const Dataset one_way = graph_of_text(banner + "coordinate pattern general\n3 3 2\n1 2\n3 2\n");
  CHECK(one_way.graph.edge_count() == 2);
  CHECK(one_way.graph.arc_count() == 4);
  CHECK_FALSE(one_way.graph.weighted());
  const std::string symmetric = banner + "coordinate pattern symmetric\n3 3 2\n2 1\n3 3\n";
  CHECK(graph_of_text(symmetric).graph.edge_count() == 2);
  CHECK(graph_of_text(symmetric, true).graph.edge_count() == 3);
  // Structure alone is symmetric here: two entries of one pair add.
  CHECK(graph_of_text(banner + "coordinate real general\n2 2 2\n1 2 2\n2 1 3\n").graph.weights()[0] == 5);
  CHECK_THROWS_AS(graph_of_text(banner + "coordinate real general\n2 3 0\n"), InputError);
}

TEST_CASE("matrix market: a graph that was written reads back", "[graph_io]") {
  const support::TemporaryFolder folder;
  for (const bool directed : {false, true}) {
    const std::vector<Edge> edges{{0, 1, Real(0.5)}, {1, 3, 2}, {3, 3, Real(0.1)}, {3, 1, 1}};
    Dataset dataset;
    dataset.graph = Graph::from_edges(5, edges, {directed, true});
    dataset.ids = IdMap::range(5);
    write_matrix_market_graph(dataset, folder / "x.mtx");
    const Graph read =
        read_matrix_market_graph(folder / "x.mtx", {.directed = directed, .header = Header::automatic}).graph;
    CHECK(std::equal(read.offsets().begin(), read.offsets().end(), dataset.graph.offsets().begin(),
                     dataset.graph.offsets().end()));
    CHECK(std::equal(read.targets().begin(), read.targets().end(), dataset.graph.targets().begin(),
                     dataset.graph.targets().end()));
    CHECK(std::equal(read.weights().begin(), read.weights().end(), dataset.graph.weights().begin(),
                     dataset.graph.weights().end()));
  }
  Dataset named;
  named.graph = Graph::from_edges(1, {});
  named.ids = IdMap::strings({"a"});
  CHECK_THROWS_AS(write_matrix_market_graph(named, folder / "y.mtx"), UsageError);
}

TEST_CASE("matrix market: rows beyond 2^21 are paid for by 8 bytes of text each", "[graph_io]") {
  const support::TemporaryFolder folder;
  const auto path = folder.write("x.mtx", banner + "coordinate pattern general\n2097153 1 0\n");
  CHECK_NOTHROW(read_matrix_market(path));  // 2^21 free rows, and one more for each 8 bytes
  CHECK_THROWS_AS(read_matrix_market(folder.write("y.mtx", banner + "coordinate pattern general\n2097163 1 0\n")),
                  InputError);
}
