#include "kernels/uniform_operator.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"
#include "core/parallel.h"
#include "kernels/shape_check.h"

namespace cairn::kernels {

namespace {

using Graphs = std::shared_ptr<const std::vector<std::int32_t>>;

class UniformMatrix : public AttentionMatrix {
 public:
  UniformMatrix(Graphs graph_of_node, Index graph_count)
      : graph_of_node_(std::move(graph_of_node)), graph_count_(graph_count) {}

  void apply(const Tensor& x, Tensor& y) const override {
    const auto& graphs = *graph_of_node_;
    const auto n = static_cast<Index>(graphs.size());
    require_fit(x.shape() == y.shape() && x.rank() == 3 && x.extent(2) == n, "uniform attention", x, y);
    if (n == 0) return;
    parallel_blocks(x.size() / n, 1, [&](Index column, Index) {
      const Real* const from = x.data() + column * n;
      Real* const to = y.data() + column * n;
      std::vector<double> totals(static_cast<std::size_t>(graph_count_), 0);
      for (std::size_t u = 0; u < graphs.size(); ++u) totals[static_cast<std::size_t>(graphs[u])] += from[u];
      for (std::size_t u = 0; u < graphs.size(); ++u) {
        to[u] = static_cast<Real>(totals[static_cast<std::size_t>(graphs[u])]);
      }
    });
  }
  void apply_transposed(const Tensor& x, Tensor& y) const override { apply(x, y); }
  Index gradient_sum_count() const override { return 0; }
  void add_gradient_sums(const Tensor& /*x*/, const Tensor& /*w*/, std::span<double> /*sums*/) const override {}
  void add_bias_gradient(std::span<const double> /*sums*/, std::span<double> /*gradient*/) const override {}

 private:
  Graphs graph_of_node_;
  Index graph_count_;
};

class UniformOperator : public AttentionOperator {
 public:
  explicit UniformOperator(std::vector<std::int32_t> graph_of_node)
      : graph_of_node_(std::make_shared<const std::vector<std::int32_t>>(std::move(graph_of_node))) {
    for (const std::int32_t graph : *graph_of_node_) graph_count_ = std::max<Index>(graph_count_, graph + 1);
  }

  Index node_count() const override { return static_cast<Index>(graph_of_node_->size()); }
  Index bias_count() const override { return 0; }
  std::unique_ptr<AttentionMatrix> with_biases(std::span<const Real> biases) const override {
    check_biases(biases);
    return std::make_unique<UniformMatrix>(graph_of_node_, graph_count_);
  }
  Tensor to_dense(std::span<const Real> biases) const override {
    check_biases(biases);
    Tensor dense = dense_zeros();
    const auto& graphs = *graph_of_node_;
    for (Index u = 0; u < node_count(); ++u) {
      for (Index v = 0; v < node_count(); ++v) {
        dense.at(u, v) = graphs[static_cast<std::size_t>(u)] == graphs[static_cast<std::size_t>(v)] ? Real(1) : Real(0);
      }
    }
    return dense;
  }

 private:
  Graphs graph_of_node_;
  Index graph_count_ = 0;
};

}  // namespace

std::shared_ptr<const AttentionOperator> uniform_operator(Index node_count,
                                                          std::span<const std::int32_t> graph_of_node) {
  if (node_count < 0 || (!graph_of_node.empty() && static_cast<Index>(graph_of_node.size()) != node_count)) {
    throw ShapeError(
        fmt::format("uniform attention: graphs of {} nodes do not fit {}", graph_of_node.size(), node_count));
  }
  std::vector<std::int32_t> graphs(graph_of_node.begin(), graph_of_node.end());
  if (std::any_of(graphs.begin(), graphs.end(), [](std::int32_t graph) { return graph < 0; })) {
    throw ShapeError("uniform attention: the number of a graph is negative");
  }
  graphs.resize(static_cast<std::size_t>(node_count), 0);
  return std::make_shared<UniformOperator>(std::move(graphs));
}

}  // namespace cairn::kernels
