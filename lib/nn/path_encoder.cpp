#include "nn/path_encoder.h"

#include <fmt/format.h>

#include <array>

#include "autodiff/ops_normalize.h"

namespace cairn {

namespace {

/// Mean of each node's states over the anchors that reach it, [N, D]; 0 where none does.
Variable mean_over_anchors(const PathStates& states, Index nodes, Index depth) {
  Tensor reached(Shape{nodes * states.slot_count}, 1);
  Tensor anchors(Shape{nodes}, static_cast<Real>(states.slot_count));
  for (const std::int32_t row : states.unreached) {
    reached.data()[row] = 0;
    anchors.data()[row / states.slot_count] -= 1;
  }
  Tensor share(Shape{nodes});
  for (Index u = 0; u < nodes; ++u) {
    share.data()[u] = anchors.data()[u] > 0 ? static_cast<Real>(states.slot_count) / anchors.data()[u] : Real(0);
  }
  const Variable kept = multiply_column(states.table, Variable::constant(std::move(reached)));
  const Variable mean = mean_heads(reshape(kept, Shape{nodes, states.slot_count * depth}), states.slot_count);
  return multiply_column(mean, Variable::constant(std::move(share)));
}

}  // namespace

PathEncoder::PathEncoder(Index in, Index slots, const PathEncoderOptions& options, Rng& rng)
    : options_(options),
      slots_(options.paths == "indication_all" ? 1 : slots),
      input_(in, options.width, rng),
      dropout_key_(rng.split("dropout").key()) {
  if (options.layers < 1)
    throw UsageError(fmt::format("path encoder: expected at least 1 layer, found {}", options.layers));
  if (!(options.dropout >= 0 && options.dropout < 1)) {
    throw UsageError(fmt::format("path encoder: expected a dropout rate in [0, 1), found {}", options.dropout));
  }
  for (Index l = 0; l < options.layers; ++l) layers_.push_back(make_path_layer(options, rng));
  switch (place_of("read-out", options.read_out, std::array<std::string_view, 3>{"anchors", "scalar", "structure"})) {
    case 0:
      read_out_ = std::make_unique<Linear>(slots_ * options.width, options.out, rng);
      second_read_out_ = std::make_unique<Linear>(options.out, options.out, rng);
      break;
    case 1:
      read_out_ = std::make_unique<Linear>(options.width, 1, rng);
      break;
    default:
      read_out_ = std::make_unique<Linear>(options.width, options.out, rng);
  }
}

Index PathEncoder::out_width() const { return options_.read_out == "scalar" ? slots_ : options_.out; }

Variable PathEncoder::forward(const PositionInput& position, const Input& x, const Pass& pass) const {
  const Index nodes = position.node_count();
  const bool any_slots = options_.read_out == "structure" || options_.paths == "indication_all";
  if ((position.slot_count() != slots_ && !any_slots) || nodes != rows_of(x)) {
    throw ShapeError(fmt::format("path encoder: built for {} anchors and {} rows, found {} and {} nodes", slots_,
                                 rows_of(x), position.slot_count(), nodes));
  }
  Variable e = input_.forward(x);
  PathStates states;
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    if (l > 0) {
      const std::uint64_t key = stream_key(dropout_key_, static_cast<std::uint64_t>(l));
      e = dropout(mean_over_anchors(states, nodes, options_.width), options_.dropout, key, pass);
    }
    states = layers_[l]->states(position, e, pass);
  }
  if (options_.read_out == "structure") {
    return read_out_->forward(mean_over_anchors(states, nodes, options_.width));
  }
  if (options_.read_out == "scalar") {
    const Variable scores = reshape(read_out_->forward(states.table), Shape{nodes, slots_});
    return slots_ > 1 ? with_unit_rows(scores) : scores;
  }
  const Variable by_node = reshape(states.table, Shape{nodes, slots_ * options_.width});
  return second_read_out_->forward(relu(read_out_->forward(by_node)));
}

void PathEncoder::visit(const ParameterVisitor& visitor) const {
  visitor("input", input_);
  for (std::size_t l = 0; l < layers_.size(); ++l) visitor(fmt::format("layers.{}", l), *layers_[l]);
  visitor("read_out", *read_out_);
  if (second_read_out_ != nullptr) visitor("second_read_out", *second_read_out_);
}

}  // namespace cairn
