#include "nn/path_encoder.h"

#include <fmt/format.h>

#include <array>

#include "autodiff/ops_normalize.h"

namespace cairn {

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

Index PathEncoder::out_width() const {
  return options_.read_out == "scalar" ? slots_ * options_.numbers : options_.out;
}

Variable PathEncoder::forward(const PositionInput& position, const Input& x, const Pass& pass) const {
  const Index nodes = position.node_count();
  const bool any_slots =
      (options_.read_out != "anchors" && options_.read_out != "linear") || options_.paths == "indication_all";
  if ((position.slot_count() != slots_ && !any_slots) || nodes != rows_of(x)) {
    throw ShapeError(fmt::format("path encoder: built for {} anchors and {} rows, found {} and {} nodes", slots_,
                                 rows_of(x), position.slot_count(), nodes));
  }
  Variable e = input_.forward(x);
  PathStates states;
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    if (l > 0) {
      const std::uint64_t key = stream_key(dropout_key_, static_cast<std::uint64_t>(l));
      e = dropout(mean_over_slots(states.table, nodes, states.unreached), options_.dropout, key, pass);
    }
    states = layers_[l]->states(position, e, pass);
  }
  if (options_.read_out == "structure") {
    return read_out_->forward(mean_over_slots(states.table, nodes, states.unreached));
  }
  if (options_.read_out == "scalar") {
    const Index columns = states.slot_count * options_.numbers;
    const Variable scores = reshape(read_out_->forward(states.table), Shape{nodes, columns});
    return options_.unit_rows && columns > 1 ? with_unit_rows(scores) : scores;
  }
  const Variable by_node = reshape(states.table, Shape{nodes, slots_ * options_.width});
  const Variable mapped = read_out_->forward(by_node);
  return second_read_out_ == nullptr ? mapped : second_read_out_->forward(relu(mapped));
}

void PathEncoder::visit(const ParameterVisitor& visitor) const {
  visitor("input", input_);
  for (std::size_t l = 0; l < layers_.size(); ++l) visitor(fmt::format("layers.{}", l), *layers_[l]);
  visitor("read_out", *read_out_);
  if (second_read_out_ != nullptr) visitor("second_read_out", *second_read_out_);
}

}  // namespace cairn
