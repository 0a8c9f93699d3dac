#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/types.h"
#include "graph_io/name_table.h"

namespace cairn {

/// What the file says, in its own order. Edges may name nodes that are declared later.
struct RawGraph {
  bool directed = false;
  bool weighted = false;
  bool labeled = false;
  bool grouped = false;
  std::size_t feature_count = 0;
  NameTable names;
  std::vector<std::int32_t> place;  // of each name among the declared nodes, -1: not declared
  std::vector<std::int32_t> order;  // names in the order of their declaration
  // Features of the declared nodes in their order (so are classes and graphs). Sparse where every key has the default
  // 0: those that a node states, by their offsets; else every node has all.
  bool sparse = false;
  std::vector<Real> features;
  std::vector<std::int32_t> feature_columns;
  std::vector<std::int64_t> feature_offsets{0};
  std::vector<std::int32_t> class_of, graph_of;
  NameTable class_names, graph_names;
  std::vector<std::int32_t> sources, targets;  // names
  std::vector<Real> weights;
  std::vector<std::int64_t> edge_lines;
};

/// Reads a GraphML file as a stream; what read_graphml says of faults in elements holds here.
RawGraph read_raw_graph(const std::filesystem::path& path);

}  // namespace cairn
