#include "nn/indication_layer.h"

#include <fmt/format.h>

#include "autodiff/ops_dense.h"
#include "autodiff/ops_elementwise.h"
#include "autodiff/ops_paths.h"
#include "nn/slot_propagation.h"

namespace cairn {

IndicationLayer::IndicationLayer(const PathEncoderOptions& options, bool one_channel, Rng& rng)
    : one_channel_(one_channel),
      attributes_(options.attributes),
      attribute_weight_(glorot_parameter(options.width, options.width, rng)),
      mark_(constant_parameter(Shape{options.width}, 0)) {
  if (options.steps < 1) throw UsageError(fmt::format("paths: expected at least 1 step, found {}", options.steps));
  for (Real& value : mark_.mutable_value().values()) value = rng.normal();
  for (Index step = 0; step < options.steps; ++step) {
    steps_.push_back({.own_weight = glorot_parameter(options.width, options.width, rng),
                      .neighbor_weight = glorot_parameter(options.width, options.width, rng),
                      .bias = constant_parameter(Shape{options.width}, 0)});
  }
}

std::vector<Variable> IndicationLayer::inputs(const Variable& e) const { return {matmul(e, attribute_weight_)}; }

PathStates IndicationLayer::slot_states(const PositionInput& position, std::span<const Variable> inputs,
                                        const Pass&) const {
  const auto marks = position.marks(one_channel_);
  const Variable& own = inputs[0];
  const Variable none = Variable::constant(Tensor(own.shape()));
  Variable h = anchor_messages(marks, {.scale = Variable::constant(Tensor(Shape{1}, 1)),
                                       .sender = add_row(attributes_ ? none : own, mark_),
                                       .receiver = attributes_ ? own : none});
  for (const Step& step : steps_) {
    const Variable mean = propagate_slots(position, Normalization::mean, h, marks->slot_count);
    h = relu(add_row(add(matmul(h, step.own_weight), matmul(mean, step.neighbor_weight)), step.bias));
  }
  return {std::move(h), marks->slot_count, {}};
}

void IndicationLayer::visit(const ParameterVisitor& visitor) const {
  visitor("attribute_weight", attribute_weight_);
  visitor("mark", mark_, ParameterKind::bias);
  for (std::size_t s = 0; s < steps_.size(); ++s) {
    visitor(fmt::format("steps.{}.own_weight", s), steps_[s].own_weight);
    visitor(fmt::format("steps.{}.neighbor_weight", s), steps_[s].neighbor_weight);
    visitor(fmt::format("steps.{}.bias", s), steps_[s].bias, ParameterKind::bias);
  }
}

}  // namespace cairn
