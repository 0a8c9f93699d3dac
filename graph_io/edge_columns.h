#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <variant>
#include <vector>

#include "core/types.h"
#include "graph_io/id_ranks.h"
#include "graph_io/node_keys.h"
#include "graph_io/read_options.h"

namespace cairn {

/// A run of edges as one thread parsed them: keys of both ends, in 32 bits where all of the run fit.
struct EdgePiece {
  template <class Id>
  struct Ends {
    std::unique_ptr<Id[]> sources;
    std::unique_ptr<Id[]> targets;
  };
  std::variant<Ends<std::int32_t>, Ends<std::int64_t>> ends;
  std::unique_ptr<Real[]> weights;  // null: the file has none
  Index count = 0;
};

/// The edges of a text file in the order of its lines.
struct EdgeColumns {
  std::vector<EdgePiece> pieces;
  bool weighted = false;
  Index count = 0;

  /// The columns of keys, for IdRanks.
  std::vector<IdColumn> id_columns() const;
};

/// Reads an edge list, plain or gzip: source,target[,weight] with ',', ';', tabs or blanks between. In windows of whole
/// lines that all threads parse together, the same result for any number of them; names that are not integers one by
/// one. keys: tells how ends become keys. Throws InputError with the line, and NotIntegers where `keys` does.
EdgeColumns read_edge_columns(const std::filesystem::path& path, NodeKeys& keys, Header header);

/// The line on which edge number `edge` (from 0) of the file stands: reads it again, to name the line of a fault that
/// showed only once all files were read.
std::int64_t line_of_edge(const std::filesystem::path& path, Header header, Index edge);

/// Edges between nodes, ready for Graph::from_columns.
struct NodeEdges {
  std::unique_ptr<NodeId[]> sources;
  std::unique_ptr<NodeId[]> targets;
  std::unique_ptr<Real[]> weights;  // null: none
  Index count = 0;

  std::span<const NodeId> source_span() const { return {sources.get(), static_cast<std::size_t>(count)}; }
  std::span<const NodeId> target_span() const { return {targets.get(), static_cast<std::size_t>(count)}; }
  std::span<const Real> weight_span() const { return {weights.get(), weights ? static_cast<std::size_t>(count) : 0}; }
};

/// Turns keys into nodes once `keys` is finished; releases each piece as it goes. path and header: to name the line of
/// an edge whose end is none of the nodes, an InputError.
NodeEdges to_node_edges(EdgeColumns columns, const NodeKeys& keys, const std::filesystem::path& path, Header header);

}  // namespace cairn
