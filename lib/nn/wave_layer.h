#pragma once

#include "nn/path_cell.h"
#include "nn/path_layer.h"

namespace cairn {

/// Cells that are worked out again at every step of a wave: see make_path_layer, "wave".
class WaveLayer : public PathLayer {
 public:
  /// Throws UsageError for fewer than 1 step and the aggregate max, which propagation over arcs does not know.
  WaveLayer(const PathEncoderOptions& options, Rng& rng);

  std::vector<Variable> inputs(const Variable& e) const override;
  PathStates slot_states(const PositionInput& position, std::span<const Variable> inputs,
                         const Pass& pass) const override;
  void visit(const ParameterVisitor& visitor) const override { cell_.visit(visitor); }

 private:
  /// 1 / counts, or what else the aggregate multiplies sums with; 0 for no neighbor.
  Real share(Real count) const;

  PathCellParameters cell_;
  Index steps_;
};

}  // namespace cairn
