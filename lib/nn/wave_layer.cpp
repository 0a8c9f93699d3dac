#include "nn/wave_layer.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <vector>

#include "autodiff/ops_paths.h"
#include "nn/slot_propagation.h"

namespace cairn {

namespace {

constexpr std::int32_t never = std::numeric_limits<std::int32_t>::max();

/// Level of each row of the table, `never` where unreached.
std::vector<std::int32_t> levels_of_rows(const kernels::PathPlan& plan) {
  std::vector<std::int32_t> levels(static_cast<std::size_t>(plan.node_count * plan.slot_count), never);
  for (Index level = 0; level < plan.level_count(); ++level) {
    for (auto item = static_cast<std::size_t>(plan.level_offsets[static_cast<std::size_t>(level)]);
         item < static_cast<std::size_t>(plan.level_offsets[static_cast<std::size_t>(level) + 1]); ++item) {
      levels[static_cast<std::size_t>(plan.rows[item])] = static_cast<std::int32_t>(level);
    }
  }
  return levels;
}

/// The plan's level 0 alone: every other row is unreached.
std::shared_ptr<const kernels::PathPlan> anchors_alone(const kernels::PathPlan& plan,
                                                       const std::vector<std::int32_t>& levels) {
  auto alone = std::make_shared<kernels::PathPlan>();
  alone->node_count = plan.node_count;
  alone->slot_count = plan.slot_count;
  for (std::size_t row = 0; row < levels.size(); ++row) {
    (levels[row] == 0 ? alone->rows : alone->unreached).push_back(static_cast<std::int32_t>(row));
  }
  alone->channel.assign(alone->rows.size(), 0);
  alone->predecessor_offsets.assign(alone->rows.size() + 1, 0);
  alone->successor_offsets.assign(alone->rows.size() + 1, 0);
  alone->level_offsets = {0, static_cast<std::int64_t>(alone->rows.size())};
  kernels::cut_into_chunks(*alone);
  return alone;
}

/// [rows, 1], 1 where first <= level <= last.
Tensor column_of_levels(const std::vector<std::int32_t>& levels, Index first, Index last) {
  Tensor column(Shape{static_cast<Index>(levels.size()), 1});
  for (std::size_t row = 0; row < levels.size(); ++row) {
    column.data()[row] = levels[row] >= first && levels[row] <= last ? Real(1) : Real(0);
  }
  return column;
}

Variable as_vector(const Tensor& column) { return Variable::constant(column.reshaped(Shape{column.rows()})); }

/// cell(m, input), row by row; see kernels::PathCell.
Variable apply_cell(const PathCellParameters& cell, const Variable& m, const Variable& node_input,
                    const Variable& channel) {
  const Variable product = matmul(m, cell.weight);
  const Variable input = add_to_slots(channel, node_input);
  if (cell.cell == kernels::PathCell::linear) return add(product, input);
  if (cell.cell == kernels::PathCell::affine) return relu(add(product, input));
  const Index depth = m.value().columns();
  const auto gate = [&](const Variable& x, Index g) { return slice_columns(x, g * depth, (g + 1) * depth); };
  const Variable r = sigmoid(add(gate(input, 0), gate(product, 0)));
  const Variable z = sigmoid(add(gate(input, 1), gate(product, 1)));
  const Variable c = tanh(add(gate(input, 2), multiply(r, gate(product, 2))));
  return add(c, multiply(z, subtract(m, c)));
}

}  // namespace

namespace {
/// The cell acts once a step.
PathEncoderOptions as_deep_as_steps(PathEncoderOptions options) {
  options.depth = options.steps;
  return options;
}
}  // namespace

WaveLayer::WaveLayer(const PathEncoderOptions& options, Rng& rng)
    : cell_(as_deep_as_steps(options), rng), steps_(options.steps) {
  if (steps_ < 1) throw UsageError(fmt::format("paths: expected at least 1 step, found {}", steps_));
  if (cell_.aggregate == kernels::PathAggregate::max) {
    throw UsageError("paths: a wave knows the aggregates mean, sum and scaled_sum, found max");
  }
}

Real WaveLayer::share(Real count) const {
  if (!(count > 0)) return 0;
  switch (cell_.aggregate) {
    case kernels::PathAggregate::sum:
      return 1;
    case kernels::PathAggregate::scaled_sum:
      return std::log2(1 + count) / count;
    default:
      return 1 / count;
  }
}

std::vector<Variable> WaveLayer::inputs(const Variable& e) const {
  return {relu(cell_.anchor.forward(e)), cell_.node_input(e)};
}

PathStates WaveLayer::slot_states(const PositionInput& position, std::span<const Variable> inputs, const Pass&) const {
  const Variable& start = inputs[0];
  const Variable& node_input = inputs[1];
  const auto& plan = position.paths();
  const std::vector<std::int32_t> levels = levels_of_rows(*plan);
  const Index slots = plan->slot_count;
  Tensor counts(Shape{static_cast<Index>(levels.size()), 1});
  for (std::size_t item = 0; item < plan->rows.size(); ++item) counts.data()[plan->rows[item]] = plan->channel[item];
  const Variable channel =
      matmul(Variable::constant(counts), reshape(cell_.channel_weight, Shape{1, cell_.channel_weight.value().size()}));
  const Variable base =
      path_states(anchors_alone(*plan, levels), kernels::PathCell::linear, kernels::PathAggregate::mean,
                  {.start = start,
                   .node_input = Variable::constant(Tensor(start.shape())),
                   .weight = Variable::constant(Tensor(Shape{start.value().columns(), start.value().columns()})),
                   .channel_weight = Variable::constant(Tensor(Shape{start.value().columns()})),
                   .unreached = cell_.unreached});
  Variable h = base;
  for (Index t = 1; t <= steps_; ++t) {
    const Tensor sending = column_of_levels(levels, 0, t - 1);  // those that have a state by now
    Tensor shares = propagate_slots(position, Normalization::sum, Variable::constant(sending), slots).value();
    for (Real& value : shares.values()) value = share(value);
    const Variable sent = propagate_slots(position, Normalization::sum, multiply_column(h, as_vector(sending)), slots);
    const Variable next = apply_cell(cell_, multiply_column(sent, as_vector(shares)), node_input, channel);
    const Tensor reached = column_of_levels(levels, 1, t);
    Tensor rest(reached.shape());
    for (Index row = 0; row < rest.rows(); ++row) rest.data()[row] = 1 - reached.data()[row];
    h = add(multiply_column(next, as_vector(reached)), multiply_column(base, as_vector(rest)));
  }
  return {std::move(h), slots, UnreachedRows(plan, &plan->unreached)};
}

}  // namespace cairn
