#include "nn/path_cell.h"

#include <array>

namespace cairn {

namespace {

kernels::PathCell find_cell(std::string_view name) {
  using kernels::PathCell;
  constexpr std::array<PathCell, 3> cells{PathCell::affine, PathCell::linear, PathCell::gated};
  return cells[place_of("path cell", name, std::array<std::string_view, 3>{"affine", "linear", "gated"})];
}

kernels::PathAggregate find_aggregate(std::string_view name) {
  using kernels::PathAggregate;
  constexpr std::array<PathAggregate, 4> aggregates{PathAggregate::mean, PathAggregate::sum, PathAggregate::scaled_sum,
                                                    PathAggregate::max};
  return aggregates[place_of("path aggregate", name,
                             std::array<std::string_view, 4>{"mean", "sum", "scaled_sum", "max"})];
}

/// W_m = I: an ungated cell counts steps from the start. Gates start from Glorot's range.
Variable recurrent_weight(kernels::PathCell cell, Index depth, Rng& rng) {
  return cell == kernels::PathCell::gated ? glorot_parameter(depth, 3 * depth, rng) : identity_parameter(depth);
}

Real rate_at_depth(kernels::PathCell cell, Index depth) {
  constexpr Index full_rate_depth = 64;
  if (cell == kernels::PathCell::gated || depth <= full_rate_depth) return 1;
  return static_cast<Real>(full_rate_depth) / static_cast<Real>(depth);
}

Variable small_vector(Index size, Real scale, Rng& rng) {
  Tensor values = Tensor::uninitialized(Shape{size});
  for (Real& value : values.values()) value = scale * rng.normal();
  return Variable::parameter(std::move(values));
}

}  // namespace

Variable identity_parameter(Index depth) {
  Tensor identity(Shape{depth, depth});
  for (Index d = 0; d < depth; ++d) identity.at(d, d) = 1;
  return Variable::parameter(std::move(identity));
}

PathCellParameters::PathCellParameters(const PathEncoderOptions& options, Rng& rng)
    : cell(find_cell(options.cell)),
      aggregate(find_aggregate(options.aggregate)),
      anchor(options.width, options.width, rng),
      bias(constant_parameter(Shape{kernels::gate_count(cell) * options.width}, Real(0.1))),
      weight(recurrent_weight(cell, options.width, rng)),
      unreached(constant_parameter(Shape{options.width}, 0)),
      weight_rate(rate_at_depth(cell, options.depth)) {
  const Index gates = kernels::gate_count(cell) * options.width;
  if (options.attributes) attribute_weight = glorot_parameter(options.width, gates, rng);
  channel_weight = options.path_counts ? small_vector(gates, Real(0.1), rng) : Variable::constant(Tensor(Shape{gates}));
}

Variable PathCellParameters::node_input(const Variable& e) const {
  const Shape shape{e.value().rows(), bias.value().size()};
  return add_row(attribute_weight.defined() ? matmul(e, attribute_weight) : Variable::constant(Tensor(shape)), bias);
}

void PathCellParameters::visit(const ParameterVisitor& visitor) const {
  visitor("anchor", anchor);
  if (attribute_weight.defined()) visitor("attribute_weight", attribute_weight);
  visitor("cell_bias", bias, ParameterKind::bias);
  visitor("weight", weight, ParameterKind::weight, weight_rate);
  if (channel_weight.wants_gradient()) visitor("channel_weight", channel_weight);
  visitor("unreached", unreached, ParameterKind::bias);
}

}  // namespace cairn
