#pragma once

#include <filesystem>

#include "data/dataset.h"
#include "graph_io/read_options.h"

namespace cairn {

/// Reads a dataset folder: edges, and where they are there features, labels, graphs and splits (docs/formats.md).
/// Nodes are the union of what the files name; features.mtx and features.npy fix them to 0 .. N - 1, features.csv to
/// those it names, and any other node is an InputError then. Integers ascend; other names come in the order in which
/// features.csv, graphs.csv, labels.csv, the edges and the splits name them first. Classes are ordered by value where
/// all are integers, else by name; so are graphs where all are integers, else by first appearance. Throws InputError
/// with the line of the first fault.
Dataset read_dataset_folder(const std::filesystem::path& directory, const ReadOptions& options = {});

struct WriteOptions {
  bool overwrite = false;  // replace the files of a dataset that stands there; else that is an OutputError
};

/// Writes a dataset folder (and the directory itself where there is none). Reading it gives the same dataset, but for
/// directedness (an option of reading), classes without nodes, and names that are all integers (they become integers).
/// Sparse features become features.mtx and dense ones features.npy where ids are 0 .. N - 1; else features.csv, dense.
/// Throws OutputError.
void write_dataset_folder(const Dataset& dataset, const std::filesystem::path& directory,
                          const WriteOptions& options = {});

}  // namespace cairn
