#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "data/dataset.h"
#include "graph_io/node_keys.h"
#include "tensor/tensor.h"

namespace cairn {

/// features.csv: rows "node,f0,f1,...", every row of the same width.
struct FeatureTable {
  std::vector<std::int64_t> keys;  // of the node of each row, each node once
  Tensor values;                   // [rows, F], in the order of the file
};

/// Reads it (twice: the first pass counts rows, so that the values are allocated once). A first line is a header if its
/// first cell is a known name of the node column and its second is no number. Throws InputError with the line, and
/// NotIntegers where `keys` does. The table fixes the nodes: `keys` takes no others afterwards.
FeatureTable read_feature_table(const std::filesystem::path& path, NodeKeys& keys);

/// Moves row i to row places[i], in place. places: a permutation.
void move_rows(Tensor& values, std::vector<NodeId> places);

/// Writes such a table. Throws OutputError.
void write_feature_table(const Dataset& dataset, const std::filesystem::path& path);

}  // namespace cairn
