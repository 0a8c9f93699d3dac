#include "graph_io/column_names.h"

#include <algorithm>
#include <array>

namespace cairn {

namespace {

bool same_name(std::string_view a, std::string_view lower) {
  const auto to_lower = [](char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  };
  return std::equal(a.begin(), a.end(), lower.begin(), lower.end(), [&](char x, char y) { return to_lower(x) == y; });
}

template <std::size_t count>
bool among(std::string_view name, const std::array<std::string_view, count>& known) {
  return std::any_of(known.begin(), known.end(), [name](std::string_view other) { return same_name(name, other); });
}

constexpr std::array<std::string_view, 13> source_names{
    "source", "src", "from", "u", "tail", "node1", "node_1", "id1", "id_1", "from_id", "source_id", "fromnodeid", "i"};
constexpr std::array<std::string_view, 13> target_names{
    "target", "dst", "to", "v", "head", "node2", "node_2", "id2", "id_2", "to_id", "target_id", "tonodeid", "j"};
constexpr std::array<std::string_view, 4> weight_names{"weight", "w", "weights", "edge_weight"};
constexpr std::array<std::string_view, 7> node_names{"node", "id", "node_id", "nodeid", "name", "vertex", "vertex_id"};
constexpr std::array<std::string_view, 6> label_names{"label", "class", "category", "target", "y", "community"};
constexpr std::array<std::string_view, 3> graph_names{"graph", "graph_id", "component"};
constexpr std::array<std::string_view, 3> part_names{"part", "split", "set"};

}  // namespace

ColumnRole edge_column_role(std::string_view name) {
  if (among(name, source_names)) return ColumnRole::source;
  if (among(name, target_names)) return ColumnRole::target;
  if (among(name, weight_names)) return ColumnRole::weight;
  return ColumnRole::unknown;
}

bool is_node_column(std::string_view name) { return among(name, node_names); }
bool is_label_column(std::string_view name) { return among(name, label_names); }
bool is_graph_column(std::string_view name) { return among(name, graph_names); }
bool is_part_column(std::string_view name) { return among(name, part_names); }

}  // namespace cairn
