#pragma once

#include <cstdint>
#include <mutex>
#include <span>
#include <vector>

#include "tensor/tensor.h"

namespace cairn {

/// Pairs of rows of a table [N, D], as many as wanted, in any order; a pair may occur twice and may name one row twice.
class PairList {
 public:
  /// Pair p is (first[p], second[p]). Throws ShapeError for spans of different length, ids outside 0 .. node_count - 1
  /// and more than 2^31 - 1 pairs.
  PairList(Index node_count, std::span<const NodeId> first, std::span<const NodeId> second);

  Index node_count() const { return node_count_; }
  Index size() const { return static_cast<Index>(first_.size()); }
  std::span<const NodeId> first() const { return first_; }
  std::span<const NodeId> second() const { return second_; }

  /// For each node the pairs that it is in, and who is at their other end; a pair (u, u) is twice in the list of u.
  struct Incidence {
    std::vector<std::int64_t> offsets;  // N + 1
    std::vector<std::int32_t> pairs;    // [2 P], ascending within a node
    std::vector<NodeId> others;         // [2 P]
  };
  /// What a gradient pulls over: built at the first call, by counting, O(N + P).
  const Incidence& incidence() const;

 private:
  Index node_count_;
  std::vector<NodeId> first_;
  std::vector<NodeId> second_;
  mutable std::once_flag incidence_once_;
  mutable Incidence incidence_;
};

namespace kernels {

/// Of each pair (u, v) of rows of z [N, D]; all return [P]. Throw ShapeError unless z has as many rows as the list has
/// nodes. Sums are added in the same order on every machine.
Tensor pair_l1(const PairList& pairs, const Tensor& z);   // sum over d of |z[u, d] - z[v, d]|
Tensor pair_dot(const PairList& pairs, const Tensor& z);  // sum over d of z[u, d] z[v, d]
Tensor pair_l2(const PairList& pairs, const Tensor& z);   // Euclidean distance of z[u] and z[v]

/// gradient [N, D] += the gradient of sum over p of upstream[p] * value[p]. upstream, distances (what pair_l2
/// returned): [P]. One thread owns a node's row and pulls over its pairs in their order. Where values are equal, |.|
/// has derivative 0, and so has the distance where it is 0.
void add_pair_l1_gradient(const PairList& pairs, const Tensor& z, const Tensor& upstream, Tensor& gradient);
void add_pair_dot_gradient(const PairList& pairs, const Tensor& z, const Tensor& upstream, Tensor& gradient);
void add_pair_l2_gradient(const PairList& pairs, const Tensor& z, const Tensor& distances, const Tensor& upstream,
                          Tensor& gradient);

}  // namespace kernels

}  // namespace cairn
