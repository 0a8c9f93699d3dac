#pragma once

#include <filesystem>

#include "data/dataset.h"
#include "graph_io/read_options.h"

namespace cairn {

/// Writes everything a dataset holds into one file as it lies in memory, for read_dataset_store() (docs/formats.md has
/// its arrays). The same dataset always gives the same bytes. As OutputFile: whole or not at all. Throws OutputError;
/// ShapeError for a dataset that is not consistent.
void write_dataset_store(const Dataset& dataset, const std::filesystem::path& path);

/// Maps such a file: the arcs of the graph and dense features stay where they are and are shared between programs, for
/// as long as any copy of them lives; features and weights of another number type than Real are converted. All of it is
/// checked before it is handed out, in parallel, in about the time of reading the file twice from memory: that it is
/// what its hash says, sizes, ids and classes in range, rows ascending, numbers finite. Not checked: that every arc of
/// an undirected graph has its opposite, which is the writer's word. options.directed: an InputError where the graph is
/// undirected, for which way its edges went is gone. Throws InputError.
Dataset read_dataset_store(const std::filesystem::path& path, const ReadOptions& options = {});

/// Whether a file begins like one, whatever it is called. Never throws: what cannot be read does not.
bool begins_like_dataset_store(const std::filesystem::path& path);

}  // namespace cairn
