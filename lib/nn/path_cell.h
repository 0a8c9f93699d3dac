#pragma once

#include <string_view>

#include "kernels/path_pass.h"
#include "nn/linear.h"
#include "nn/path_layer.h"

namespace cairn {

/// A parameter [depth, depth] with ones on its diagonal.
Variable identity_parameter(Index depth);

/// What layers of paths with a cell learn, whichever way their states come.
struct PathCellParameters {
  /// Throws UsageError for an unknown cell or aggregate.
  PathCellParameters(const PathEncoderOptions& options, Rng& rng);

  /// [N, G * D]: W e + b, b alone without attributes.
  Variable node_input(const Variable& e) const;
  void visit(const ParameterVisitor& visitor) const;

  kernels::PathCell cell;
  kernels::PathAggregate aggregate;
  Linear anchor;              // D -> D; its bias is p
  Variable attribute_weight;  // [D, G * D], undefined without attributes
  Variable bias;              // [G * D]
  Variable weight;            // [D, G * D]
  Variable channel_weight;    // [G * D], a constant 0 without path counts
  Variable unreached;         // [D]
};

}  // namespace cairn
