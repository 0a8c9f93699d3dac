#include "autodiff/ops_loss.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "autodiff/ops_dense.h"
#include "autodiff/ops_elementwise.h"

namespace cairn {

Variable cross_entropy(const Variable& scores, std::span<const std::int32_t> labels, std::span<const NodeId> nodes) {
  const Tensor& value = scores.value();
  if (static_cast<Index>(labels.size()) != value.rows()) {
    throw ShapeError(fmt::format("cross_entropy: scores {}, {} labels", to_string(value.shape()), labels.size()));
  }
  const Index classes = value.columns();
  Tensor probabilities = Tensor::uninitialized(Shape{static_cast<Index>(nodes.size()), classes});
  std::vector<std::pair<NodeId, std::int32_t>> targets;
  targets.reserve(nodes.size());
  double total = 0;
  for (const NodeId node : nodes) {
    const std::int32_t label = node >= 0 && node < value.rows() ? labels[static_cast<std::size_t>(node)] : -1;
    if (label < 0 || label >= classes)
      throw ShapeError(fmt::format("cross_entropy: node {} has no class of {}", node, classes));
    const auto row = value.row(node);
    const auto to = probabilities.row(static_cast<Index>(targets.size()));
    const Real highest = *std::max_element(row.begin(), row.end());
    Real sum_exp = 0;
    for (std::size_t c = 0; c < row.size(); ++c) sum_exp += to[c] = std::exp(row[c] - highest);
    for (Real& p : to) p /= sum_exp;
    total += static_cast<double>(std::log(sum_exp) + highest - row[static_cast<std::size_t>(label)]);
    targets.emplace_back(node, label);
  }
  const double share = targets.empty() ? 0.0 : 1.0 / static_cast<double>(targets.size());
  return make_operation("cross_entropy", Tensor(Shape{}, static_cast<Real>(total * share)), {scores},
                        [probabilities, targets = std::move(targets), share](BackwardStep& step) {
                          const Real factor = step.upstream().item() * static_cast<Real>(share);
                          Tensor& gradient = step.gradient(0);
                          for (std::size_t k = 0; k < targets.size(); ++k) {
                            const auto to = gradient.row(targets[k].first);
                            const auto p = probabilities.row(static_cast<Index>(k));
                            for (std::size_t c = 0; c < to.size(); ++c) to[c] += factor * p[c];
                            to[static_cast<std::size_t>(targets[k].second)] -= factor;
                          }
                        });
}

Variable binary_cross_entropy(const Variable& scores, const Tensor& targets) {
  const Tensor& value = scores.value();
  if (value.shape() != targets.shape()) {
    throw ShapeError(
        fmt::format("binary_cross_entropy: {} and {} differ", to_string(value.shape()), to_string(targets.shape())));
  }
  double total = 0;
  for (Index i = 0; i < value.size(); ++i) {
    const Real s = value.data()[i];
    // max(s, 0) - s t + log(1 + exp(-|s|)): no exponential of a positive number
    total += static_cast<double>(std::max(s, Real(0)) - s * targets.data()[i] + std::log1p(std::exp(-std::abs(s))));
  }
  const double share = value.size() > 0 ? 1.0 / static_cast<double>(value.size()) : 0.0;
  return make_operation("binary_cross_entropy", Tensor(Shape{}, static_cast<Real>(total * share)), {scores},
                        [targets, share](BackwardStep& step) {
                          const Real factor = step.upstream().item() * static_cast<Real>(share);
                          Tensor& gradient = step.gradient(0);
                          for (Index i = 0; i < gradient.size(); ++i) {
                            const Real s = step.input(0).data()[i];
                            const Real e = std::exp(-std::abs(s));
                            const Real probability = s >= 0 ? 1 / (1 + e) : e / (1 + e);
                            gradient.data()[i] += factor * (probability - targets.data()[i]);
                          }
                        });
}

Variable mean_squared_error(const Variable& x, const Tensor& target) {
  return mean(square(subtract(x, Variable::constant(target))));
}

}  // namespace cairn
