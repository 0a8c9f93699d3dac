#include "nn/path_layer.h"

#include <algorithm>
#include <array>

#include "autodiff/ops_dense.h"
#include "autodiff/ops_paths.h"
#include "nn/distance_layer.h"
#include "nn/indication_layer.h"
#include "nn/path_cell.h"
#include "nn/wave_layer.h"

namespace cairn {

namespace {

/// Cells along shortest paths, level by level.
class ShortestPathLayer : public PathLayer {
 public:
  ShortestPathLayer(const PathEncoderOptions& options, PathForm form, Rng& rng) : form_(form), cell_(options, rng) {
    if (form != PathForm::siblings) return;
    own_weight_ = identity_parameter(options.width);
    sibling_weight_ = glorot_parameter(options.width, options.width, rng);
    for (Real& value : sibling_weight_.mutable_value().values()) value *= Real(0.1);
    sibling_bias_ = constant_parameter(Shape{options.width}, 0);
  }

  /// Of an anchor its own state, and what cells add.
  std::vector<Variable> inputs(const Variable& e) const override {
    return {relu(cell_.anchor.forward(e)), cell_.node_input(e)};
  }

  PathStates slot_states(const PositionInput& position, std::span<const Variable> inputs, const Pass&) const override {
    const auto& plan = position.paths(form_);
    Variable table = path_states(plan, cell_.cell, cell_.aggregate,
                                 {.start = inputs[0],
                                  .node_input = inputs[1],
                                  .weight = cell_.weight,
                                  .channel_weight = cell_.channel_weight,
                                  .unreached = cell_.unreached,
                                  .own_weight = own_weight_,
                                  .sibling_weight = sibling_weight_,
                                  .sibling_bias = sibling_bias_});
    // Of a batch what else lies on its paths has rows behind its own.
    table = slice_rows(table, 0, position.row_count() * plan->slot_count);
    return {std::move(table), plan->slot_count, UnreachedRows(plan, &plan->unreached)};
  }

  void visit(const ParameterVisitor& visitor) const override {
    cell_.visit(visitor);
    if (!own_weight_.defined()) return;
    visitor("own_weight", own_weight_, ParameterKind::weight, cell_.weight_rate);
    visitor("sibling_weight", sibling_weight_);
    visitor("sibling_bias", sibling_bias_, ParameterKind::bias);
  }

 private:
  PathForm form_;
  PathCellParameters cell_;
  Variable own_weight_;  // these: [D, D], [D, D], [D], undefined without a step over siblings
  Variable sibling_weight_;
  Variable sibling_bias_;
};

using Make = std::unique_ptr<PathLayer> (*)(const PathEncoderOptions&, Rng&);

template <PathForm Form>
std::unique_ptr<PathLayer> along_paths(const PathEncoderOptions& options, Rng& rng) {
  return std::make_unique<ShortestPathLayer>(options, Form, rng);
}
template <bool OneChannel>
std::unique_ptr<PathLayer> by_indication(const PathEncoderOptions& options, Rng& rng) {
  return std::make_unique<IndicationLayer>(options, OneChannel, rng);
}
std::unique_ptr<PathLayer> by_wave(const PathEncoderOptions& options, Rng& rng) {
  return std::make_unique<WaveLayer>(options, rng);
}
std::unique_ptr<PathLayer> by_distance(const PathEncoderOptions& options, Rng& rng) {
  return std::make_unique<DistanceLayer>(options, rng);
}

constexpr std::array<std::string_view, 7> names{"all",        "tree",           "siblings", "wave",
                                                "indication", "indication_all", "distance"};
constexpr std::array<Make, 7> makers{along_paths<PathForm::all>,
                                     along_paths<PathForm::tree>,
                                     along_paths<PathForm::siblings>,
                                     by_wave,
                                     by_indication<false>,
                                     by_indication<true>,
                                     by_distance};

}  // namespace

std::optional<PathForm> path_form(std::string_view paths) {
  if (paths == "all") return PathForm::all;
  if (paths == "tree") return PathForm::tree;
  if (paths == "siblings") return PathForm::siblings;
  return std::nullopt;
}

std::unique_ptr<PathLayer> make_path_layer(const PathEncoderOptions& options, Rng& rng) {
  return makers[place_of("paths", options.paths, names)](options, rng);
}

std::size_t place_of(std::string_view kind, std::string_view name, std::span<const std::string_view> known) {
  const auto found = std::find(known.begin(), known.end(), name);
  if (found == known.end()) throw_unknown_name(kind, name, known);
  return static_cast<std::size_t>(found - known.begin());
}

}  // namespace cairn
