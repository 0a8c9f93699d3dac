#include "autodiff/ops_loss.h"

#include <utility>

#include "autodiff/ops_dense.h"
#include "autodiff/ops_elementwise.h"
#include "kernels/losses.h"

namespace cairn {

namespace {

/// 1 / count; of nothing 0, so that its mean is 0.
double share_of(Index count) { return count > 0 ? 1 / static_cast<double>(count) : 0; }

}  // namespace

Variable cross_entropy(Variable scores, std::span<const std::int32_t> labels, std::span<const NodeId> nodes) {
  const auto targets = kernels::class_targets(scores.value(), labels, nodes);
  const double share = share_of(static_cast<Index>(targets.size()));
  Tensor probabilities;
  const double total = kernels::cross_entropy(scores.value(), targets, probabilities);
  return make_operation("cross_entropy", Tensor(Shape{}, static_cast<Real>(total * share)), {std::move(scores)},
                        Reads::nothing(), [probabilities, targets, share](BackwardStep& step) {
                          const Real factor = step.upstream().item() * static_cast<Real>(share);
                          kernels::add_cross_entropy_gradient(probabilities, targets, factor, step.gradient(0));
                        });
}

Variable binary_cross_entropy(const Variable& scores, const Tensor& targets) {
  const double share = share_of(targets.size());
  const double total = kernels::binary_cross_entropy(scores.value(), targets);
  return make_operation("binary_cross_entropy", Tensor(Shape{}, static_cast<Real>(total * share)), {scores},
                        Reads::inputs({0}), [targets, share](BackwardStep& step) {
                          const Real factor = step.upstream().item() * static_cast<Real>(share);
                          kernels::add_binary_cross_entropy_gradient(step.input(0), targets, factor, step.gradient(0));
                        });
}

Variable mean_squared_error(const Variable& x, const Tensor& target) {
  return mean(square(subtract(x, Variable::constant(target))));
}

}  // namespace cairn
