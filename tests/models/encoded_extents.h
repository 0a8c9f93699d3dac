#pragma once

#include "models/coordinate_plan.h"
#include "models/defaults.h"
#include "models/models.h"
#include "support/tensors.h"

namespace cairn::support {

/// Two axes on which all nodes differ.
inline Coordinates some_coordinates(Index nodes) {
  Rng rng(11);
  return {random_tensor({nodes, 2}, rng), {}, {}};
}

/// The extents, with what models of every name must know of some_coordinates.
inline ModelExtents encoded(ModelExtents extents) {
  const Coordinates coordinates = some_coordinates(extents.nodes);
  extents.axes = coordinates.axis_count();
  for (const std::string_view name : model_names()) {
    if (name == "lff" || !reads_coordinates(name)) continue;
    extents.encodings.emplace(name, fit_encoding(name, default_config(name), coordinates, 1));
  }
  return extents;
}

}  // namespace cairn::support
