#pragma once

#include <cstdint>

#include "core/types.h"

namespace cairn::kernels {

/// One level of a breadth-first search from up to 64 sources at once, a lane (a bit of a word) each: every node that a
/// lane has not seen looks whether a neighbor is in that lane's frontier.
struct FrontierPull {
  const std::int64_t* offsets = nullptr;  // rows of the neighbors to pull from
  const std::int32_t* neighbors = nullptr;
  const std::int64_t* out_offsets = nullptr;  // rows of those that pull: the cost of the next level, were it pushed
  const std::uint64_t* frontier = nullptr;    // [N], lanes that found the node in the level before
  std::uint64_t* seen = nullptr;              // [N], lanes that found it so far; updated
  std::uint64_t* next = nullptr;              // [N], lanes that find it now; written
  std::uint64_t wanted = 0;                   // lanes that still go on
  std::uint16_t* hops = nullptr;              // a row a node: `level` is written where a lane finds it
  Index row_stride = 0;
  int lanes = 0;
  std::uint16_t level = 0;
};

/// What a range of nodes has to say after a level.
struct FrontierCounts {
  std::uint64_t found = 0;  // lanes that found any
  Index found_arcs = 0;     // arcs that leave nodes found
  Index open_arcs = 0;      // arcs that nodes which miss a wanted lane would pull over again

  void add(const FrontierCounts& other) {
    found |= other.found;
    found_arcs += other.found_arcs;
    open_arcs += other.open_arcs;
  }
};

/// The inner loops of searches and of the comparison of their levels, compiled once for each set of vector
/// instructions.
struct FrontierKernels {
  /// The level for nodes begin .. end - 1, of which it alone writes.
  FrontierCounts (*pull)(const FrontierPull& pull, Index begin, Index end);
  /// row[i] = value for each lane i of `lanes`, all below `count`; nothing else is read or written.
  void (*write_lanes)(std::uint16_t* row, std::uint64_t lanes, int count, std::uint16_t value);
  /// Bit i: whether a[i] = b[i], for i below `count` <= 64.
  std::uint64_t (*equal_lanes)(const std::uint16_t* a, const std::uint16_t* b, int count);
};

/// Those of the level that vector_kernels() runs at. All levels give the same results: they only count and compare.
const FrontierKernels& frontier_kernels();

}  // namespace cairn::kernels
