#pragma once

#include <array>
#include <span>
#include <string_view>

#include "models/search/search_space.h"

/// The cell space of NAS-Bench-Graph: four computing nodes, each with one operation and exactly one input, which is the
/// raw input or an earlier node; nodes that nobody reads are the output. Source: Qin et al., NeurIPS 2022 (datasets and
/// benchmarks), section 3.1; keys and rules of sameness follow the tables that the authors published.
namespace cairn {

constexpr Index cell_nodes = 4;

/// gat, gcn, gin, cheb, sage, arma, graph, fc, skip: their places are the digits of keys.
std::span<const std::string_view> cell_operations();
/// The nine shapes: of each node the index of its input, 0 for the raw one, i for node i of 1 .. 4.
std::span<const std::array<Index, cell_nodes>> cell_shapes();

struct Cell {
  std::array<Index, cell_nodes> inputs{};      // of node i: 0 .. i
  std::array<Index, cell_nodes> operations{};  // places in cell_operations()
};

/// The same function of the input, as the table writes it: a node of 'skip' that has readers, has no other beside it at
/// its input, or is a copy of the raw input moves to the front, where all read it that read the raw input; then nodes
/// are ordered as one of the nine shapes demands, siblings by their operations. Throws Error where an input does not
/// come before its reader or an operation is unknown.
Cell canonical_cell(const Cell& cell);

/// The cell's key: place of the shape of its canonical form, then a decimal digit an operation. A cell of four skips
/// (88888) stands in no table.
Index cell_key(const Cell& cell);
/// "0122 fc,gat,gcn,graph".
std::string describe(const Cell& cell);

/// Decisions "operation 1" .. "operation 4" over the nine operations, then in a second phase "input 2" .. "input 4"
/// over the nodes before (the first node always reads the raw input): 24 trees, which the nine shapes are up to order.
SearchSpace cell_space();
/// Throws Error unless it is an architecture of cell_space().
Cell cell_of(const Architecture& architecture);
Architecture architecture_of(const Cell& cell);

}  // namespace cairn
