#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "data/split.h"

/// What the arrays and texts of a stored dataset are called; docs/formats.md says what they hold.
namespace cairn::store {

inline constexpr std::string_view current_format = "cairn dataset 1";  // raised when older programs would misread it

// Texts.
inline constexpr std::string_view format = "format";
inline constexpr std::string_view hash = "hash";
inline constexpr std::string_view directed = "directed";
inline constexpr std::string_view weighted = "weighted";
inline constexpr std::string_view features = "features";
inline constexpr std::string_view feature_width = "features.width";
inline constexpr std::string_view ids = "ids";
inline constexpr std::string_view splits = "splits";

// Arrays; a list of strings is two of them (tensor/string_list.h).
inline constexpr std::string_view name = "name";
inline constexpr std::string_view graph_offsets = "graph.offsets";
inline constexpr std::string_view graph_targets = "graph.targets";
inline constexpr std::string_view graph_weights = "graph.weights";
inline constexpr std::string_view feature_offsets = "features.offsets";
inline constexpr std::string_view feature_columns = "features.columns";
inline constexpr std::string_view feature_values = "features.values";
inline constexpr std::string_view labels = "labels";
inline constexpr std::string_view class_names = "class_names";
inline constexpr std::string_view graph_of_node = "graph_of_node";
inline constexpr std::string_view graph_names = "graph_names";
inline constexpr std::string_view id_integers = "ids.integers";
inline constexpr std::string_view id_names = "ids";

/// "split.0.train".
inline std::string split_array(std::size_t number, Part part) {
  return fmt::format("split.{}.{}", number, to_string(part));
}
inline std::string text_of(std::string_view list) { return fmt::format("{}.text", list); }
inline std::string ends_of(std::string_view list) { return fmt::format("{}.ends", list); }

}  // namespace cairn::store
