#include "autodiff/ops_graph.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "core/parallel.h"
#include "kernels/attention.h"

namespace cairn {

Variable propagate(const Propagation& propagation, const Variable& x) {
  return make_operation("propagate", kernels::propagate(propagation, x.value()), {x},
                        [propagation](BackwardStep& step) {
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
  const Tensor& value = x.value();
  if (static_cast<Index>(group_of_row.size()) != value.rows()) {
    throw ShapeError(fmt::format("segment_mean: {} rows, {} groups of rows", value.rows(), group_of_row.size()));
  }
  const std::vector<std::int32_t> group(group_of_row.begin(), group_of_row.end());
  std::vector<Real> share(static_cast<std::size_t>(group_count), Real(0));
  for (const std::int32_t g : group) {
    if (g < 0 || g >= group_count) throw ShapeError(fmt::format("segment_mean: group {} of {}", g, group_count));
    share[static_cast<std::size_t>(g)] += 1;
  }
  for (Real& s : share) s = s > 0 ? 1 / s : Real(0);
  Tensor y(Shape{group_count, value.columns()});
  for (Index i = 0; i < value.rows(); ++i) {  // one thread: rows of a group add up in their order
    const std::int32_t g = group[static_cast<std::size_t>(i)];
    for (Index j = 0; j < value.columns(); ++j) y.at(g, j) += share[static_cast<std::size_t>(g)] * value.at(i, j);
  }
  return make_operation("segment_mean", std::move(y), {x}, [group, share](BackwardStep& step) {
    Tensor& gradient = step.gradient(0);
    parallel_blocks(gradient.rows(), block_rows(gradient.columns()), [&](Index begin, Index end) {
      for (Index i = begin; i < end; ++i) {
        const std::int32_t g = group[static_cast<std::size_t>(i)];
        for (Index j = 0; j < gradient.columns(); ++j) {
          gradient.at(i, j) += share[static_cast<std::size_t>(g)] * step.upstream().at(g, j);
        }
      }
    });
  });
}

}  // namespace cairn
