#include "nn/pgnn.h"

#include <fmt/format.h>

#include <cmath>
#include <numbers>
#include <string>

#include "autodiff/ops_normalize.h"
#include "autodiff/ops_paths.h"

namespace cairn {

namespace {

const PgnnOptions& checked(const PgnnOptions& options) {
  if (options.hidden < 1)
    throw UsageError(fmt::format("pgnn: expected a width of at least 1, found {}", options.hidden));
  if (options.layers < 1) throw UsageError(fmt::format("pgnn: expected at least 1 layer, found {}", options.layers));
  if (!(options.dropout >= 0 && options.dropout < 1)) {
    throw UsageError(fmt::format("pgnn: expected a dropout rate in [0, 1), found {}", options.dropout));
  }
  return options;
}

void multiply_weights(const Module& module, Real factor) {
  for (const NamedParameter& parameter : parameters_of(module)) {
    if (parameter.kind != ParameterKind::weight) continue;
    for (Real& value : parameter.value.mutable_value().values()) value *= factor;
  }
}

}  // namespace

struct Pgnn::Layer : Module {
  Layer(Index width, Rng& rng)
      : scale(width, rng),
        sender(glorot_parameter(width, width, rng)),
        receiver(glorot_parameter(width, width, rng)),
        bias(constant_parameter(Shape{width}, 0)),
        dropout_key(rng.split("dropout").key()) {
    // The two are halves of one map 2 D -> D, whose range Glorot's rule sets by its 3 D ends.
    const Real narrower = std::sqrt(Real(2) / Real(3));
    for (const Variable& half : {sender, receiver}) {
      for (Real& value : half.mutable_value().values()) value *= narrower;
    }
  }

  AnchorMessageVariables message_parts(const AnchorDistances& distances, const Variable& h) const {
    return {.scale = scale.forward(distances), .sender = matmul(h, sender), .receiver = linear(h, receiver, bias)};
  }

  void visit(const ParameterVisitor& visitor) const override {
    visitor("scale", scale);
    visitor("sender_weight", sender);
    visitor("receiver_weight", receiver);
    visitor("bias", bias, ParameterKind::bias);
  }

  ClosenessScale scale;
  Variable sender;            // [D, D]
  Variable receiver;          // [D, D]
  Variable bias;              // [D]
  std::uint64_t dropout_key;  // of what enters the layer
};

Pgnn::Pgnn(Index in, const PgnnOptions& options, Rng& rng)
    : options_(checked(options)), input_(in, options.hidden, rng), projection_(options.hidden, 1, rng) {
  for (Index l = 0; l < options.layers; ++l) {
    Rng layer_rng = rng.split(static_cast<std::uint64_t>(l));
    layers_.push_back(std::make_unique<Layer>(options.hidden, layer_rng));
    multiply_weights(*layers_.back(), static_cast<Real>(std::numbers::sqrt2));
  }
  multiply_weights(input_, static_cast<Real>(std::numbers::sqrt2));
  multiply_weights(projection_, static_cast<Real>(std::numbers::sqrt2));
}

Pgnn::~Pgnn() = default;

Variable Pgnn::forward(const PositionInput& position, const Input& x, const Pass& pass) const {
  if (rows_of(x) != position.node_count()) {
    throw ShapeError(fmt::format("pgnn: {} rows for {} nodes", rows_of(x), position.node_count()));
  }
  const auto distances = position.shared_distances();
  Variable h = input_.forward(x);
  for (std::size_t l = 0; l + 1 < layers_.size(); ++l) {
    const Variable mean = mean_anchor_messages(distances, layers_[l]->message_parts(*distances, h));
    h = dropout(mean, options_.dropout, layers_[l + 1]->dropout_key, pass);
  }
  const Variable answer = projected_anchor_messages(distances, layers_.back()->message_parts(*distances, h),
                                                    projection_.weight(), projection_.bias());
  return layers_.size() > 1 && position.slot_count() > 1 ? with_unit_rows(answer) : answer;
}

void Pgnn::visit(const ParameterVisitor& visitor) const {
  visitor("input", input_);
  for (std::size_t l = 0; l < layers_.size(); ++l) visitor(fmt::format("layers.{}", l), *layers_[l]);
  visitor("projection", projection_);
}

}  // namespace cairn
