#include <filesystem>
#include <fstream>
#include <sstream>

#include "autodiff/ops_graph.h"
#include "autodiff/ops_loss.h"
#include "autodiff/ops_normalize.h"
#include "support/gradient_table.h"
#include "support/places.h"

// One row an operation and shape: its gradient against central differences. A row's name starts with the operation's.

namespace cairn {
namespace {

using support::GradientRow;
using support::Inputs;
using support::off_zero;
using support::on_grid;
using support::positive;
using Rows = std::vector<GradientRow>;

/// Every rank, and extents 0 and 1 in each place.
const std::vector<Shape> any_shapes{{}, {0}, {1}, {5}, {0, 3}, {3, 0}, {1, 1}, {4, 3}, {2, 1, 3}, {2, 3, 1, 2}};
const std::vector<Shape> matrix_shapes{{0, 0}, {0, 3}, {3, 0}, {1, 1}, {1, 4}, {4, 1}, {5, 3}};

Rows elementwise_rows() {
  using Unary = Variable (*)(Variable);
  using Binary = Variable (*)(Variable, Variable);
  const std::vector<std::pair<std::string, Unary>> unary{
      {"relu", relu}, {"elu", elu}, {"gelu", gelu},     {"sigmoid", sigmoid}, {"tanh", tanh},
      {"exp", exp},   {"abs", abs}, {"square", square}, {"sin", sin},         {"cos", cos}};
  Rows rows;
  for (const Shape& shape : any_shapes) {
    for (const auto& [name, f] : unary) {
      rows.push_back({name, [f = f](Inputs in) { return f(in[0]); }, {off_zero(shape)}});
    }
    for (const auto& [name, f] : {std::pair<std::string, Unary>{"log", log}, {"sqrt", sqrt}}) {
      rows.push_back({name, [f = f](Inputs in) { return f(in[0]); }, {positive(shape)}});
    }
    for (const auto& [name, f] : {std::pair<std::string, Binary>{"add", add},
                                  {"subtract", subtract},
                                  {"multiply", multiply},
                                  {"divide", divide}}) {
      rows.push_back({name, [f = f](Inputs in) { return f(in[0], in[1]); }, {off_zero(shape), positive(shape, 2)}});
    }
    rows.push_back({"scale by a number", [](Inputs in) { return scale(in[0], Real(-1.7)); }, {off_zero(shape)}});
    rows.push_back(
        {"scale by a variable", [](Inputs in) { return scale(in[0], in[1]); }, {off_zero(shape), off_zero({}, 2)}});
    rows.push_back({"scale by a variable of shape [1]",
                    [](Inputs in) { return scale(in[0], in[1]); },
                    {off_zero(shape), off_zero({1}, 2)}});
    rows.push_back({"shift", [](Inputs in) { return shift(in[0], Real(0.7)); }, {off_zero(shape)}});
    rows.push_back({"leaky_relu", [](Inputs in) { return leaky_relu(in[0], Real(0.2)); }, {off_zero(shape)}});
    rows.push_back({"dropout in training",
                    [](Inputs in) { return dropout(in[0], Real(0.4), 11, Pass::training(5, 3)); },
                    {off_zero(shape)}});
    rows.push_back({"dropout in evaluation",
                    [](Inputs in) { return dropout(in[0], Real(0.4), 11, Pass::evaluation()); },
                    {off_zero(shape)}});
  }
  rows.push_back({"sigmoid far from 0", [](Inputs in) { return sigmoid(scale(in[0], 600)); }, {off_zero({4, 3})}});
  return rows;
}

/// [5, 4] with an empty row, an empty column and values of both signs.
SparseMatrix sparse_example() {
  const auto pattern = std::make_shared<SparsePattern>(5, 4, std::vector<std::int64_t>{0, 2, 2, 3, 5, 6},
                                                       std::vector<std::int32_t>{0, 3, 1, 0, 1, 3});
  return {pattern, off_zero({6}, 3)};
}

SparseMatrix sparse_empty(Index rows, Index columns) {
  const std::vector<std::int64_t> offsets(static_cast<std::size_t>(rows) + 1, 0);
  return {std::make_shared<SparsePattern>(rows, columns, offsets, std::vector<std::int32_t>{}), Tensor(Shape{0})};
}

/// A row that takes sums of a few products to one side of a kink or the other, by columns.
Tensor far_from_zero(Index width) {
  Tensor row(Shape{width});
  for (Index j = 0; j < width; ++j) row.data()[j] = j % 2 == 0 ? Real(20) : Real(-20);
  return row;
}

Rows product_rows() {
  Rows rows;
  for (const auto& [n, k, m] : std::vector<std::array<Index, 3>>{{0, 3, 2},
                                                                 {3, 0, 2},
                                                                 {3, 2, 0},
                                                                 {0, 0, 0},
                                                                 {1, 1, 1},
                                                                 {1, 4, 3},
                                                                 {4, 1, 3},
                                                                 {4, 3, 1},
                                                                 {5, 3, 4},
                                                                 {3, 2, 70}}) {
    rows.push_back({"matmul", [](Inputs in) { return matmul(in[0], in[1]); }, {off_zero({n, k}), off_zero({k, m}, 2)}});
    rows.push_back({"linear",
                    [](Inputs in) { return linear(in[0], in[1], in[2]); },
                    {off_zero({n, k}), off_zero({k, m}, 2), off_zero({m}, 3)}});
    rows.push_back({"linear, rectified",
                    [](Inputs in) { return linear(in[0], in[1], in[2], Rectified::yes); },
                    {off_zero({n, k}), off_zero({k, m}, 2), far_from_zero(m)}});
    rows.push_back({"add_matmul",
                    [](Inputs in) { return add_matmul(in[0], in[1], in[2]); },
                    {off_zero({n, m}, 3), off_zero({n, k}), off_zero({k, m}, 2)}});
  }
  const auto sparse = [](const SparseMatrix& a, Index width) {
    return GradientRow{
        "matmul of a sparse matrix", [a](Inputs in) { return matmul(a, in[0]); }, {off_zero({a.columns(), width})}};
  };
  for (const Index width : {0, 1, 3, 17}) rows.push_back(sparse(sparse_example(), width));
  for (const auto& [n, k] : {std::pair<Index, Index>{0, 0}, {0, 3}, {3, 0}, {2, 3}})
    rows.push_back(sparse(sparse_empty(n, k), 2));
  rows.push_back(
      {"matmul of a dropped sparse matrix",
       [](Inputs in) { return matmul(dropout(sparse_example(), Real(0.5), 7, Pass::training(1, 2)), in[0]); },
       {off_zero({4, 3})}});
  return rows;
}

Rows rearranging_rows() {
  Rows rows;
  for (const Shape& shape : matrix_shapes) {
    const Index n = shape[0];
    const Index d = shape[1];
    const Tensor x = off_zero(shape);
    rows.push_back({"transpose", [](Inputs in) { return transpose(in[0]); }, {x}});
    rows.push_back({"add_row", [](Inputs in) { return add_row(in[0], in[1]); }, {x, off_zero({d}, 2)}});
    rows.push_back({"multiply_row", [](Inputs in) { return multiply_row(in[0], in[1]); }, {x, off_zero({d}, 2)}});
    rows.push_back({"multiply_column", [](Inputs in) { return multiply_column(in[0], in[1]); }, {x, off_zero({n}, 2)}});
    rows.push_back({"sum", [](Inputs in) { return sum(in[0]); }, {x}});
    rows.push_back({"mean", [](Inputs in) { return mean(in[0]); }, {x}});
    rows.push_back({"sum_rows", [](Inputs in) { return sum_rows(in[0]); }, {x}});
    rows.push_back({"reshape", [n, d](Inputs in) { return reshape(in[0], Shape{d, 1, n}); }, {x}});
    rows.push_back({"concat_columns of one", [](Inputs in) { return concat_columns(in); }, {x}});
    rows.push_back({"concat_columns of three",
                    [](Inputs in) { return concat_columns(in); },
                    {x, off_zero({n, 2}, 2), off_zero({n, 0}, 3)}});
    rows.push_back({"concat_columns of x twice",
                    [](Inputs in) {
                      return concat_columns(std::array{in[0], in[1], in[0]});
                    },
                    {x, off_zero({n, 1}, 2)}});
    rows.push_back({"slice_columns, none", [d](Inputs in) { return slice_columns(in[0], d, d); }, {x}});
    rows.push_back({"slice_columns, all", [d](Inputs in) { return slice_columns(in[0], 0, d); }, {x}});
    rows.push_back({"slice_columns, some", [d](Inputs in) { return slice_columns(in[0], d / 3, d - d / 3); }, {x}});
    rows.push_back({"slice_rows, none", [n](Inputs in) { return slice_rows(in[0], n, n); }, {x}});
    rows.push_back({"slice_rows, all", [n](Inputs in) { return slice_rows(in[0], 0, n); }, {x}});
    rows.push_back({"slice_rows, some", [n](Inputs in) { return slice_rows(in[0], n / 3, n - n / 3); }, {x}});
    rows.push_back({"gather_rows, none", [](Inputs in) { return gather_rows(in[0], {}); }, {x}});
    if (n == 0) continue;
    const std::vector<NodeId> ids{static_cast<NodeId>(n - 1), 0, static_cast<NodeId>(n - 1),
                                  static_cast<NodeId>(n / 2)};
    rows.push_back({"gather_rows, some twice", [ids](Inputs in) { return gather_rows(in[0], ids); }, {x}});
  }
  for (const Shape& shape : any_shapes) {
    rows.push_back({"sum of any rank", [](Inputs in) { return sum(in[0]); }, {off_zero(shape)}});
    rows.push_back({"mean of any rank", [](Inputs in) { return mean(in[0]); }, {off_zero(shape)}});
  }
  for (const auto& [n, heads, width] :
       std::vector<std::array<Index, 3>>{{0, 2, 3}, {4, 2, 0}, {1, 1, 1}, {4, 1, 3}, {4, 3, 1}, {5, 2, 3}}) {
    rows.push_back({"head_dot",
                    [](Inputs in) { return head_dot(in[0], in[1]); },
                    {off_zero({n, heads * width}), off_zero({heads, width}, 2)}});
    rows.push_back(
        {"mean_heads", [h = heads](Inputs in) { return mean_heads(in[0], h); }, {off_zero({n, heads * width})}});
  }
  return rows;
}

/// A weighted graph of 6 nodes with a self-loop at 2 and without arcs at 5.
Graph example_graph(bool directed, bool weighted) {
  const std::vector<Edge> edges{{0, 1, Real(0.5)}, {1, 2, 2}, {2, 2, Real(1.5)}, {2, 3, 1},
                                {3, 4, Real(0.7)}, {4, 0, 3}, {1, 3, Real(0.2)}};
  return Graph::from_edges(6, edges, {.directed = directed, .weighted = weighted});
}

struct NamedPropagation {
  std::string name;
  Propagation propagation;
};

std::vector<NamedPropagation> propagations() {
  std::vector<NamedPropagation> all;
  for (const bool directed : {false, true}) {
    for (const bool weighted : {false, true}) {
      const Graph graph = example_graph(directed, weighted);
      for (const Normalization normalization : {Normalization::sum, Normalization::mean, Normalization::self_loops,
                                                Normalization::symmetric, Normalization::symmetric_self_loops}) {
        all.push_back({std::string(directed ? "directed" : "undirected") + (weighted ? ", weighted" : "") +
                           ", normalization " + std::to_string(static_cast<int>(normalization)),
                       Propagation::from_graph(graph, normalization)});
      }
    }
  }
  all.push_back({"5 sources, 3 targets, one arc twice",
                 Propagation(5, 3, {0, 3, 3, 5}, {0, 2, 2, 1, 4}, {Real(0.5), 1, -2, Real(0.3), 1})});
  all.push_back({"2 sources, no target", Propagation(2, 0, {0}, {}, {})});
  all.push_back({"no source, 2 targets", Propagation(0, 2, {0, 0, 0}, {}, {})});
  all.push_back({"nothing", Propagation()});
  all.push_back({"one node alone", Propagation::from_graph(Graph::from_edges(1, {}), Normalization::sum)});
  all.push_back({"one node with itself", Propagation::from_graph(Graph::from_edges(1, {}), Normalization::self_loops)});
  return all;
}

Rows propagate_rows() {
  Rows rows;
  for (const auto& [name, p] : propagations()) {
    for (const Index width : {0, 1, 3}) {
      rows.push_back({"propagate, " + name,
                      [p = p](Inputs in) { return propagate(p, in[0]); },
                      {off_zero({p.source_count(), width})}});
      rows.push_back({"propagate with a row, " + name,
                      [p = p](Inputs in) { return propagate(p, in[0], in[1]); },
                      {off_zero({p.source_count(), width}), off_zero({width}, 2)}});
      rows.push_back({"propagate with a row, rectified, " + name,
                      [p = p](Inputs in) { return propagate(p, in[0], in[1], Rectified::yes); },
                      {off_zero({p.source_count(), width}), far_from_zero(width)}});
    }
  }
  return rows;
}

GradientRow attend_row(std::string name, const Propagation& p, Index heads, Index width, const AttendOptions& options,
                       const Pass& pass, Real score_scale = 1, Real score_offset = 0) {
  const auto f = [=](Inputs in) { return attend(p, in[0], in[1], in[2], options, pass); };
  Tensor source_score = on_grid({p.source_count(), heads}, 0, 2);
  for (Real& score : source_score.values()) score = score * score_scale + score_offset;
  return {
      "attend, " + name,
      f,
      {off_zero({p.source_count(), heads * width}), source_score, on_grid({p.target_count(), heads}, Real(0.13), 3)}};
}

Rows attend_rows() {
  const AttendOptions plain;
  const AttendOptions dropping{.negative_slope = Real(0.1), .dropout_rate = Real(0.4), .dropout_key = 9};
  const Pass evaluation = Pass::evaluation();
  Rows rows;
  for (const auto& [name, p] : propagations()) {
    for (const auto& [heads, width] : {std::pair<Index, Index>{1, 1}, {1, 3}, {3, 2}, {2, 0}}) {
      rows.push_back(attend_row(name, p, heads, width, plain, evaluation));
    }
    rows.push_back(attend_row(name + ", dropout in training", p, 3, 2, dropping, Pass::training(3, 1)));
    rows.push_back(attend_row(name + ", dropout in evaluation", p, 3, 2, dropping, evaluation));
    rows.push_back(attend_row(name + ", scores near 1e3", p, 2, 2, plain, evaluation, 1, 1000));
    rows.push_back(attend_row(name + ", scores near -1e3", p, 2, 2, plain, evaluation, 1, -1000));
    rows.push_back(attend_row(name + ", scores from -1e3 to 1e3", p, 2, 2, plain, evaluation, 1000));
  }
  // slope 1: scores that come out of products may stand near the kink
  rows.push_back({"attend, scores of x itself",
                  [p = Propagation::from_graph(example_graph(true, false), Normalization::self_loops)](Inputs in) {
                    return attend(p, in[0], head_dot(in[0], in[1]), head_dot(in[0], in[2]), {.negative_slope = 1},
                                  Pass::evaluation());
                  },
                  {off_zero({6, 6}), off_zero({2, 3}, 2), off_zero({2, 3}, 3)}});
  return rows;
}

Rows graph_attention_rows() {
  const AttendOptions smooth{.negative_slope = 1, .dropout_rate = Real(0.4), .dropout_key = 9};
  Rows rows;
  for (const auto& [name, p] : propagations()) {
    for (const auto& [heads, width] : {std::pair<Index, Index>{1, 1}, {1, 3}, {3, 2}, {2, 0}}) {
      if (p.target_count() > p.source_count()) continue;
      for (const Pass& pass : {Pass::evaluation(), Pass::training(3, 1)}) {
        rows.push_back(
            {"graph_attention, " + name,
             [p = p, smooth, pass](Inputs in) { return graph_attention(p, in[0], in[1], in[2], {}, smooth, pass); },
             {off_zero({p.source_count(), heads * width}), off_zero({heads, width}, 2), off_zero({heads, width}, 3)}});
        rows.push_back(
            {"graph_attention with a row, " + name,
             [p = p, smooth, pass](Inputs in) { return graph_attention(p, in[0], in[1], in[2], in[3], smooth, pass); },
             {off_zero({p.source_count(), heads * width}), off_zero({heads, width}, 2), off_zero({heads, width}, 3),
              off_zero({heads * width}, 4)}});
      }
    }
  }
  return rows;
}

Rows segment_rows() {
  Rows rows;
  const std::vector<std::int32_t> groups{2, 0, 2, 2, 0};  // group 1 and 3 empty, rows of a group apart
  for (const Index width : {0, 1, 3}) {
    rows.push_back(
        {"segment_mean", [groups](Inputs in) { return segment_mean(in[0], groups, 4); }, {off_zero({5, width})}});
    rows.push_back(
        {"segment_mean of no rows", [](Inputs in) { return segment_mean(in[0], {}, 2); }, {off_zero({0, width})}});
    rows.push_back(
        {"segment_mean to no groups", [](Inputs in) { return segment_mean(in[0], {}, 0); }, {off_zero({0, width})}});
  }
  return rows;
}

Rows scaling_rows() {
  Rows rows;
  for (const Shape& shape : matrix_shapes) {
    const Tensor x = off_zero(shape);
    rows.push_back({"softmax", [](Inputs in) { return softmax(in[0]); }, {x}});
    rows.push_back({"log_softmax", [](Inputs in) { return log_softmax(in[0]); }, {x}});
    // epsilon 1e-3: with 1e-5 a column of one value has a third derivative of 1e7, beyond what differences can show
    rows.push_back({"normalize_rows", [](Inputs in) { return normalize_rows(in[0], Real(1e-3)); }, {x}});
    rows.push_back({"with_unit_rows", [](Inputs in) { return with_unit_rows(in[0]); }, {x}});
    rows.push_back({"normalize_columns",
                    [](Inputs in) {
                      Tensor mean;
                      Tensor variance;
                      return normalize_columns(in[0], Real(1e-3), mean, variance);
                    },
                    {x}});
  }
  rows.push_back(
      {"softmax of values near 1e3", [](Inputs in) { return softmax(shift(in[0], 1000)); }, {off_zero({3, 4})}});
  rows.push_back({"log_softmax of values near 1e3",
                  [](Inputs in) { return log_softmax(shift(in[0], 1000)); },
                  {off_zero({3, 4})}});
  return rows;
}

Rows loss_rows() {
  const std::vector<std::int32_t> labels{2, -1, 0, 1, 2, -1};  // nodes 1 and 5 have no label
  const auto entropy = [labels](std::vector<NodeId> nodes, Real factor) {
    return [=](Inputs in) { return cross_entropy(scale(in[0], factor), labels, nodes); };
  };
  Rows rows;
  rows.push_back({"cross_entropy", entropy({0, 2, 3}, 1), {off_zero({6, 3})}});
  rows.push_back({"cross_entropy, a node twice", entropy({4, 0, 4}, 1), {off_zero({6, 3})}});
  rows.push_back({"cross_entropy, no node", entropy({}, 1), {off_zero({6, 3})}});
  rows.push_back({"cross_entropy, scores of 1e3", entropy({0, 2, 3}, 1000), {off_zero({6, 3})}});
  rows.push_back({"cross_entropy, one class",
                  [](Inputs in) {
                    return cross_entropy(in[0], std::array<std::int32_t, 2>{0, 0}, std::array<NodeId, 2>{0, 1});
                  },
                  {off_zero({2, 1})}});
  rows.push_back(
      {"cross_entropy of nothing", [](Inputs in) { return cross_entropy(in[0], {}, {}); }, {off_zero({0, 3})}});
  for (const Shape& shape : any_shapes) {
    Tensor targets = positive(shape, 3);
    for (Real& target : targets.values()) target = target > 1 ? Real(1) : target;  // in [0.3, 1]
    rows.push_back({"binary_cross_entropy",
                    [targets](Inputs in) { return binary_cross_entropy(in[0], targets); },
                    {off_zero(shape)}});
    rows.push_back({"binary_cross_entropy, scores of 1e3",
                    [targets](Inputs in) { return binary_cross_entropy(scale(in[0], 1000), targets); },
                    {off_zero(shape)}});
    rows.push_back(
        {"mean_squared_error", [targets](Inputs in) { return mean_squared_error(in[0], targets); }, {off_zero(shape)}});
  }
  return rows;
}

/// Where two inputs are one variable, both of its gradients land in the same place.
Rows same_input_rows() {
  const Propagation p = Propagation::from_graph(example_graph(true, true), Normalization::self_loops);
  return {
      {"add", [](Inputs in) { return add(in[0], in[0]); }, {off_zero({4, 3})}},
      {"subtract", [](Inputs in) { return subtract(in[0], in[0]); }, {off_zero({4, 3})}},
      {"multiply", [](Inputs in) { return multiply(in[0], in[0]); }, {off_zero({4, 3})}},
      {"divide", [](Inputs in) { return divide(in[0], in[0]); }, {off_zero({4, 3})}},
      {"scale", [](Inputs in) { return scale(in[0], in[0]); }, {off_zero({})}},
      {"matmul", [](Inputs in) { return matmul(in[0], in[0]); }, {off_zero({3, 3})}},
      {"add_matmul", [](Inputs in) { return add_matmul(in[0], in[0], in[0]); }, {off_zero({3, 3})}},
      {"add_row", [](Inputs in) { return add_row(in[0], in[0]); }, {off_zero({1, 3})}},
      {"multiply_row", [](Inputs in) { return multiply_row(in[0], in[0]); }, {off_zero({1, 3})}},
      {"multiply_column", [](Inputs in) { return multiply_column(in[0], in[0]); }, {off_zero({3, 1})}},
      {"head_dot", [](Inputs in) { return head_dot(in[0], in[0]); }, {off_zero({1, 3})}},
      {"attend", [p](Inputs in) { return attend(p, in[0], in[0], in[0], {}, Pass::evaluation()); }, {off_zero({6, 2})}},
      {"graph_attention",
       [p = Propagation::from_graph(Graph::from_edges(1, {}), Normalization::self_loops)](Inputs in) {
         return graph_attention(p, in[0], in[0], in[0], in[0], {}, Pass::evaluation());
       },
       {off_zero({1, 3})}},
  };
}

TEST_CASE("gradient table: an input in two places receives both gradients", "[autodiff][gradients]") {
  support::check_rows(same_input_rows());
}

TEST_CASE("gradient table: elementwise operations agree with central differences", "[autodiff][gradients]") {
  support::check_rows(elementwise_rows());
}

TEST_CASE("gradient table: products agree with central differences", "[autodiff][gradients]") {
  support::check_rows(product_rows());
}

TEST_CASE("gradient table: sums and rearrangements agree with central differences", "[autodiff][gradients]") {
  support::check_rows(rearranging_rows());
}

TEST_CASE("gradient table: propagation agrees with central differences", "[autodiff][gradients]") {
  support::check_rows(propagate_rows());
  support::check_rows(segment_rows());
}

TEST_CASE("gradient table: attention agrees with central differences", "[autodiff][gradients]") {
  support::check_rows(attend_rows());
  support::check_rows(graph_attention_rows());
}

TEST_CASE("gradient table: normalizations agree with central differences", "[autodiff][gradients]") {
  support::check_rows(scaling_rows());
}

TEST_CASE("gradient table: losses agree with central differences", "[autodiff][gradients]") {
  support::check_rows(loss_rows());
}

std::string text_of(const std::filesystem::path& file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

TEST_CASE("gradient table: every operation that an ops header declares has a row", "[autodiff][gradients]") {
  const std::filesystem::path tests(support::tests_folder());
  std::string rows;  // of this table, and tables of one operation in files of their own
  for (const auto& file : std::filesystem::directory_iterator(tests / "autodiff")) {
    if (file.path().filename().string().find("gradient") != std::string::npos) rows += text_of(file);
  }
  int declared = 0;
  for (const auto& file : std::filesystem::directory_iterator(tests / "../lib/autodiff")) {
    if (!file.path().filename().string().starts_with("ops_") || file.path().extension() != ".h") continue;
    std::istringstream header(text_of(file));
    for (std::string line; std::getline(header, line);) {
      const std::string start = "Variable ";
      if (!line.starts_with(start)) continue;
      const std::string name = line.substr(start.size(), line.find('(') - start.size());
      ++declared;
      INFO(file.path().filename() << " declares " << name);
      const auto has = [&](const std::string& text) { return rows.find(text) != std::string::npos; };
      const std::string row = "{\"" + name;
      CHECK((has(row + "\"") || has(row + " ") || has(row + ",") || has("TEST_CASE(\"" + name + ": gradients")));
    }
  }
  CHECK(declared >= 40);  // the headers were found and read
}

}  // namespace
}  // namespace cairn
