#pragma once

#include <cstdint>

#include "kernels/attention_operator.h"

namespace cairn::kernels {

/// One graph whose nodes stand in line, in a ring or on a grid.
struct OffsetPart {
  std::vector<NodeId> nodes;  // the node at each place; places of a grid are row-major
  std::vector<Index>
      extents;  // {n} for a line or a ring, {rows, columns, ..} for a grid: their product is nodes.size()
};

/// How products with M are worked out: all are exact up to rounding.
enum class OffsetProduct : std::uint8_t {
  automatic,  // the cheapest by measured costs; never fft where biases lie more than 20 apart
  direct,     // O(n^2)
  fft,        // O(n log n) in double
  band        // O(n clip): a band of offsets and running sums for the two tails; direct on grids of several axes
};

struct OffsetOptions {
  Index clip = 16;        // R: offsets beyond -R .. R share the bias at the end, axis by axis
  bool periodic = false;  // rings and tori: offsets modulo n, in (-n/2, n/2]
  bool causal = false;    // a node hears itself and those before it (lines alone)
  OffsetProduct product = OffsetProduct::automatic;
};

/// M[u, v] = exp(b[place of v - place of u] - max b) within a graph: Toeplitz on lines, circulant on rings, block
/// Toeplitz on grids. P = (2 R + 1)^axes; the bias of offsets (o_1, .., o_d), each clipped to -R .. R, stands at
/// row-major place (o_1 + R, .., o_d + R). Graphs of a union may differ in extents, not in the number of axes. Throws
/// UsageError unless clip >= 1, where P exceeds 2^20, or for causal grids or rings; ShapeError where parts do not hold
/// each node once or extents do not fit. Source: Luo et al., NeurIPS 2021, section 3.2 (lines); grids, rings and the
/// band are ours.
std::shared_ptr<const AttentionOperator> offset_operator(Index node_count, std::vector<OffsetPart> parts,
                                                         const OffsetOptions& options);

}  // namespace cairn::kernels
