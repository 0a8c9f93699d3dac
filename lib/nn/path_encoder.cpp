#include "nn/path_encoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "autodiff/ops_normalize.h"
#include "autodiff/recompute.h"

namespace cairn {

namespace {

Variable sum_of(const std::vector<Variable>& parts) {
  Variable sum = parts.front();
  for (std::size_t i = 1; i < parts.size(); ++i) sum = add(sum, parts[i]);
  return sum;
}

Variable concatenated(const std::vector<Variable>& parts) {
  return parts.size() == 1 ? parts.front() : concat_columns(parts);
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
  if (options.numbers < 1)
    throw UsageError(fmt::format("path encoder: expected at least 1 number an anchor, found {}", options.numbers));
  constexpr std::array<std::string_view, 4> read_outs{"anchors", "linear", "scalar", "structure"};
  switch (place_of("read-out", options.read_out, read_outs)) {
    case 0:
      read_out_ = std::make_unique<Linear>(slots_ * options.width, options.out, rng);
      second_read_out_ = std::make_unique<Linear>(options.out, options.out, rng);
      break;
    case 1:
      read_out_ = std::make_unique<Linear>(slots_ * options.width, options.out, rng);
      break;
    case 2:
      read_out_ = std::make_unique<Linear>(options.width, options.numbers, rng);
      break;
    default:
      read_out_ = std::make_unique<Linear>(options.width, options.out, rng);
  }
}

bool PathEncoder::takes_batches() const { return options_.paths == "all" && layers_.size() == 1; }

Index PathEncoder::out_width() const {
  return options_.read_out == "scalar" ? slots_ * options_.numbers : options_.out;
}

Variable PathEncoder::forward(const PositionInput& position, const Input& x, const Pass& pass) const {
  const Index nodes = position.row_count();
  const bool any_slots =
      (options_.read_out != "anchors" && options_.read_out != "linear") || options_.paths == "indication_all";
  if ((position.slot_count() != slots_ && !any_slots) || position.node_count() != rows_of(x)) {
    throw ShapeError(fmt::format("path encoder: built for {} anchors and {} rows, found {} and {} nodes", slots_,
                                 rows_of(x), position.slot_count(), position.node_count()));
  }
  if (position.is_batch() && !takes_batches()) {
    throw ShapeError("path encoder: a batch holds what one layer along all shortest paths asks for");
  }
  const std::vector<PositionInput> slices =
      options_.paths == "indication_all" ? std::vector<PositionInput>{position} : position.slices();
  Variable e = input_.forward(x);
  for (std::size_t l = 0; l + 1 < layers_.size(); ++l) {
    const std::uint64_t key = stream_key(dropout_key_, static_cast<std::uint64_t>(l));
    e = dropout(mean_of_states(*layers_[l], slices, e, pass), options_.dropout, key, pass);
  }
  const PathLayer& last = *layers_.back();
  if (options_.read_out == "structure") return read_out_->forward(mean_of_states(last, slices, e, pass));
  if (options_.read_out == "scalar") {
    const Variable scores =
        concatenated(contributions(last, slices, e, pass, [=, this](const PathStates& states, Index) {
          return reshape(read_out_->forward(states.table), Shape{nodes, states.slot_count * options_.numbers});
        }));
    return options_.unit_rows && scores.value().columns() > 1 ? with_unit_rows(scores) : scores;
  }
  const Variable product =
      sum_of(contributions(last, slices, e, pass, [=, this](const PathStates& states, Index first) {
        const Index columns = states.slot_count * options_.width;
        return matmul(reshape(states.table, Shape{nodes, columns}),
                      slice_rows(read_out_->weight(), first * options_.width, first * options_.width + columns));
      }));
  const Variable mapped = add_row(product, read_out_->bias());
  return second_read_out_ == nullptr ? mapped : second_read_out_->forward(relu(mapped));
}

std::vector<Variable> PathEncoder::contributions(const PathLayer& layer, const std::vector<PositionInput>& slices,
                                                 const Variable& e, const Pass& pass,
                                                 const Contribution& contribution) const {
  if (slices.size() == 1) return {contribution(layer.states(slices.front(), e, pass), 0)};
  std::vector<Variable> parameters;
  for (const Module* const part : {static_cast<const Module*>(&layer), static_cast<const Module*>(read_out_.get())}) {
    for (const NamedParameter& parameter : parameters_of(*part)) parameters.push_back(parameter.value);
  }
  std::vector<Variable> found;
  Index first_slot = 0;
  for (const PositionInput& slice : slices) {
    const auto run = [&layer, slice, pass, contribution, first_slot](std::span<const Variable> inputs) {
      return contribution(layer.states(slice, inputs[0], pass), first_slot);
    };
    found.push_back(recompute(run, {e}, parameters));
    first_slot += slice.slot_count();
  }
  return found;
}

Variable PathEncoder::mean_of_states(const PathLayer& layer, const std::vector<PositionInput>& slices,
                                     const Variable& e, const Pass& pass) const {
  const Index nodes = slices.front().row_count();
  if (slices.size() == 1) {
    const PathStates states = layer.states(slices.front(), e, pass);
    return mean_over_slots(states.table, nodes, states.unreached);
  }
  // A slice's mean times its anchors that reach the node, and these in one column more.
  const Variable sums = sum_of(contributions(layer, slices, e, pass, [nodes](const PathStates& states, Index) {
    Tensor reached(Shape{nodes, 1}, static_cast<Real>(states.slot_count));
    if (states.unreached != nullptr) {
      for (const std::int32_t row : *states.unreached) reached.data()[row / states.slot_count] -= 1;
    }
    const Variable mean = mean_over_slots(states.table, nodes, states.unreached);
    return concatenated(
        {multiply_column(mean, Variable::constant(reached.reshaped(Shape{nodes}))), Variable::constant(reached)});
  }));
  Tensor shares(Shape{nodes});
  for (Index u = 0; u < nodes; ++u) {
    const Real reached = sums.value().at(u, options_.width);
    shares.data()[u] = reached > 0 ? 1 / reached : Real(0);
  }
  return multiply_column(slice_columns(sums, 0, options_.width), Variable::constant(std::move(shares)));
}

void PathEncoder::visit(const ParameterVisitor& visitor) const {
  visitor("input", input_);
  for (std::size_t l = 0; l < layers_.size(); ++l) visitor(fmt::format("layers.{}", l), *layers_[l]);
  visitor("read_out", *read_out_);
  if (second_read_out_ != nullptr) visitor("second_read_out", *second_read_out_);
}

PathEncoderBytes planned_bytes(Index nodes, Index slots, Index width, const PathBytes& paths, Index slots_at_once) {
  const auto real = static_cast<Index>(sizeof(Real));
  const Index at_once = slots_at_once == 0 ? slots : std::min(slots, slots_at_once);
  PathEncoderBytes bytes;
  bytes.states = bytes.gradient = nodes * at_once * width * real;
  // row, channel and two offsets an item; every arc in two lists; the number of each row without an item
  bytes.plan = paths.items * (4 + real + 2 * 8) + paths.dag_arcs * 2 * 4 + (nodes * slots - paths.items) * 4;
  bytes.total = bytes.states + bytes.gradient + bytes.plan;
  return bytes;
}

}  // namespace cairn
