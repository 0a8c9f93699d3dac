#pragma once

#include "kernels/polynomial_operator.h"
#include "models/coordinate_plan.h"
#include "models/defaults.h"
#include "models/models.h"
#include "nn/kernel_attention.h"
#include "support/tensors.h"

namespace cairn::support {

/// Two axes on which all nodes differ.
inline Coordinates some_coordinates(Index nodes) {
  Rng rng(11);
  return {random_tensor({nodes, 2}, rng), {}, {}};
}

/// Attention over the steps of walks, as encoded() has biases for it.
inline AttentionInput some_attention(const Graph& graph) {
  return {.op = kernels::polynomial_operator(Propagation::from_graph(graph, Normalization::symmetric_self_loops),
                                             default_config("kernel-attention").attention_powers)};
}

/// The extents, with what models of every name must know of some_coordinates.
inline ModelExtents encoded(ModelExtents extents) {
  const Coordinates coordinates = some_coordinates(extents.nodes);
  extents.axes = coordinates.axis_count();
  extents.attention_biases = default_config("kernel-attention").attention_powers + 1;  // of polynomials
  for (const std::string_view name : model_names()) {
    if (name == "lff" || !reads_coordinates(name)) continue;
    extents.encodings.emplace(name, fit_encoding(name, default_config(name), coordinates, 1));
  }
  return extents;
}

}  // namespace cairn::support
