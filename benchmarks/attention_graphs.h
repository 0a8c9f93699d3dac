/// @file
/// What `cairn bench attention` lays attention over: lines, rings and grids in drawn order.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "core/rng.h"
#include "kernels/attention_operator.h"
#include "kernels/offset_operator.h"

namespace cairn::benchmarks {

/// Graphs of a union by their extents ({n} for a line or a ring), and whether they close to rings.
struct PlacedGraphs {
  std::vector<std::vector<Index>> extents;
  bool periodic = false;
};

/// Nodes of all graphs together.
[[nodiscard]] Index placed_nodes(const PlacedGraphs& graphs);

/// The operator over them, with the nodes of the union in a drawn order, so that no place is where its number says.
[[nodiscard]] std::shared_ptr<const kernels::AttentionOperator> placed_operator(const PlacedGraphs& graphs, Index clip,
                                                                                kernels::OffsetProduct product,
                                                                                Rng rng);

/// "direct", "fft", "band", "automatic".
[[nodiscard]] std::string_view product_name(kernels::OffsetProduct product);

/// Values uniform in [low, high).
[[nodiscard]] Tensor uniform_tensor(const Shape& shape, Real low, Real high, Rng rng);

/// Largest difference from `expected` over its largest value.
[[nodiscard]] double relative_error(const Tensor& found, const std::vector<double>& expected);

/// z of kernelized attention with the matrix written out, in double: M [N, N] of each head, query, key [N, H m], value
/// [N, H dv] -> [N, H dv], row by row.
[[nodiscard]] std::vector<double> dense_attention(const std::vector<Tensor>& matrices, const Tensor& query,
                                                  const Tensor& key, const Tensor& value);

}  // namespace cairn::benchmarks
