#include "autodiff/ops_attention.h"
#include "autodiff/ops_fourier.h"
#include "core/error.h"
#include "support/gradient_table.h"
#include "support/tensors.h"
#include "support/threads.h"

// The gradient table of operations that read positions.

namespace cairn {
namespace {

using support::GradientRow;
using support::Inputs;
using support::off_zero;

std::shared_ptr<const kernels::AttentionBlocks> blocks_of(Index nodes, std::vector<std::int32_t> graph_of_node) {
  return std::make_shared<kernels::AttentionBlocks>(kernels::attention_blocks(nodes, graph_of_node));
}

std::vector<GradientRow> fourier_rows() {
  std::vector<GradientRow> rows;
  const auto f = [](Inputs in) { return fourier_features(in[0], in[1]); };
  for (const Index nodes : {0, 1, 5}) {
    for (const Index axes : {1, 3}) {
      for (const Index waves : {1, 4}) {
        rows.push_back({"fourier_features", f, {off_zero({nodes, axes}), off_zero({axes, waves}, 2)}});
      }
    }
  }
  rows.push_back({"fourier_features, no axis", f, {off_zero({3, 0}), off_zero({0, 2})}});
  rows.push_back({"fourier_features, no wave", f, {off_zero({3, 2}), off_zero({2, 0})}});
  rows.push_back(
      {"fourier_features of itself", [](Inputs in) { return fourier_features(in[0], in[0]); }, {off_zero({3, 3})}});
  return rows;
}

std::vector<GradientRow> attention_rows() {
  std::vector<GradientRow> rows;
  const auto add_row = [&](Index nodes, std::vector<std::int32_t> graphs, Index heads, Index key, Index value) {
    rows.push_back(
        {"dense_attend",
         [blocks = blocks_of(nodes, std::move(graphs)), heads](Inputs in) {
           return dense_attend(blocks, heads, in[0], in[1], in[2]);
         },
         {off_zero({nodes, heads * key}), off_zero({nodes, heads * key}, 2), off_zero({nodes, heads * value}, 3)}});
  };
  for (const Index heads : {1, 2}) {
    add_row(5, {}, heads, 3, 2);
    add_row(6, {1, 0, 1, 3, 0, 1}, heads, 2, 3);  // graph 2 has no node, graph 3 one
    add_row(1, {}, heads, 1, 1);
    add_row(0, {}, heads, 2, 2);
    add_row(4, {}, heads, 0, 2);  // keys of no column: the mean
    add_row(4, {}, heads, 2, 0);
  }
  rows.push_back({"dense_attend, one variable for all",
                  [blocks = blocks_of(4, {})](Inputs in) { return dense_attend(blocks, 1, in[0], in[0], in[0]); },
                  {off_zero({4, 3})}});
  return rows;
}

TEST_CASE("gradient table: Fourier features agree with central differences", "[autodiff][gradients]") {
  support::check_rows(fourier_rows());
}

TEST_CASE("gradient table: dense attention agrees with central differences", "[autodiff][gradients]") {
  support::check_rows(attention_rows());
}

TEST_CASE("fourier features and dense attention have the same bits for 1, 2 and 3 threads", "[autodiff]") {
  std::vector<std::int32_t> graphs;
  for (Index i = 0; i < 500; ++i) graphs.push_back(static_cast<std::int32_t>(i % 7));
  std::vector<GradientRow> rows{{"fourier_features",
                                 [](Inputs in) { return fourier_features(in[0], in[1]); },
                                 {off_zero({9000, 3}), off_zero({3, 8}, 2)}}};
  for (const auto& blocks : {blocks_of(500, {}), blocks_of(500, graphs)}) {
    rows.push_back({"dense_attend",
                    [blocks](Inputs in) { return dense_attend(blocks, 2, in[0], in[1], in[2]); },
                    {off_zero({500, 8}), off_zero({500, 8}, 2), off_zero({500, 6}, 3)}});
  }
  for (const GradientRow& row : rows) support::check_threads(row);
}

TEST_CASE("fourier features and dense attention refuse shapes that do not fit, by name", "[autodiff]") {
  const auto zeros = [](const Shape& shape) { return Variable::constant(Tensor(shape)); };
  using Catch::Matchers::Contains;
  CHECK_THROWS_WITH(fourier_features(zeros({2, 3}), zeros({2, 3})), Contains("fourier_features"));
  CHECK_THROWS_WITH(fourier_features(zeros({3}), zeros({3, 3})), Contains("fourier_features"));
  const auto blocks = blocks_of(4, {});
  const auto attend = [&](const Shape& query, const Shape& key, const Shape& value, Index heads) {
    return dense_attend(blocks, heads, zeros(query), zeros(key), zeros(value));
  };
  CHECK_THROWS_AS(attend({4, 2}, {4, 4}, {4, 2}, 1), ShapeError);
  CHECK_THROWS_AS(attend({4, 2}, {4, 2}, {3, 2}, 1), ShapeError);
  CHECK_THROWS_AS(attend({5, 2}, {5, 2}, {5, 2}, 1), ShapeError);  // blocks are of 4 nodes
  CHECK_THROWS_WITH(attend({4, 3}, {4, 3}, {4, 2}, 2), Contains("2 heads"));
}

TEST_CASE("dense attention: a graph above 8,192 nodes is refused, a union of smaller ones is not", "[autodiff]") {
  CHECK_THROWS_AS(kernels::attention_blocks(8193, {}), UsageError);
  std::vector<std::int32_t> graphs(8193, 0);
  CHECK_THROWS_AS(kernels::attention_blocks(8193, graphs), UsageError);
  graphs[17] = 1;
  const kernels::AttentionBlocks blocks = kernels::attention_blocks(8193, graphs);
  CHECK(blocks.nodes.size() == 2);
  CHECK(blocks.nodes[1] == std::vector<NodeId>{17});
  graphs.pop_back();
  CHECK_THROWS_AS(kernels::attention_blocks(8193, graphs), ShapeError);
  CHECK_THROWS_AS(kernels::attention_blocks(2, std::vector<std::int32_t>{0, -1}), ShapeError);
}

}  // namespace
}  // namespace cairn
