#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "data/dataset.h"
#include "models/config.h"
#include "nn/position_input.h"
#include "tensor/named_tensors.h"

namespace cairn {

/// From which anchors, and along which paths, a run measures positions: settled for its graph and seed, it travels with
/// the model.
struct PositionPlan {
  AnchorOptions options;
  PositionOptions paths;
  std::vector<std::string> names;           // of the anchors, where a user or a task gives them; empty: selected
  bool redrawn = false;                     // selected anew at each step
  std::uint64_t key = 0;                    // of the draws
  PathSource source = shortest_path_items;  // where paths are taken from; no part of what travels
};

/// given: anchors that the task itself brings (roots of trees); empty: those of the configuration.
/// Throws UsageError for an unknown strategy or direction, and for --anchor-nodes that the dataset does not hold.
PositionPlan plan_position(const Dataset& dataset, std::span<const NodeId> given, const TrainConfig& config,
                           std::uint64_t seed);

/// The anchors of a step, on the dataset that the plan was made for. Throws as select_anchors.
AnchorSet anchors_at(const PositionPlan& plan, const Dataset& dataset, Index step);
/// Throws InputError naming both ends of the first arc of a weight that is not above 0 and finite, where weights count.
PositionInput prepare_position(const PositionPlan& plan, const Dataset& dataset, AnchorSet anchors);

/// Throws InputError naming both ends of the first arc of a weight that is not above 0 and finite. The fault is one of
/// the data, and is told in the user's ids. reader: what needs such weights, for the message.
void check_weights(const Dataset& dataset, std::string_view reader);

/// Anchors in the user's ids, as arrays "anchors.*".
void save_anchors(const AnchorSet& anchors, const Dataset& dataset, NamedTensors& to);
/// Nothing where the file holds none. Throws InputError naming the first anchor that the dataset does not hold.
AnchorSet load_anchors(const NamedTensors& from, const Dataset& dataset);

void save_position_plan(const PositionPlan& plan, NamedTensors& to);
PositionPlan load_position_plan(const NamedTensors& from, const TrainConfig& config);

}  // namespace cairn
