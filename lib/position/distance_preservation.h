/// @file
/// How far rows of an encoding or embedding keep the distances of the nodes they stand for.
#pragma once

#include <span>
#include <vector>

#include "core/types.h"
#include "tensor/tensor.h"

namespace cairn {

/// Pairs of nodes and how far apart they are, all of one size. Sampled pairs of a graph: sample_distance_pairs.
struct MeasuredPairs {
  std::span<const NodeId> from;     ///< one node of each pair
  std::span<const NodeId> to;       ///< the other
  std::span<const Real> distances;  ///< above 0
};

/// Euclidean distances |z_u - z_v| of the rows of each pair.
/// All functions here throw ShapeError for pairs of different sizes or of nodes outside the rows, NumericError for
/// distances that are not above 0 and finite.
[[nodiscard]] std::vector<Real> embedding_distances(const Tensor& embedding, const MeasuredPairs& pairs);

/// How embedding distances e differ from a multiple of the distances d.
struct Distortion {
  /// Mean over pairs of |e / (c d) - 1|, c the mean of e / d; 1 where all rows are the same, 0 for no pairs.
  double mean = 0;
  /// Largest e / d over the smallest: 1 if e is a multiple of d, infinite where two nodes share a row; 1 for no pairs.
  /// This is expansion times contraction, as for metric embeddings.
  double worst = 1;
};
/// The distortion over the pairs.
[[nodiscard]] Distortion distortion(const Tensor& embedding, const MeasuredPairs& pairs);

/// What is left of the likeness of two rows at a distance.
struct KernelCurve {
  std::vector<double> distances;  ///< ascending; the first is 0
  std::vector<double> kernel;  ///< mean cosine of the rows of pairs so far apart; 1 at 0. A row of zeros is unlike all
  std::vector<Index> pairs;    ///< how many pairs the mean is over; 0 at 0
};
/// Pairs are put together whose distances round to the same multiple of `bin` (hops: 1); multiples without pairs are
/// left out. @throws UsageError unless bin > 0
[[nodiscard]] KernelCurve kernel_curve(const Tensor& embedding, const MeasuredPairs& pairs, double bin = 1);

/// The distance at which the curve first falls to `threshold`, by straight lines between its points: half the length of
/// the interval in which the kernel is above it. The last distance where it never does.
/// @throws ShapeError for a curve without points
/// Source: Zheng, Ramasinghe and Lucey 2021, with their threshold.
[[nodiscard]] double reach(const KernelCurve& curve, double threshold = 0.1);

}  // namespace cairn
