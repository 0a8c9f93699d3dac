#pragma once

#include "nn/linear.h"
#include "nn/path_layer.h"

namespace cairn {

/// f(1 / (distance + 1)) for a perceptron f: 1 -> hidden -> 1 with a ReLU between, worked out once for each different
/// distance. Source: P-GNN (You, Ying and Leskovec, ICML 2019), as in its public code.
class ClosenessScale : public Module {
 public:
  ClosenessScale(Index hidden, Rng& rng);

  /// [places], for the places of the distances.
  Variable forward(const AnchorDistances& distances) const;
  void visit(const ParameterVisitor& visitor) const override;

 private:
  Linear first_;
  Linear second_;
};

/// States that know distances alone: see make_path_layer.
class DistanceLayer : public PathLayer {
 public:
  DistanceLayer(const PathEncoderOptions& options, Rng& rng);

  std::vector<Variable> inputs(const Variable& e) const override;
  PathStates slot_states(const PositionInput& position, std::span<const Variable> inputs,
                         const Pass& pass) const override;
  void visit(const ParameterVisitor& visitor) const override;

 private:
  ClosenessScale scale_;
  Variable anchor_weight_;     // [D, D]
  Variable attribute_weight_;  // [D, D], undefined without attributes
  Variable bias_;              // [D]
  Variable unreached_;         // [D]
};

}  // namespace cairn
