#pragma once

#include <vector>

#include "nn/linear.h"
#include "nn/path_layer.h"

namespace cairn {

/// Ordinary message passing in which anchors carry a mark: see make_path_layer, "indication" and "indication_all".
class IndicationLayer : public PathLayer {
 public:
  /// one_channel: all anchors carry the mark of one slot. Throws UsageError for fewer than 1 step.
  IndicationLayer(const PathEncoderOptions& options, bool one_channel, Rng& rng);

  std::vector<Variable> inputs(const Variable& e) const override;
  PathStates slot_states(const PositionInput& position, std::span<const Variable> inputs,
                         const Pass& pass) const override;
  void visit(const ParameterVisitor& visitor) const override;

 private:
  struct Step {
    Variable own_weight;       // [D, D]
    Variable neighbor_weight;  // [D, D]
    Variable bias;             // [D]
  };

  bool one_channel_;
  bool attributes_;
  Variable attribute_weight_;  // [D, D]
  Variable mark_;              // [D]
  std::vector<Step> steps_;
};

}  // namespace cairn
