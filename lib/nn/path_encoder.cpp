#include "nn/path_encoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace cairn {

namespace {

template <std::size_t Count>
std::size_t place_of(std::string_view kind, std::string_view name, const std::array<std::string_view, Count>& known) {
  const auto found = std::find(known.begin(), known.end(), name);
  if (found == known.end()) throw_unknown_name(kind, name, known);
  return static_cast<std::size_t>(found - known.begin());
}

kernels::PathCell find_cell(std::string_view name) {
  using kernels::PathCell;
  constexpr std::array<PathCell, 3> cells{PathCell::affine, PathCell::linear, PathCell::gated};
  return cells[place_of("path cell", name, std::array<std::string_view, 3>{"affine", "linear", "gated"})];
}

kernels::PathAggregate find_aggregate(std::string_view name) {
  using kernels::PathAggregate;
  constexpr std::array<PathAggregate, 3> aggregates{PathAggregate::mean, PathAggregate::sum, PathAggregate::scaled_sum};
  return aggregates[place_of("path aggregate", name, std::array<std::string_view, 3>{"mean", "sum", "scaled_sum"})];
}

/// W_m = I: an ungated cell counts steps from the start. Gates start from Glorot's range.
Variable recurrent_weight(kernels::PathCell cell, Index depth, Rng& rng) {
  if (cell == kernels::PathCell::gated) return glorot_parameter(depth, 3 * depth, rng);
  Tensor identity(Shape{depth, depth});
  for (Index d = 0; d < depth; ++d) identity.at(d, d) = 1;
  return Variable::parameter(std::move(identity));
}

Variable small_vector(Index size, Real scale, Rng& rng) {
  Tensor values = Tensor::uninitialized(Shape{size});
  for (Real& value : values.values()) value = scale * rng.normal();
  return Variable::parameter(std::move(values));
}

/// Rows scaled to length 1; a row of zeros stays.
Variable with_unit_rows(const Variable& x) {
  const Variable length = sqrt(shift(sum_rows(square(x)), Real(1e-12)));
  return multiply_column(x, divide(Variable::constant(Tensor(length.shape(), 1)), length));
}

/// Mean of each node's states over the anchors that reach it, [N, D]; 0 where none does.
Variable mean_over_anchors(const kernels::PathPlan& plan, const Variable& states, Index depth) {
  const Index nodes = plan.node_count;
  Tensor reached(Shape{nodes * plan.slot_count}, 1);
  Tensor anchors(Shape{nodes}, static_cast<Real>(plan.slot_count));
  for (const std::int32_t row : plan.unreached) {
    reached.data()[row] = 0;
    anchors.data()[row / plan.slot_count] -= 1;
  }
  Tensor share(Shape{nodes});
  for (Index u = 0; u < nodes; ++u) {
    share.data()[u] = anchors.data()[u] > 0 ? static_cast<Real>(plan.slot_count) / anchors.data()[u] : Real(0);
  }
  const Variable kept = multiply_column(states, Variable::constant(std::move(reached)));
  const Variable mean = mean_heads(reshape(kept, Shape{nodes, plan.slot_count * depth}), plan.slot_count);
  return multiply_column(mean, Variable::constant(std::move(share)));
}

}  // namespace

PathEncoder::PathEncoder(Index in, Index slots, const PathEncoderOptions& options, Rng& rng)
    : options_(options),
      slots_(slots),
      cell_(find_cell(options.cell)),
      aggregate_(find_aggregate(options.aggregate)),
      input_(in, options.width, rng),
      anchor_(options.width, options.width, rng),
      cell_bias_(constant_parameter(Shape{kernels::gate_count(cell_) * options.width}, Real(0.1))),
      weight_(recurrent_weight(cell_, options.width, rng)),
      unreached_(constant_parameter(Shape{options.width}, 0)) {
  const Index gates = kernels::gate_count(cell_) * options.width;
  if (options.attributes) attribute_weight_ = glorot_parameter(options.width, gates, rng);
  channel_weight_ =
      options.path_counts ? small_vector(gates, Real(0.1), rng) : Variable::constant(Tensor(Shape{gates}));
  switch (place_of("read-out", options.read_out, std::array<std::string_view, 3>{"anchors", "scalar", "structure"})) {
    case 0:
      read_out_ = std::make_unique<Linear>(slots * options.width, options.out, rng);
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

Variable PathEncoder::forward(const PositionInput& position, const Input& x, const Pass&) const {
  const auto& plan = position.paths();
  const bool any_slots = options_.read_out == "structure";
  if ((plan->slot_count != slots_ && !any_slots) || plan->node_count != rows_of(x)) {
    throw ShapeError(fmt::format("path encoder: built for {} anchors and {} rows, found {} and {} nodes", slots_,
                                 rows_of(x), plan->slot_count, plan->node_count));
  }
  const Variable e = input_.forward(x);
  const Index nodes = plan->node_count;
  const Index gates = cell_bias_.value().size();
  const Variable own =
      options_.attributes ? matmul(e, attribute_weight_) : Variable::constant(Tensor(Shape{nodes, gates}));
  const Variable states = path_states(plan, cell_, aggregate_,
                                      {.start = relu(anchor_.forward(e)),
                                       .node_input = add_row(own, cell_bias_),
                                       .weight = weight_,
                                       .channel_weight = channel_weight_,
                                       .unreached = unreached_});
  if (options_.read_out == "scalar") {
    const Variable scores = reshape(read_out_->forward(states), Shape{nodes, slots_});
    return slots_ > 1 ? with_unit_rows(scores) : scores;
  }
  if (options_.read_out == "structure") return read_out_->forward(mean_over_anchors(*plan, states, options_.width));
  const Variable by_node = reshape(states, Shape{nodes, slots_ * options_.width});
  return second_read_out_->forward(relu(read_out_->forward(by_node)));
}

void PathEncoder::visit(const ParameterVisitor& visitor) const {
  visitor("input", input_);
  visitor("anchor", anchor_);
  if (attribute_weight_.defined()) visitor("attribute_weight", attribute_weight_);
  visitor("cell_bias", cell_bias_, ParameterKind::bias);
  visitor("weight", weight_);
  if (options_.path_counts) visitor("channel_weight", channel_weight_);
  visitor("unreached", unreached_, ParameterKind::bias);
  visitor("read_out", *read_out_);
  if (second_read_out_ != nullptr) visitor("second_read_out", *second_read_out_);
}

}  // namespace cairn
