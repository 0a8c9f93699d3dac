#pragma once

#include <optional>

#include "kernels/propagation.h"
#include "nn/input.h"
#include "nn/module.h"

namespace cairn {

/// A layer from rows of the sources to rows of the targets of a propagation. Of the sources the first are the targets:
/// a layer that reads a target's own row finds it there.
class GraphLayer : public Module {
 public:
  /// The form of the graph that forward() expects; nothing: the layer reads no arcs.
  virtual std::optional<Normalization> normalization() const = 0;
  /// x: [S, in] of the sources. Returns [T, out_width()] of the targets (a layer that reads no arcs: [S, out_width()]).
  /// On a whole graph both are its N nodes. Throws ShapeError where x does not fit the layer or the propagation.
  virtual Variable forward(const Propagation& propagation, const Input& x, const Pass& pass) const = 0;
  /// relu(forward()), in fewer passes over the result where a layer can.
  virtual Variable rectified(const Propagation& propagation, const Input& x, const Pass& pass) const {
    return relu(forward(propagation, x, pass));
  }
  virtual Index out_width() const = 0;
};

}  // namespace cairn
