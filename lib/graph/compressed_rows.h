#pragma once

#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "core/types.h"

namespace cairn {

struct Edge;

/// An array that is written once and shared from then on, over memory of its own, that of a vector it took, or foreign
/// memory. A vector alone would be filled with zeros by one thread before many threads fill it with values.
template <class T>
class SharedArray {
 public:
  SharedArray() = default;
  explicit SharedArray(std::vector<T> taken) {
    const auto vector = std::make_shared<std::vector<T>>(std::move(taken));
    values_ = {vector->data(), vector->size()};
    writable_ = vector->data();
    owner_ = vector;
  }
  /// Values that lie elsewhere, good for as long as `owner` lives. Nothing is written there.
  SharedArray(std::span<const T> values, std::shared_ptr<const void> owner)
      : values_(values), owner_(std::move(owner)) {}
  /// `size` values, undefined until written.
  static SharedArray uninitialized(Index size) {
    SharedArray result;
    const std::shared_ptr<T[]> memory(new T[static_cast<std::size_t>(size)]);
    result.values_ = {memory.get(), static_cast<std::size_t>(size)};
    result.writable_ = memory.get();
    result.owner_ = memory;
    return result;
  }

  /// To be filled; nothing where the memory is foreign.
  std::span<T> writable() { return {writable_, writable_ == nullptr ? 0 : values_.size()}; }
  std::span<const T> values() const { return values_; }

 private:
  std::span<const T> values_;
  T* writable_ = nullptr;
  std::shared_ptr<const void> owner_;
};

/// The arrays behind a Graph of N nodes and E arcs.
struct CompressedRows {
  SharedArray<EdgeId> offsets;  // N + 1
  SharedArray<NodeId> targets;  // E, ascending and unique within a row
  SharedArray<Real> weights;    // E, or none
  EdgeId self_loops = 0;        // rows that hold their own node
};

struct RowOptions {
  bool both_directions = false;  // edge (u, v) also enters row v, unless u = v
  bool weighted = false;         // false: weights are neither read nor kept
};

/// Rows from edges in any order, by a stable radix sort: by blocks of rows first, so that all further passes stay in
/// the cache, then by (row, target) within a block. Time O(E) for any distribution of degrees; the same bits for any
/// number of threads. Equal arcs merge, their weights added in the order of the input. weights: one an edge, or empty:
/// each is 1. Throws ShapeError for columns of different length or an id outside 0 .. node_count - 1.
CompressedRows compress_rows(Index node_count, std::span<const NodeId> sources, std::span<const NodeId> targets,
                             std::span<const Real> weights, const RowOptions& options);
CompressedRows compress_rows(Index node_count, std::span<const Edge> edges, const RowOptions& options);

}  // namespace cairn
