#include "nn/path_layer.h"

#include <algorithm>
#include <array>

#include "autodiff/ops_paths.h"
#include "nn/distance_layer.h"
#include "nn/path_cell.h"

namespace cairn {

namespace {

/// Cells along shortest paths, level by level.
class ShortestPathLayer : public PathLayer {
 public:
  ShortestPathLayer(const PathEncoderOptions& options, PathForm form, Rng& rng) : form_(form), cell_(options, rng) {}

  PathStates states(const PositionInput& position, const Variable& e, const Pass&) const override {
    const auto& plan = position.paths(form_);
    Variable table = path_states(plan, cell_.cell, cell_.aggregate,
                                 {.start = relu(cell_.anchor.forward(e)),
                                  .node_input = cell_.node_input(e),
                                  .weight = cell_.weight,
                                  .channel_weight = cell_.channel_weight,
                                  .unreached = cell_.unreached});
    return {std::move(table), plan->slot_count, plan->unreached};
  }

  void visit(const ParameterVisitor& visitor) const override { cell_.visit(visitor); }

 private:
  PathForm form_;
  PathCellParameters cell_;
};

}  // namespace

std::unique_ptr<PathLayer> make_path_layer(const PathEncoderOptions& options, Rng& rng) {
  constexpr std::array<std::string_view, 2> names{"all", "distance"};
  switch (place_of("paths", options.paths, names)) {
    case 0:
      return std::make_unique<ShortestPathLayer>(options, PathForm::all, rng);
    default:
      return std::make_unique<DistanceLayer>(options, rng);
  }
}

std::size_t place_of(std::string_view kind, std::string_view name, std::span<const std::string_view> known) {
  const auto found = std::find(known.begin(), known.end(), name);
  if (found == known.end()) throw_unknown_name(kind, name, known);
  return static_cast<std::size_t>(found - known.begin());
}

}  // namespace cairn
