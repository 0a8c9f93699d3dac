#include "nn/distance_layer.h"

#include "autodiff/ops_paths.h"

namespace cairn {

ClosenessScale::ClosenessScale(Index hidden, Rng& rng) : first_(1, hidden, rng), second_(hidden, 1, rng) {}

Variable ClosenessScale::forward(const AnchorDistances& distances) const {
  const Shape column{static_cast<Index>(distances.closeness.size()), 1};
  return second_.forward(relu(first_.forward(Variable::constant(Tensor(column, distances.closeness)))));
}

void ClosenessScale::visit(const ParameterVisitor& visitor) const {
  visitor("first", first_);
  visitor("second", second_);
}

DistanceLayer::DistanceLayer(const PathEncoderOptions& options, Rng& rng)
    : scale_(options.width, rng),
      anchor_weight_(glorot_parameter(options.width, options.width, rng)),
      bias_(constant_parameter(Shape{options.width}, Real(0.1))),
      unreached_(constant_parameter(Shape{options.width}, 0)) {
  if (options.attributes) attribute_weight_ = glorot_parameter(options.width, options.width, rng);
}

std::vector<Variable> DistanceLayer::inputs(const Variable& e) const {
  const Variable own =
      attribute_weight_.defined() ? matmul(e, attribute_weight_) : Variable::constant(Tensor(e.shape()));
  return {matmul(e, anchor_weight_), add_row(own, bias_)};
}

PathStates DistanceLayer::slot_states(const PositionInput& position, std::span<const Variable> inputs,
                                      const Pass&) const {
  const auto distances = position.shared_distances();
  Variable states = anchor_messages(
      distances,
      {.scale = scale_.forward(*distances), .sender = inputs[0], .receiver = inputs[1], .unreached = unreached_});
  return {std::move(states), distances->slot_count, UnreachedRows(distances, &distances->unreached)};
}

void DistanceLayer::visit(const ParameterVisitor& visitor) const {
  visitor("scale", scale_);
  visitor("anchor_weight", anchor_weight_);
  if (attribute_weight_.defined()) visitor("attribute_weight", attribute_weight_);
  visitor("bias", bias_, ParameterKind::bias);
  visitor("unreached", unreached_, ParameterKind::bias);
}

}  // namespace cairn
