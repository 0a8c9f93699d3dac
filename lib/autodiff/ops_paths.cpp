#include "autodiff/ops_paths.h"

#include <utility>

#include "kernels/slots.h"

namespace cairn {

Variable path_states(const std::shared_ptr<const kernels::PathPlan>& plan, kernels::PathCell cell,
                     kernels::PathAggregate aggregate, const PathPassInputs& in) {
  std::vector<Variable> inputs{in.start, in.node_input, in.weight, in.channel_weight, in.unreached};
  const bool siblings = in.own_weight.defined();
  if (siblings) inputs.insert(inputs.end(), {in.own_weight, in.sibling_weight, in.sibling_bias});
  // values(i): of input i, undefined past those that there are
  const auto cell_inputs = [siblings](const auto& values) {
    const auto optional = [&](std::size_t i) { return siblings ? values(i) : Tensor(); };
    return kernels::PathCellInputs{values(0), values(1),   values(2),   values(3),
                                   values(4), optional(5), optional(6), optional(7)};
  };
  Tensor states =
      kernels::path_states(*plan, cell, aggregate, cell_inputs([&](std::size_t i) { return inputs[i].value(); }));
  return make_operation(
      "path_states", std::move(states), std::move(inputs),
      [plan, cell, aggregate, siblings, cell_inputs](BackwardStep& step) {
        const auto wanted = [&](std::size_t i) { return step.wants(i) ? &step.gradient(i) : nullptr; };
        const auto optional = [&](std::size_t i) { return siblings ? wanted(i) : nullptr; };
        kernels::add_path_gradients(
            *plan, cell, aggregate, cell_inputs([&](std::size_t i) { return step.input(i); }), step.output(),
            step.used_up_upstream(),
            {wanted(0), wanted(1), wanted(2), wanted(3), wanted(4), optional(5), optional(6), optional(7)});
      });
}

Variable anchor_messages(const std::shared_ptr<const kernels::AnchorLinks>& links, const AnchorMessageVariables& in) {
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

Variable add_to_slots(Variable x, const Variable& b) {
  Tensor y = kernels::add_to_slots(x.value(), b.value());
  return make_operation("add_to_slots", std::move(y), {std::move(x), b}, Reads::nothing(), [](BackwardStep& step) {
    if (step.wants(1)) kernels::add_slot_sums(step.upstream(), step.gradient(1));
    if (step.wants(0)) step.hand_on(0);
  });
}

Variable mean_over_slots(Variable x, Index nodes, UnreachedRows unreached) {
  if (unreached == nullptr) unreached = std::make_shared<const std::vector<std::int32_t>>();
  Tensor mean = kernels::mean_over_slots(x.value(), nodes, *unreached);
  return make_operation("mean_over_slots", std::move(mean), {std::move(x)}, Reads::nothing(),
                        [unreached](BackwardStep& step) {
                          const auto [gradient, fresh] = step.target(0);
                          const auto store = fresh ? kernels::Store::write : kernels::Store::add;
                          kernels::add_mean_over_slots_gradient(step.upstream(), *unreached, gradient, store);
                        });
}

}  // namespace cairn
