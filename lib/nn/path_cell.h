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
  /// A weight that acts once a level turns a step of one size into growth by the power of as many levels: along paths
  /// of 800, one step of Adam from W = I takes states from 1e2 to 1e9. Beyond 64 levels (options.depth) an ungated
  /// cell's weight therefore moves by as much less as there are more of them; gates bound what they let through. Throws
  /// UsageError for an unknown cell or aggregate.
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
  Real weight_rate;           // of the learning rate, for `weight`
};

}  // namespace cairn
