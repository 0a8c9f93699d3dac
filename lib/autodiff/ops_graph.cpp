#include "autodiff/ops_graph.h"

#include <utility>
#include <vector>

#include "kernels/attention.h"
#include "kernels/segments.h"

namespace cairn {

Variable propagate(const Propagation& propagation, const Variable& x) {
  // What wants a gradient is about to change where it lies.
  Tensor y = x.wants_gradient() ? kernels::propagate(propagation, x.value())
                                : kernels::propagate_constant(propagation, x.value());
  return make_operation("propagate", std::move(y), {x}, [propagation](BackwardStep& step) {
    kernels::add_propagated_back(propagation, step.upstream(), step.gradient(0));
  });
}

Variable attend(const Propagation& propagation, const Variable& x, const Variable& source_score,
                const Variable& target_score, const AttendOptions& options, const Pass& pass) {
  const kernels::EdgeAttention edges{.heads = source_score.value().columns(),
                                     .negative_slope = options.negative_slope,
                                     .dropout_rate = pass.is_training() ? options.dropout_rate : Real(0),
                                     .dropout_key = pass.draws(options.dropout_key)};
  Tensor alpha;
  Tensor y = kernels::attend(propagation, x.value(), source_score.value(), target_score.value(), edges, alpha);
  return make_operation(
      "attend", std::move(y), {x, source_score, target_score}, [propagation, edges, alpha](BackwardStep& step) {
        const auto gradient = [&](std::size_t i) { return step.wants(i) ? &step.gradient(i) : nullptr; };
        kernels::add_attend_gradients(propagation, step.input(0), step.input(1), step.input(2), edges, alpha,
                                      step.upstream(), gradient(0), gradient(1), gradient(2));
      });
}

Variable segment_mean(const Variable& x, std::span<const std::int32_t> group_of_row, Index group_count) {
  const Tensor share = kernels::segment_shares(group_of_row, group_count);
  return make_operation(
      "segment_mean", kernels::segment_sums(x.value(), group_of_row, share), {x},
      [share, groups = std::vector<std::int32_t>(group_of_row.begin(), group_of_row.end())](BackwardStep& step) {
        kernels::add_segments_back(step.upstream(), groups, share, step.gradient(0));
      });
}

}  // namespace cairn
