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

Variable anchor_messages(std::shared_ptr<const kernels::AnchorLinks> links, const AnchorMessageVariables& in) {
  std::vector<Variable> inputs{in.scale, in.sender, in.receiver};
  if (in.unreached.defined()) inputs.push_back(in.unreached);
  const bool with_unreached = in.unreached.defined();
  Tensor messages = kernels::anchor_messages(*links, {in.scale.value(), in.sender.value(), in.receiver.value(),
                                                      with_unreached ? in.unreached.value() : Tensor()});
  return make_operation(
      "anchor_messages", std::move(messages), std::move(inputs), [links, with_unreached](BackwardStep& step) {
        const auto wanted = [&](std::size_t i) { return step.wants(i) ? &step.gradient(i) : nullptr; };
        kernels::add_anchor_message_gradients(
            *links, {step.input(0), step.input(1), step.input(2), with_unreached ? step.input(3) : Tensor()},
            step.output(), step.used_up_upstream(),
            {wanted(0), wanted(1), wanted(2), with_unreached ? wanted(3) : nullptr});
      });
}

}  // namespace cairn
