#pragma once

#include <filesystem>

#include "data/dataset.h"
#include "graph_io/read_options.h"

namespace cairn {

/// A Matrix Market file may declare this many rows, and one more for each 8 bytes of its text: rows cost memory, even
/// empty.
constexpr std::int64_t matrix_market_free_rows = std::int64_t{1} << 21;

/// Reads a matrix: coordinate (sparse) or array (dense); real, integer or pattern; general or symmetric; plain or gzip.
/// A place named twice is refused. Throws InputError with the line.
/// Source: Boisvert, Pozo and Remington, The Matrix Market Exchange Formats, NISTIR 5935, 1996; complex, hermitian and
/// skew-symmetric matrices are refused.
Features read_matrix_market(const std::filesystem::path& path);

/// Reads a square coordinate matrix as adjacency: entry (i, j) is an edge from node i - 1 to node j - 1, weighted
/// unless the field is pattern. Undirected unless options.directed; a general matrix that equals its transpose then
/// names each undirected edge once, of any other each entry is an edge (duplicates merge, weights add).
Dataset read_matrix_market_graph(const std::filesystem::path& path, const ReadOptions& options = {});

/// Write coordinate matrices, pattern where all values are 1. Throw OutputError.
void write_matrix_market(const std::filesystem::path& path, const SparseMatrix& matrix);
/// The adjacency, symmetric unless directed. Throws UsageError unless the ids are 0 .. N - 1: the format knows no
/// names.
void write_matrix_market_graph(const Dataset& dataset, const std::filesystem::path& path);

}  // namespace cairn
