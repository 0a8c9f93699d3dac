#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "graph_io/name_table.h"
#include "graph_io/node_keys.h"

namespace cairn {

/// Rows "node,value" of labels.csv, graphs.csv or split.csv as the file holds them.
struct NodeTable {
  std::string path;
  std::vector<std::int64_t> keys;    // of the node of each row
  std::vector<std::int32_t> values;  // number of the value of each row in `names`
  NameTable names;                   // different values, in the order of their first appearance
  bool by_graph = false;             // rows name whole graphs, not nodes: keys number `graphs`
  NameTable graphs;
};

enum class TableKind : std::uint8_t { labels, graphs, split };

/// Reads such a table. A first line is a header if it names the two columns (node,label and their usual variants; in
/// split.csv also graph,part). Throws InputError with the line, and NotIntegers where `keys` does.
NodeTable read_node_table(const std::filesystem::path& path, TableKind kind, NodeKeys& keys);

/// The line of row number `row` (from 0): reads the file again, to name the line of a fault that showed only later.
std::int64_t line_of_row(const NodeTable& table, TableKind kind, Index row);

}  // namespace cairn
