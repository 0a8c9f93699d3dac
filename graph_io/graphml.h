#pragma once

#include <filesystem>

#include "data/dataset.h"
#include "graph_io/read_options.h"

namespace cairn {

/// Reads a GraphML file, plain or gzip, as a stream. Directed if the file says so or options.directed does. Node
/// attributes: `class`, else `label`, gives labels, `graph` the graphs of a dataset of many; other numbers are
/// features, in the order of their keys; other texts are not read. Edge attribute `weight` gives weights. Ids as in
/// edge lists: all integers ascend, other names keep their order. Throws InputError with the line for anything else:
/// XML that is not well-formed, entities, nested graphs, hyperedges, values that are missing or no finite numbers.
/// Source: Brandes et al., GraphML Progress Report, Graph Drawing 2001, and graphml.graphdrawing.org.
Dataset read_graphml(const std::filesystem::path& path, const ReadOptions& options = {});

/// Writes one: edges, weights, features, labels and graphs; no splits. Zeros of sparse features are left to a default,
/// and such features read back sparse. Throws OutputError.
void write_graphml(const Dataset& dataset, const std::filesystem::path& path);

}  // namespace cairn
