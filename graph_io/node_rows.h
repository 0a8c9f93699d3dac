#pragma once

#include <filesystem>

#include "data/id_map.h"
#include "tensor/tensor.h"

namespace cairn {

/// A row of numbers for each node of a dataset, as other programs and `cairn embed` write them: embeddings,
/// coordinates.
///   x.npy      [N, D], or [N] for one column. Rows belong to the nodes in the order of x.ids.csv where that lies
///   beside
///              it (a header, then an id a line), else in the dataset's own
///   any other  text with an id and D numbers a line, in any order; a first line is a header if its first cell is a
///              known name of the node column and its second is no number. May be gzip
/// ids: of the dataset's nodes. Returns [N, D] in their order, D at least 1.
/// Throws InputError, with the line where a file has lines, unless each node has one row and every row a node, all of
/// the same width and finite.
Tensor read_node_rows(const std::filesystem::path& path, const IdMap& ids);

}  // namespace cairn
