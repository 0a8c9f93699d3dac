#pragma once

#include <memory>

#include "benchmarks/sinusoids.h"
#include "nn/linear.h"
#include "nn/softmax_attention.h"

namespace cairn::benchmarks {

/// What an AttentionModel is made of.
struct AttentionModelOptions {
  Index content = 1;     ///< columns of what nodes carry
  Index axes = 1;        ///< coordinates of a node
  Index out = 1;         ///< columns of the result
  Index width = 32;      ///< of an encoding (an axis of a sinusoid's has so many columns), a key and the layer
  Index table_rows = 0;  ///< of a learned table of places 0, 1, ... on one axis; 0: sinusoids
  double frequency = 1;  ///< of the shortest sinusoid
};

/// One attention layer whose weights read positions alone, and a linear map: whoever knows where the nodes lie to each
/// other can copy and average what they carry, and nothing else can.
class AttentionModel : public Module {
 public:
  AttentionModel(const AttentionModelOptions& options, Rng& rng);

  /// coordinates of N nodes; content: [N, content]. Returns [N, out]. A table is read at the nearest whole place.
  /// Throws UsageError for a place outside the table, ShapeError where shapes do not fit.
  Variable forward(const Coordinates& coordinates, const Tensor& content) const;
  void visit(const ParameterVisitor& visitor) const override;

 private:
  AttentionModelOptions options_;
  Variable table_;  // [table_rows, width], undefined for sinusoids
  SoftmaxAttention attention_;
  Linear head_;
};

}  // namespace cairn::benchmarks
