#pragma once

#include <array>
#include <cstdint>

#include "core/types.h"

namespace cairn::kernels {

constexpr int most_frontier_words = 4;
constexpr int most_hop_bits = 16;

/// One level of a breadth-first search from many sources at once, a lane (a bit of W words a node) each: every node
/// that a lane has not seen looks whether a neighbor is in that lane's frontier. W is 1, 2 or 4.
struct FrontierPull {
  const std::int64_t* offsets = nullptr;  // rows of the neighbors to pull from
  const std::int32_t* neighbors = nullptr;
  const std::int64_t* out_offsets = nullptr;  // rows of those that pull: the cost of the next level, were it pushed
  const std::uint64_t* frontier = nullptr;    // [N, W], lanes that found the node in the level before
  std::uint64_t* seen = nullptr;              // [N, W], lanes that found it so far; updated
  std::uint64_t* next = nullptr;              // [N, W], lanes that find it now; written
  const std::uint64_t* wanted = nullptr;      // [W], lanes that still go on
  std::uint64_t* const* planes = nullptr;     // [plane_count] times [N, W], of the level's bits: lanes found are added
  int plane_count = 0;
};

/// What a range of nodes has to say after a level.
struct FrontierCounts {
  std::array<std::uint64_t, most_frontier_words> found{};  // lanes that found any: W words
  Index found_arcs = 0;                                    // arcs that leave nodes found
  Index open_arcs = 0;  // arcs that nodes which miss a wanted lane would pull over again

  void add(const FrontierCounts& other) {
    for (std::size_t w = 0; w < found.size(); ++w) found[w] |= other.found[w];
    found_arcs += other.found_arcs;
    open_arcs += other.open_arcs;
  }
};

/// Where hops are written from the planes of their bits: a row a node, of one number a lane.
struct HopRows {
  const std::uint64_t* seen = nullptr;           // [N, W], lanes that found the node; of the others all bits are set
  const std::uint64_t* const* planes = nullptr;  // [plane_count] times [N, W], lanes whose hops have bit 0, 1, ...
  int plane_count = 0;                           // at most most_hop_bits
  int words = 0;                                 // W
  int lanes = 0;                                 // at most 64 W
  std::uint16_t* hops = nullptr;
  Index row_stride = 0;
  bool streamed = false;  // past the caches, where rows are whole lines of it: they are not read again soon
};

/// The inner loops of searches and of the comparison of their levels, compiled once for each set of vector
/// instructions.
struct FrontierKernels {
  /// The level for nodes begin .. end - 1, of which it alone writes; for 1, 2 and 4 words a node.
  FrontierCounts (*pull[3])(const FrontierPull& pull, Index begin, Index end);
  /// The rows of nodes begin .. end - 1; nothing beside their lanes is written.
  void (*write_hops)(const HopRows& rows, Index begin, Index end);
  /// Bit i: whether a[i] = b[i], for i below `count` <= 64.
  std::uint64_t (*equal_lanes)(const std::uint16_t* a, const std::uint16_t* b, int count);
};

/// Those of the level that vector_kernels() runs at. All levels give the same results: they only count and compare.
const FrontierKernels& frontier_kernels();

}  // namespace cairn::kernels
