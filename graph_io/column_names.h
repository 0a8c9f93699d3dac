#pragma once

#include <span>
#include <string_view>

namespace cairn {

/// What a column holds, by the name in its header; upper and lower case are alike.
enum class ColumnRole { unknown, source, target, weight };

/// The role of a column of an edge list; `unknown` for a name that is not in the table.
ColumnRole edge_column_role(std::string_view name);

/// True for the usual names of the column with the nodes: node, id, ...
bool is_node_column(std::string_view name);
/// The same for the other column of labels.csv, graphs.csv and split.csv.
bool is_label_column(std::string_view name);
bool is_graph_column(std::string_view name);
bool is_part_column(std::string_view name);

}  // namespace cairn
