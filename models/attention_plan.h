#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "data/dataset.h"
#include "models/config.h"
#include "models/model_input.h"
#include "nn/kernel_attention.h"

namespace cairn {

/// The table of operators: who hears whom in kernelized attention, and what its biases are learned for.
///   auto        path where every graph is one, else cycle, else grid, else polynomial (for links always: the edges
///               that are to be found are taken out)
///   uniform     everybody alike, no biases
///   sequence    offsets in the order of the ids of each graph, whatever its edges
///   path        offsets along the path that each graph is
///   cycle       offsets around the ring that each graph is
///   grid        offsets along each axis, ids row-major: extents as --attention-shape says, or as the edges tell
///   polynomial  numbers of steps of a walk, up to --attention-powers
///   heat        one time for which heat spreads
///   hops        fewest hops between two nodes; dense
std::span<const std::string_view> attention_operators();
std::span<const std::string_view> attention_maps();

/// "7x11" as {7, 11}. Throws UsageError.
std::vector<Index> attention_shape(const TrainConfig& config);

/// What the layers of a configuration are made of, but for widths and biases.
kernels::FeatureOptions attention_features(const TrainConfig& config);

/// --attention-operator, with `auto` settled by the dataset that the model is trained on.
std::string settled_operator(const TrainConfig& config, const Dataset& dataset);

/// Who hears whom in the graphs of a dataset. input: of the dataset's nodes.
/// Throws UsageError for options that do not go together and a shape that does not fit the nodes; InputError naming
/// dataset, graph and node where a graph is not what the operator asks for, and for weights that are not above 0 where
/// they count (polynomial, heat).
AttentionInput prepare_attention(const TrainConfig& config, const Dataset& dataset, const ModelInput& input);

}  // namespace cairn
