#pragma once

#include <filesystem>

#include "data/dataset.h"
#include "graph_io/read_options.h"

namespace cairn {

/// A dataset that is an edge list alone (docs/formats.md): nodes are the ends of edges, integers ascending, or any
/// names in the order of their first appearance. Weighted where lines have a third cell. Throws InputError, with the
/// line, for what is not an edge, and for a file without any.
Dataset read_edge_list(const std::filesystem::path& path, const ReadOptions& options = {});

/// Writes a header and a line for each edge, an undirected one once; delimiter by extension: .csv ',', .tsv tab, else a
/// blank. Nodes without edges are not in it. Throws OutputError.
void write_edge_list(const Dataset& dataset, const std::filesystem::path& path);

struct NodeEdges;
/// Graph of `edges`. Throws InputError naming `path` where weights of merged duplicates overflow.
Graph graph_of(const NodeEdges& edges, Index node_count, bool directed, const std::filesystem::path& path);

/// Name of a dataset: the last part of its path, without extensions of files.
std::string dataset_name(const std::filesystem::path& path);

}  // namespace cairn
