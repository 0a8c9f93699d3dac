#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "data/id_map.h"
#include "data/split.h"
#include "graph/graph.h"
#include "tensor/sparse_matrix.h"
#include "tensor/tensor.h"

namespace cairn {

/// Features of the nodes as their file holds them: none, dense [N, F] or sparse [N, F].
using Features = std::variant<std::monostate, Tensor, SparseMatrix>;

/// Columns F; 0 where there are none.
Index feature_width(const Features& features);

/// A graph (or a disjoint union of many), what is known of its nodes, and the names the user gave them.
/// It never learns of a model.
struct Dataset {
  std::string name;
  Graph graph;
  Features features;
  std::vector<std::int32_t> labels;         // [N], class or -1 for unknown; empty: no labels at all
  std::vector<std::string> class_names;     // [C], in the order of the classes
  std::vector<std::int32_t> graph_of_node;  // [N]; empty: one graph
  std::vector<std::string> graph_names;     // one a graph; empty: one graph
  std::vector<Split> splits;                // split files in their order; empty: to be made
  IdMap ids;

  Index node_count() const { return graph.node_count(); }
  Index class_count() const { return static_cast<Index>(class_names.size()); }
  Index graph_count() const { return graph_names.empty() ? 1 : static_cast<Index>(graph_names.size()); }
};

/// Throws ShapeError naming the first member whose size does not fit the graph.
void check_consistent(const Dataset& dataset);

/// All datasets side by side as one of many graphs. Features must agree in width, classes are united by name, ids
/// become
/// "<position>/<id>" unless they are disjoint.
Dataset disjoint_union(const std::vector<Dataset>& datasets);

}  // namespace cairn
