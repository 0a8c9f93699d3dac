#include "autodiff/ops_graph.h"
#include "autodiff/ops_loss.h"
#include "autodiff/ops_normalize.h"
#include "core/parallel.h"
#include "support/gradient_table.h"

// Shapes here are large enough for several blocks of every kernel.

namespace cairn {
namespace {

using support::GradientRow;
using support::Inputs;
using support::off_zero;

constexpr Index rows = 9000;
constexpr Index width = 6;

Tensor value_of(const GradientRow& row) {
  const WithoutGradients without_gradients;
  std::vector<Variable> inputs;
  for (const Tensor& tensor : row.at) inputs.push_back(Variable::constant(tensor));
  return row.f(inputs).value();
}

/// A ring with chords: every node has arcs near and far.
Propagation large_propagation() {
  std::vector<Edge> edges;
  for (NodeId u = 0; u < rows; ++u) {
    edges.push_back({u, static_cast<NodeId>((u + 1) % rows), Real(0.5)});
    edges.push_back({u, static_cast<NodeId>((u * 17 + 5) % rows), Real(1.5)});
  }
  return Propagation::from_graph(Graph::from_edges(rows, edges, {.directed = true, .weighted = true}),
                                 Normalization::symmetric_self_loops);
}

SparseMatrix large_sparse() {
  std::vector<std::int64_t> offsets{0};
  std::vector<std::int32_t> columns;
  for (Index i = 0; i < rows; ++i) {
    for (Index j = i % 7; j < 40; j += 7) columns.push_back(static_cast<std::int32_t>(j));
    offsets.push_back(static_cast<std::int64_t>(columns.size()));
  }
  const auto stored = static_cast<Index>(columns.size());
  return {std::make_shared<SparsePattern>(rows, 40, std::move(offsets), std::move(columns)), off_zero({stored}, 4)};
}

std::vector<GradientRow> large_rows() {
  const Tensor x = off_zero({rows, width});
  std::vector<std::int32_t> labels;
  std::vector<std::int32_t> groups;
  std::vector<NodeId> ids;
  for (Index i = 0; i < rows; ++i) {
    labels.push_back(static_cast<std::int32_t>(i % width));
    groups.push_back(static_cast<std::int32_t>(i * i % 11));
    ids.push_back(static_cast<NodeId>(i * 31 % 1000));
  }
  const AttendOptions dropping{.dropout_rate = Real(0.3), .dropout_key = 5};
  return {
      {"relu", [](Inputs in) { return relu(in[0]); }, {off_zero({rows, width})}},
      {"multiply", [](Inputs in) { return multiply(in[0], in[1]); }, {x, off_zero({rows, width}, 2)}},
      {"scale", [](Inputs in) { return scale(in[0], in[1]); }, {x, off_zero({}, 2)}},
      {"dropout", [](Inputs in) { return dropout(in[0], Real(0.5), 3, Pass::training(1, 2)); }, {x}},
      {"matmul", [](Inputs in) { return matmul(in[0], in[1]); }, {x, off_zero({width, 16}, 2)}},
      {"matmul, wide", [](Inputs in) { return matmul(in[0], in[1]); }, {off_zero({3000, 20}), off_zero({20, 100}, 2)}},
      {"matmul, sparse", [a = large_sparse()](Inputs in) { return matmul(a, in[0]); }, {off_zero({40, width})}},
      {"transpose", [](Inputs in) { return transpose(in[0]); }, {x}},
      {"transpose, wide", [](Inputs in) { return transpose(in[0]); }, {off_zero({width, rows})}},
      {"add_row", [](Inputs in) { return add_row(in[0], in[1]); }, {x, off_zero({width}, 2)}},
      {"multiply_row", [](Inputs in) { return multiply_row(in[0], in[1]); }, {x, off_zero({width}, 2)}},
      {"multiply_column", [](Inputs in) { return multiply_column(in[0], in[1]); }, {x, off_zero({rows}, 2)}},
      {"sum", [](Inputs in) { return sum(in[0]); }, {x}},
      {"sum_rows", [](Inputs in) { return sum_rows(in[0]); }, {x}},
      {"reshape",
       [](Inputs in) {
         return reshape(in[0], Shape{width, rows});
       },
       {x}},
      {"concat_columns", [](Inputs in) { return concat_columns(in); }, {x, off_zero({rows, 2}, 2)}},
      {"slice_columns", [](Inputs in) { return slice_columns(in[0], 1, 4); }, {x}},
      {"slice_rows", [](Inputs in) { return slice_rows(in[0], 3, in[0].value().rows() - 2); }, {x}},
      {"gather_rows", [ids](Inputs in) { return gather_rows(in[0], ids); }, {x}},
      {"head_dot", [](Inputs in) { return head_dot(in[0], in[1]); }, {x, off_zero({3, 2}, 2)}},
      {"mean_heads", [](Inputs in) { return mean_heads(in[0], 3); }, {x}},
      {"propagate", [p = large_propagation()](Inputs in) { return propagate(p, in[0]); }, {x}},
      {"attend",
       [p = large_propagation(), dropping](Inputs in) {
         return attend(p, in[0], in[1], in[2], dropping, Pass::training(1, 1));
       },
       {x, off_zero({rows, 3}, 2), off_zero({rows, 3}, 3)}},
      {"propagate, rectified",
       [p = large_propagation()](Inputs in) { return propagate(p, in[0], in[1], Rectified::yes); },
       {x, off_zero({width}, 2)}},
      {"linear, rectified",
       [](Inputs in) { return linear(in[0], in[1], in[2], Rectified::yes); },
       {x, off_zero({width, 16}, 2), off_zero({16}, 3)}},
      {"graph attention",
       [p = large_propagation(), dropping](Inputs in) {
         return graph_attention(p, in[0], in[1], in[2], in[3], dropping, Pass::training(1, 1));
       },
       {x, off_zero({3, 2}, 2), off_zero({3, 2}, 3), off_zero({6}, 4)}},
      {"segment_mean", [groups](Inputs in) { return segment_mean(in[0], groups, 11); }, {x}},
      {"softmax", [](Inputs in) { return softmax(in[0]); }, {x}},
      {"log_softmax", [](Inputs in) { return log_softmax(in[0]); }, {x}},
      {"normalize_rows", [](Inputs in) { return normalize_rows(in[0], Real(1e-5)); }, {x}},
      {"with_unit_rows", [](Inputs in) { return with_unit_rows(in[0]); }, {x}},
      {"normalize_columns",
       [](Inputs in) {
         Tensor mean;
         Tensor variance;
         return normalize_columns(in[0], Real(1e-5), mean, variance);
       },
       {x}},
      {"cross_entropy", [labels, ids](Inputs in) { return cross_entropy(in[0], labels, ids); }, {x}},
      {"binary_cross_entropy",
       [t = Tensor(Shape{rows, width}, Real(0.3))](Inputs in) { return binary_cross_entropy(in[0], t); },
       {x}},
  };
}

bool same_bits(const Tensor& a, const Tensor& b) {
  return a.shape() == b.shape() && std::equal(a.values().begin(), a.values().end(), b.values().begin());
}

TEST_CASE("values and gradients of every operation have the same bits for 1, 2 and 3 threads", "[autodiff]") {
  const int before = thread_count();
  for (const GradientRow& row : large_rows()) {
    INFO(row.name);
    set_thread_count(1);
    const Tensor value = value_of(row);
    const std::vector<Tensor> gradients = support::gradients_of_squares(row, -1);
    for (const int threads : {2, 3}) {
      set_thread_count(threads);
      CHECK(same_bits(value, value_of(row)));
      const std::vector<Tensor> again = support::gradients_of_squares(row, -1);
      for (std::size_t i = 0; i < again.size(); ++i) CHECK(same_bits(gradients[i], again[i]));
    }
  }
  set_thread_count(before);
}

}  // namespace
}  // namespace cairn
