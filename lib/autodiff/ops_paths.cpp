#include "autodiff/ops_paths.h"

#include <utility>

namespace cairn {

Variable path_states(std::shared_ptr<const kernels::PathPlan> plan, kernels::PathCell cell,
                     kernels::PathAggregate aggregate, const PathPassInputs& in) {
  const kernels::PathCellInputs values{in.start.value(), in.node_input.value(), in.weight.value(),
                                       in.channel_weight.value(), in.unreached.value()};
  Tensor states = kernels::path_states(*plan, cell, aggregate, values);
  return make_operation(
      "path_states", std::move(states), {in.start, in.node_input, in.weight, in.channel_weight, in.unreached},
      [plan, cell, aggregate](BackwardStep& step) {
        const kernels::PathCellInputs inputs{step.input(0), step.input(1), step.input(2), step.input(3), step.input(4)};
        const auto wanted = [&](std::size_t i) { return step.wants(i) ? &step.gradient(i) : nullptr; };
        kernels::add_path_gradients(*plan, cell, aggregate, inputs, step.output(), step.used_up_upstream(),
                                    {wanted(0), wanted(1), wanted(2), wanted(3), wanted(4)});
      });
}

}  // namespace cairn
