#include "kernels/losses.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "kernels/each_row.h"
#include "kernels/elementwise.h"
#include "kernels/shape_check.h"

namespace cairn::kernels {

std::vector<ClassTarget> class_targets(const Tensor& scores, std::span<const std::int32_t> labels,
                                       std::span<const NodeId> nodes) {
  if (static_cast<Index>(labels.size()) != scores.rows()) {
    throw ShapeError(fmt::format("cross_entropy: scores {}, {} labels", to_string(scores.shape()), labels.size()));
  }
  std::vector<ClassTarget> targets;
  targets.reserve(nodes.size());
  for (const NodeId node : nodes) {
    const std::int32_t label = node >= 0 && node < scores.rows() ? labels[static_cast<std::size_t>(node)] : -1;
    if (label < 0 || label >= scores.columns()) {
      throw ShapeError(fmt::format("cross_entropy: node {} has no class of {}", node, scores.columns()));
    }
    targets.push_back({node, label});
  }
  return targets;
}

double cross_entropy(const Tensor& scores, std::span<const ClassTarget> targets, Tensor& probabilities) {
  const Index classes = scores.columns();
  const auto count = static_cast<Index>(targets.size());
  probabilities = Tensor::uninitialized(Shape{count, classes});
  Tensor losses = Tensor::uninitialized(Shape{count});
  each_row(count, classes, [&](Index k) {
    const ClassTarget target = targets[static_cast<std::size_t>(k)];
    const Real* const row = scores.data() + target.row * classes;
    Real* const to = probabilities.data() + k * classes;
    const Real highest = *std::max_element(row, row + classes);
    Real sum_exp = 0;
    for (Index c = 0; c < classes; ++c) sum_exp += to[c] = std::exp(row[c] - highest);
    for (Index c = 0; c < classes; ++c) to[c] /= sum_exp;
    losses.data()[k] = std::log(sum_exp) + highest - row[target.label];
  });
  return sum(losses);
}

void add_cross_entropy_gradient(const Tensor& probabilities, std::span<const ClassTarget> targets, Real factor,
                                Tensor& gradient) {
  const Index classes = gradient.columns();
  const Real* from = probabilities.data();
  for (const ClassTarget target : targets) {
    Real* const to = gradient.data() + target.row * classes;
    for (Index c = 0; c < classes; ++c) to[c] += factor * from[c];
    to[target.label] -= factor;
    from += classes;
  }
}

double binary_cross_entropy(const Tensor& scores, const Tensor& targets) {
  require_fit(scores.shape() == targets.shape(), "binary_cross_entropy", scores, targets);
  Tensor losses = Tensor::uninitialized(scores.shape());
  // max(s, 0) - s t + log(1 + exp(-|s|)): no exponential of a positive number
  map(
      losses, [](Real s, Real t) { return std::max(s, Real(0)) - s * t + std::log1p(std::exp(-std::abs(s))); }, scores,
      targets);
  return sum(losses);
}

void add_binary_cross_entropy_gradient(const Tensor& scores, const Tensor& targets, Real factor, Tensor& gradient) {
  add_map(
      gradient,
      [factor](Real s, Real t) {
        const Real e = std::exp(-std::abs(s));
        const Real probability = s >= 0 ? 1 / (1 + e) : e / (1 + e);
        return factor * (probability - t);
      },
      scores, targets);
}

}  // namespace cairn::kernels
