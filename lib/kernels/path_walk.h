#pragma once

#include <vector>

#include "core/parallel.h"
#include "kernels/path_pass.h"
#include "kernels/row_sums.h"
#include "kernels/vector_kernels.h"

/// What the directions of a path pass share.
namespace cairn::kernels::paths {

/// The plan's lists and a cell's extents, as loops over chunks of items want them.
struct Walk {
  const PathPlan& plan;
  PathCell cell;
  PathAggregate aggregate;
  const PathCellInputs& inputs;
  Index depth;  // D
  Index gates;  // G * D

  /// Throws ShapeError where the inputs do not fit plan and cell.
  Walk(const PathPlan& p, PathCell c, PathAggregate a, const PathCellInputs& in);

  Index row(Index item) const { return plan.rows[static_cast<std::size_t>(item)]; }
  Index node(Index item) const { return plan.node_of(item); }
  bool with_siblings() const { return inputs.own_weight.defined(); }

  Index chunk_count(Index level) const {
    return plan.level_chunks[static_cast<std::size_t>(level) + 1] - plan.level_chunks[static_cast<std::size_t>(level)];
  }
  /// Work for each chunk of a level, in parallel: work(chunk within the level, first item, end).
  template <class Work>
  void each_chunk(Index level, Work work) const {
    const Index first = plan.level_chunks[static_cast<std::size_t>(level)];
    parallel_blocks(chunk_count(level), 1, [&](Index chunk, Index) {
      const auto at = static_cast<std::size_t>(first + chunk);
      work(chunk, plan.chunk_offsets[at], plan.chunk_offsets[at + 1]);
    });
  }

  /// What the sum over an item's predecessors is multiplied with.
  Real share(Index item) const;
  /// sums [items, D]: of the rows of x [N * K, D] that each item lists.
  void sum_rows(const std::vector<std::int64_t>& offsets, const std::vector<std::int32_t>& listed, const Tensor& x,
                Index begin, Index end, Real* sums) const;
  /// m [items, D]: the aggregates of the items' predecessors. winners: where given, [N * K * D] by row: for `max` the
  /// row that each value comes from.
  void aggregates(const Tensor& states, Index begin, Index end, Real* m, std::int32_t* winners = nullptr) const;
  /// a [items, G * D] += the items' inputs.
  void add_inputs(Index begin, Index end, Real* a) const;
  /// s [items, D]: the means of the siblings' rows of x.
  void sibling_means(const Tensor& x, Index begin, Index end, Real* s) const;
  Index sibling_count(Index item) const {
    const auto at = static_cast<std::size_t>(item);
    return static_cast<Index>(plan.sibling_offsets[at + 1] - plan.sibling_offsets[at]);
  }
};

/// Items of a chunk as vector kernels want them.
class ChunkItems {
 public:
  ChunkItems(const Walk& walk, Index begin, Index end);
  ChunkItems(const ChunkItems&) = delete;
  ChunkItems& operator=(const ChunkItems&) = delete;
  PathRows view() const;

 private:
  const Walk& walk_;
  Index begin_;
  Index count_;
  const std::int32_t* nodes_;  // of the plan, where these lie there one after another
  std::vector<std::int32_t> worked_out_nodes_;
  std::vector<Real> shares_;
};

/// Uninitialized rows for the items of a chunk: [at least `rows`, width]. Of few different sizes, for chunks have any
/// number of items, and the pool keeps a buffer of each size that was ever asked for.
Tensor chunk_rows(Index rows, Index width);

/// A matrix laid out for the narrow product.
class PackedMatrix {
 public:
  PackedMatrix(const Tensor& b, bool transposed);
  /// c [rows, width] = or += a [rows, inner] b.
  void multiply(const Real* a, Index rows, Real* c, Store store = Store::write) const;

 private:
  Index inner_;
  Index width_;
  std::vector<Real> packed_;
};

/// The gates of one value of a gated cell, from the item's input a and product m W, [3 D] each.
struct Gates {
  Real r;
  Real z;
  Real c;
};
Gates gates_at(const Real* input, const Real* product, Index depth, Index d);

/// What the cell makes of a level's items, from `states` of lower levels, to their rows of `to` (which may be states).
void cell_level(const Walk& walk, const PackedMatrix& weight, Index level, const Tensor& states, Tensor& to);

}  // namespace cairn::kernels::paths
