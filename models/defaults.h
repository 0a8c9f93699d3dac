#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "models/config.h"

namespace cairn {

/// The settings that a model is published with, or that we measured to be good; the same for every dataset.
/// model: a name of the table, or several joined by +. Throws UsageError for an unknown model or task, listing the
/// known ones.
TrainConfig default_config(std::string_view model, std::string_view task = "node");

/// The table of models.
std::span<const std::string_view> model_names();
/// What help says of a model. Throws UsageError as above.
std::string_view model_summary(std::string_view model);
/// "gcn+gir" as {"gcn", "gir"}. Throws UsageError for an unknown or missing name.
std::vector<std::string_view> model_parts(std::string_view model);
/// Whether the model says where a node is (or is a control that stands in for one that does) instead of passing
/// messages between neighbors.
bool is_position_model(std::string_view name);
/// Whether any of the parts looks from anchors.
bool needs_anchors(std::string_view model);
/// Whether a part of it is the path encoder.
bool looks_along_paths(std::string_view model);
/// Whether a part of it encodes coordinates.
bool reads_coordinates(std::string_view model);

/// Whether a part of it is kernelized attention.
bool attends(std::string_view model);
/// Likewise, or a layer of its stack.
bool attends(const TrainConfig& config);

/// The table of tasks: node, link, pair, distance, path-sum.
std::span<const std::string_view> task_names();
std::string_view task_summary(std::string_view task);
/// Whether the task is to tell the classes of nodes (node, path-sum), rather than something of pairs.
bool is_node_task(std::string_view task);

}  // namespace cairn
