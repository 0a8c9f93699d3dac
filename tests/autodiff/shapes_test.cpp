#include <functional>

#include "autodiff/ops_dense.h"
#include "autodiff/ops_elementwise.h"
#include "autodiff/ops_graph.h"
#include "autodiff/ops_loss.h"
#include "autodiff/ops_normalize.h"
#include "support/catch.h"

namespace cairn {
namespace {

Variable zeros(const Shape& shape) { return Variable::constant(Tensor(shape)); }

TEST_CASE("operations throw a ShapeError that names them where shapes do not fit", "[autodiff]") {
  const std::array<Variable, 2> uneven{zeros({2, 3}), zeros({3, 3})};
  const std::array<Variable, 1> vector{zeros({2})};
  const Propagation propagation(3, 2, {0, 1, 2}, {0, 2}, {});
  const Pass pass = Pass::evaluation();
  const std::vector<std::pair<std::string, std::function<Variable()>>> wrong{
      {"add",
       [] {
         return add(zeros({2, 3}), zeros({3, 2}));
       }},
      {"subtract",
       [] {
         return subtract(zeros({2}), zeros({1, 2}));
       }},
      {"multiply", [] { return multiply(zeros({2}), zeros({})); }},
      {"divide", [] { return divide(zeros({2}), zeros({3})); }},
      {"item", [] { return scale(zeros({2}), zeros({2})); }},
      {"matmul",
       [] {
         return matmul(zeros({2, 3}), zeros({2, 3}));
       }},
      {"matmul: sparse",
       [] {
         return matmul(SparseMatrix::identity(3), zeros({2, 3}));
       }},
      {"transpose", [] { return transpose(zeros({2})); }},
      {"add_row",
       [] {
         return add_row(zeros({2, 3}), zeros({2}));
       }},
      {"multiply_row",
       [] {
         return multiply_row(zeros({2, 3}), zeros({2}));
       }},
      {"multiply_column",
       [] {
         return multiply_column(zeros({2, 3}), zeros({3}));
       }},
      {"reshape",
       [] {
         return reshape(zeros({2, 3}), Shape{5});
       }},
      {"concat_columns", [] { return concat_columns({}); }},
      {"concat_columns", [&] { return concat_columns(uneven); }},
      {"concat_columns", [&] { return concat_columns(vector); }},
      {"slice_columns",
       [] {
         return slice_columns(zeros({2, 3}), 1, 4);
       }},
      {"slice_columns",
       [] {
         return slice_columns(zeros({2, 3}), 2, 1);
       }},
      {"slice_columns",
       [] {
         return slice_columns(zeros({2, 3}), -1, 1);
       }},
      {"slice_rows",
       [] {
         return slice_rows(zeros({2, 3}), 1, 3);
       }},
      {"slice_rows",
       [] {
         return slice_rows(zeros({2, 3}), 2, 1);
       }},
      {"gather",
       [] {
         return gather_rows(zeros({2, 3}), std::array<NodeId, 1>{2});
       }},
      {"gather",
       [] {
         return gather_rows(zeros({2, 3}), std::array<NodeId, 1>{-1});
       }},
      {"head_dot",
       [] {
         return head_dot(zeros({2, 5}), zeros({2, 3}));
       }},
      {"mean_heads",
       [] {
         return mean_heads(zeros({2, 5}), 2);
       }},
      {"mean_heads",
       [] {
         return mean_heads(zeros({2, 4}), 0);
       }},
      {"propagate",
       [&] {
         return propagate(propagation, zeros({2, 4}));
       }},
      {"attend",
       [&] {
         return attend(propagation, zeros({2, 4}), zeros({3, 2}), zeros({2, 2}), {}, pass);
       }},
      {"attend",
       [&] {
         return attend(propagation, zeros({3, 4}), zeros({3, 3}), zeros({2, 3}), {}, pass);
       }},
      {"attend",
       [&] {
         return attend(propagation, zeros({3, 4}), zeros({3, 2}), zeros({3, 2}), {}, pass);
       }},
      {"attention scores",
       [&] {
         return graph_attention(propagation, zeros({3, 4}), zeros({2, 3}), zeros({2, 3}), {}, {}, pass);
       }},
      {"attention scores",
       [&] {
         return graph_attention(propagation, zeros({3, 4}), zeros({2, 2}), zeros({4, 1}), {}, {}, pass);
       }},
      {"attend with a row",
       [&] {
         return graph_attention(propagation, zeros({3, 4}), zeros({2, 2}), zeros({2, 2}), zeros({2}), {}, pass);
       }},
      {"segment_mean",
       [] {
         return segment_mean(zeros({2, 3}), std::array<std::int32_t, 1>{0}, 2);
       }},
      {"segment_mean",
       [] {
         return segment_mean(zeros({1, 3}), std::array<std::int32_t, 1>{2}, 2);
       }},
      {"segment_mean",
       [] {
         return segment_mean(zeros({1, 3}), std::array<std::int32_t, 1>{-1}, 2);
       }},
      {"softmax", [] { return softmax(zeros({2})); }},
      {"log_softmax", [] { return log_softmax(zeros({2})); }},
      {"normalize_rows", [] { return normalize_rows(zeros({2}), 1); }},
      {"normalize_columns",
       [] {
         Tensor mean;
         Tensor variance;
         return normalize_columns(zeros({2}), 1, mean, variance);
       }},
      {"cross_entropy",
       [] {
         return cross_entropy(zeros({2, 3}), std::array<std::int32_t, 1>{0}, {});
       }},
      {"cross_entropy: node 2",
       [] {
         return cross_entropy(zeros({2, 3}), std::array<std::int32_t, 2>{0, 0}, std::array<NodeId, 1>{2});
       }},
      {"cross_entropy: node 1",
       [] {
         return cross_entropy(zeros({2, 3}), std::array<std::int32_t, 2>{0, 3}, std::array<NodeId, 1>{1});
       }},
      {"cross_entropy: node 1",
       [] {
         return cross_entropy(zeros({2, 3}), std::array<std::int32_t, 2>{0, -1}, std::array<NodeId, 1>{1});
       }},
      {"binary_cross_entropy", [] { return binary_cross_entropy(zeros({2}), Tensor(Shape{3})); }},
      {"subtract", [] { return mean_squared_error(zeros({2}), Tensor(Shape{3})); }},
  };
  for (const auto& [name, run] : wrong) {
    INFO(name);
    CHECK_THROWS_AS(run(), ShapeError);
    CHECK_THROWS_WITH(run(), Catch::StartsWith(name));
  }
}

TEST_CASE("dropout refuses rates outside [0, 1), in evaluation too", "[autodiff]") {
  for (const Real rate : {Real(-0.1), Real(1), std::numeric_limits<Real>::quiet_NaN()}) {
    CHECK_THROWS_AS(dropout(zeros({2}), rate, 1, Pass::evaluation()), UsageError);
    CHECK_THROWS_AS(dropout(zeros({2}), rate, 1, Pass::training(1, 1)), UsageError);
    CHECK_THROWS_AS(dropout(SparseMatrix::identity(2), rate, 1, Pass::training(1, 1)), UsageError);
  }
}

TEST_CASE("dropout keeps what its rate says and scales it, and evaluation returns x itself", "[autodiff]") {
  const Variable ones = Variable::constant(Tensor(Shape{100'000}, 1));
  const Tensor kept = dropout(ones, Real(0.25), 3, Pass::training(1, 1)).value();
  Index count = 0;
  for (const Real value : kept.values()) {
    REQUIRE((value == 0 || value == 1 / Real(0.75)));
    count += value != 0 ? 1 : 0;
  }
  CHECK(std::abs(static_cast<double>(count) - 75'000) < 5 * 137);  // the deviation of a count: sqrt(n p (1 - p))
  CHECK(dropout(ones, Real(0.25), 3, Pass::evaluation()).value().data() == ones.value().data());
}

}  // namespace
}  // namespace cairn
