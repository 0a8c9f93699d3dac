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

Index slots_in_cache(Index nodes, Index slots, Index width) {
  // A pass goes by four tables of that size (states, gradients, and those of node inputs), which a third-level cache of
  // 16 MiB or more holds. 19,717 nodes, 32 slots of 32 values, there and back: 4 MiB 73 ms, 8 MiB 98, all at once 118.
  constexpr Index cached_bytes = Index{4} << 20;
  const Index slot_bytes = std::max<Index>(nodes * width * static_cast<Index>(sizeof(Real)), 1);
  const Index at_once = cached_bytes / slot_bytes;
  return at_once == 0 || at_once >= slots ? 0 : at_once;
}

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
  const Slices slices = slices_of(position);
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
  const Variable mapped = add_row(product_of_states(last, slices, e, pass), read_out_->bias());
  return second_read_out_ == nullptr ? mapped : second_read_out_->forward(relu(mapped));
}

PathEncoder::Slices PathEncoder::slices_of(const PositionInput& position) const {
  if (options_.paths == "indication_all" || position.is_batch()) return {{position}, false};
  const Index given = position.slots_at_once();
  if (given != 0 && given < position.slot_count()) return {position.slices(given), true};
  return {position.slices(slots_in_cache(position.node_count(), position.slot_count(), options_.width)), false};
}

std::vector<Variable> PathEncoder::contributions(const PathLayer& layer, const Slices& slices, const Variable& e,
                                                 const Pass& pass, const Contribution& contribution) const {
  std::vector<Variable> found;
  const std::vector<Variable> inputs = layer.inputs(e);
  Index first_slot = 0;
  if (!slices.recomputed) {
    for (const PositionInput& slice : slices.parts) {
      found.push_back(contribution(layer.slot_states(slice, inputs, pass), first_slot));
      first_slot += slice.slot_count();
    }
    return found;
  }
  std::vector<Variable> parameters;
  for (const Module* const part : {static_cast<const Module*>(&layer), static_cast<const Module*>(read_out_.get())}) {
    for (const NamedParameter& parameter : parameters_of(*part)) parameters.push_back(parameter.value);
  }
  for (const PositionInput& slice : slices.parts) {
    const auto run = [&layer, slice, pass, contribution, first_slot](std::span<const Variable> of_nodes) {
      return contribution(layer.slot_states(slice, of_nodes, pass), first_slot);
    };
    found.push_back(recompute(run, inputs, parameters));
    first_slot += slice.slot_count();
  }
  return found;
}

Variable PathEncoder::product_of_states(const PathLayer& layer, const Slices& slices, const Variable& e,
                                        const Pass& pass) const {
  const auto rows = [nodes = slices.parts.front().row_count(), this](const PathStates& states) {
    return reshape(states.table, Shape{nodes, states.slot_count * options_.width});
  };
  const auto weight = [this](const PathStates& states, Index first_slot) {
    const Index first = first_slot * options_.width;
    return slice_rows(read_out_->weight(), first, first + states.slot_count * options_.width);
  };
  if (slices.recomputed) {
    return sum_of(contributions(layer, slices, e, pass, [=](const PathStates& states, Index first_slot) {
      return matmul(rows(states), weight(states, first_slot));
    }));
  }
  const std::vector<Variable> inputs = layer.inputs(e);
  Variable sum;  // added to in place, and its gradient is read by all slices: neither is copied
  Index first_slot = 0;
  for (const PositionInput& slice : slices.parts) {
    const PathStates states = layer.slot_states(slice, inputs, pass);
    const Variable of_slice = weight(states, first_slot);
    sum = sum.defined() ? add_matmul(std::move(sum), rows(states), of_slice) : matmul(rows(states), of_slice);
    first_slot += slice.slot_count();
  }
  return sum;
}

Variable PathEncoder::mean_of_states(const PathLayer& layer, const Slices& slices, const Variable& e,
                                     const Pass& pass) const {
  const Index nodes = slices.parts.front().row_count();
  if (slices.parts.size() == 1) {
    const PathStates states = layer.states(slices.parts.front(), e, pass);
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
  const Index in_cache = slots_in_cache(nodes, at_once, width);
  bytes.states = nodes * at_once * width * real;
  bytes.gradient = in_cache == 0 || slots_at_once != 0 ? bytes.states : nodes * in_cache * width * real;
  // row, channel and two offsets an item; every arc in two lists; the number of each row without an item
  bytes.plan = paths.items * (4 + real + 2 * 8) + paths.dag_arcs * 2 * 4 + (nodes * slots - paths.items) * 4;
  bytes.total = bytes.states + bytes.gradient + bytes.plan;
  return bytes;
}

}  // namespace cairn
