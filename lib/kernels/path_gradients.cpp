#include <algorithm>
#include <vector>

#include "kernels/chunk_sums.h"
#include "kernels/listed_rows.h"
#include "kernels/path_siblings.h"
#include "kernels/path_walk.h"
#include "kernels/vector_kernels.h"

namespace cairn::kernels {

namespace {

using paths::chunk_rows;
using paths::ChunkSums;
using paths::Gates;
using paths::PackedMatrix;
using paths::Walk;

/// What cells hand back to their inputs, chunk by chunk.
///
/// Where m enters a cell through m W alone and m is a weighted sum of predecessors' states, an item leaves its share of
/// delta, the gradient of m W, in its row, and a predecessor with state h sums the rows of its successors to S: S W^T
/// is its gradient, and h^T S its part of the gradient of W. So no aggregate is worked out again, which would read the
/// whole table of states once more, at random. Other cells (gated, max) leave the gradient of m itself.
class CellGradients {
 public:
  CellGradients(const Walk& walk, const Tensor& states, Tensor& gradient, const PathCellGradients& wanted)
      : walk_(walk),
        states_(states),
        gradient_(gradient),
        wanted_(wanted),
        is_linear_in_sums_(walk.cell != PathCell::gated && walk.aggregate != PathAggregate::max),
        weight_(walk.inputs.weight, false),
        weight_transposed_(walk.inputs.weight, true),
        weight_sums_(nullptr, 0) {
    if (walk.aggregate == PathAggregate::max) winners_.resize(static_cast<std::size_t>(states.size()));
  }

  /// To be called around all work on a level.
  void begin_level(Index level) { weight_sums_ = ChunkSums(wanted_.weight, walk_.chunk_count(level)); }
  void end_level() { weight_sums_.add_to(wanted_.weight); }

  /// Gradient of the states of a chunk's items: what read-outs left in their rows plus what successors hand back:
  /// [items, D].
  void gather(Index chunk, Index begin, Index end, Real* to) {
    const Index depth = walk_.depth;
    const PathPlan& plan = walk_.plan;
    if (is_linear_in_sums_) return gather_sums(chunk, begin, end, to);
    if (walk_.aggregate != PathAggregate::max) {
      walk_.sum_rows(plan.successor_offsets, plan.successors, gradient_, begin, end, to);
      add_rows(gradient_, begin, end, to);
      return;
    }
    for (Index item = begin; item < end; ++item) {
      const auto at = static_cast<std::size_t>(item);
      const Index row = walk_.row(item);
      Real* const sum = to + (item - begin) * depth;
      std::copy_n(gradient_.row(row).data(), depth, sum);
      for (auto k = plan.successor_offsets[at]; k < plan.successor_offsets[at + 1]; ++k) {
        const Index other = plan.successors[static_cast<std::size_t>(k)];
        const Real* const back = gradient_.row(other).data();
        const std::int32_t* const winner = winners_.data() + other * depth;
        for (Index d = 0; d < depth; ++d) sum[d] += winner[d] == row ? back[d] : Real(0);
      }
    }
  }

  /// One level of cells that are linear in sums, where nothing stands between a cell's results and the table: what
  /// gather, level and their parts do, in one pass over the items' rows.
  void whole_level(Index level) {
    ChunkSums channel_sums(wanted_.channel_weight, walk_.chunk_count(level));
    walk_.each_chunk(level, [&](Index number, Index begin, Index end) {
      Tensor product = chunk_rows(end - begin, walk_.depth);
      successor_products(number, begin, end, product.data());
      const paths::ChunkItems items(walk_, begin, end);
      vector_kernels().path_gradients(
          items.view(), product.data(), states_.data(),
          {.table = gradient_.data(),
           .node_input = wanted_.node_input == nullptr ? nullptr : wanted_.node_input->data(),
           .channel_weight = channel_sums.of(number)});
    });
    channel_sums.add_to(wanted_.channel_weight);
  }
  bool is_linear_in_sums() const { return is_linear_in_sums_; }

  /// One level. upstream(chunk, begin, end, to): gradients of the cells' results [items, D]; h: a table with these
  /// results in the items' rows; back: a table to whose rows goes what each of an item's predecessors receives (h may
  /// be it).
  template <class Upstream>
  void level(Index level, const Upstream& upstream, const Tensor& h, Tensor& back) {
    ChunkSums channel_sums(wanted_.channel_weight, walk_.chunk_count(level));
    walk_.each_chunk(level, [&](Index number, Index begin, Index end) {
      const Index count = end - begin;
      Chunk chunk;
      chunk.of_m = chunk_rows(count, walk_.depth);
      upstream(number, begin, end, chunk.of_m.data());
      if (!is_linear_in_sums_) {
        chunk.m = chunk_rows(count, walk_.depth);
        walk_.aggregates(states_, begin, end, chunk.m.data(), winners_.empty() ? nullptr : winners_.data());
      }
      if (walk_.cell == PathCell::gated) {
        gated(begin, end, chunk);
      } else {
        ungated(begin, end, h, chunk);
      }
      if (wanted_.weight != nullptr && !is_linear_in_sums_) {
        vector_kernels().add_outer_products(chunk.m.data(), chunk.product.data(), walk_.depth, walk_.gates,
                                            weight_sums_.of(number), 0, count);
      }
      add_input_gradients(begin, end, chunk, channel_sums.of(number));
      hand_back(begin, end, chunk, back);
    });
    channel_sums.add_to(wanted_.channel_weight);
  }

 private:
  struct Chunk {
    Tensor m;        // [items, D], the aggregates again; undefined where nothing needs them
    Tensor of_m;     // [items, D]: at first the gradient of the results, then that of m beside m W
    Tensor delta;    // [items, G * D], gradient of the inputs
    Tensor product;  // [items, G * D], gradient of m W: delta itself but for the gated cell's third gate
  };

  /// rows [items, D] += the items' rows of the table.
  void add_rows(const Tensor& table, Index begin, Index end, Real* rows) const {
    for (Index item = begin; item < end; ++item) {
      const Real* const from = table.row(walk_.row(item)).data();
      Real* const to = rows + (item - begin) * walk_.depth;
      for (Index d = 0; d < walk_.depth; ++d) to[d] += from[d];
    }
  }

  /// S W^T for the sums S of the successors' rows, [items, D]; h^T S goes to the gradient of W.
  void successor_products(Index chunk, Index begin, Index end, Real* product) {
    const Index count = end - begin;
    Tensor sums = chunk_rows(count, walk_.depth);
    walk_.sum_rows(walk_.plan.successor_offsets, walk_.plan.successors, gradient_, begin, end, sums.data());
    weight_transposed_.multiply(sums.data(), count, product);
    if (wanted_.weight == nullptr) return;
    vector_kernels().add_listed_outer_products(states_.data(), walk_.plan.rows.data() + begin, sums.data(), walk_.depth,
                                               walk_.depth, weight_sums_.of(chunk), 0, count);
  }

  void gather_sums(Index chunk, Index begin, Index end, Real* to) {
    successor_products(chunk, begin, end, to);
    add_rows(gradient_, begin, end, to);
  }

  void ungated(Index begin, Index end, const Tensor& h, Chunk& chunk) const {
    chunk.delta = chunk.product = chunk.of_m;
    if (walk_.cell == PathCell::linear) return;
    for (Index item = begin; item < end; ++item) {
      const Real* const state = h.row(walk_.row(item)).data();
      Real* const delta = chunk.delta.row(item - begin).data();
      for (Index d = 0; d < walk_.depth; ++d) delta[d] = state[d] > 0 ? delta[d] : Real(0);
    }
  }

  void gated(Index begin, Index end, Chunk& chunk) const {
    const Index depth = walk_.depth;
    const Index count = end - begin;
    chunk.delta = chunk_rows(count, walk_.gates);
    chunk.product = chunk_rows(count, walk_.gates);
    Tensor product = chunk_rows(count, walk_.gates);
    Tensor input = chunk_rows(count, walk_.gates);
    std::fill_n(input.data(), count * walk_.gates, Real(0));
    weight_.multiply(chunk.m.data(), end - begin, product.data());
    walk_.add_inputs(begin, end, input.data());
    for (Index i = 0; i < end - begin; ++i) {
      const Real* const mw = product.row(i).data();
      Real* const delta = chunk.delta.row(i).data();
      Real* const of_product = chunk.product.row(i).data();
      for (Index d = 0; d < depth; ++d) {
        const Gates g = paths::gates_at(input.row(i).data(), mw, depth, d);
        const Real u = chunk.of_m.at(i, d);
        const Real of_c = u * (1 - g.z) * (1 - g.c * g.c);
        delta[d] = of_product[d] = of_c * mw[2 * depth + d] * g.r * (1 - g.r);
        delta[depth + d] = of_product[depth + d] = u * (chunk.m.at(i, d) - g.c) * g.z * (1 - g.z);
        delta[2 * depth + d] = of_c;
        of_product[2 * depth + d] = of_c * g.r;
        chunk.of_m.at(i, d) = u * g.z;
      }
    }
  }

  /// All of a node's items of a level are in one chunk, so that the chunk owns the node's row.
  void add_input_gradients(Index begin, Index end, const Chunk& chunk, Real* channel_sum) const {
    for (Index item = begin; item < end; ++item) {
      const Real* const delta = chunk.delta.row(item - begin).data();
      if (wanted_.node_input != nullptr) {
        Real* const to = wanted_.node_input->row(walk_.node(item)).data();
        for (Index d = 0; d < walk_.gates; ++d) to[d] += delta[d];
      }
      if (channel_sum == nullptr) continue;
      const Real channel = walk_.plan.channel[static_cast<std::size_t>(item)];
      for (Index d = 0; d < walk_.gates; ++d) channel_sum[d] += channel * delta[d];
    }
  }

  void hand_back(Index begin, Index end, const Chunk& chunk, Tensor& back) const {
    const bool direct = walk_.cell == PathCell::gated;
    Tensor sum = direct || is_linear_in_sums_ ? chunk.of_m : chunk_rows(end - begin, walk_.depth);
    if (!is_linear_in_sums_) {
      weight_transposed_.multiply(chunk.product.data(), end - begin, sum.data(), direct ? Store::add : Store::write);
    }
    for (Index item = begin; item < end; ++item) {
      const Real* const from = sum.row(item - begin).data();
      Real* const to = back.row(walk_.row(item)).data();
      const Real factor = walk_.share(item);
      for (Index d = 0; d < walk_.depth; ++d) to[d] = factor * from[d];
    }
  }

  const Walk& walk_;
  const Tensor& states_;
  Tensor& gradient_;
  const PathCellGradients& wanted_;
  const bool is_linear_in_sums_;
  PackedMatrix weight_;
  PackedMatrix weight_transposed_;
  ChunkSums weight_sums_;
  std::vector<std::int32_t> winners_;  // [N * K, D] for max: the row that each value of an item's aggregate comes from
};

/// With a sibling step: the cells' results are made again, the step's gradients taken, and only when all of a level's
/// items have pulled from each other may their rows of `gradient` be overwritten by what goes to predecessors.
void level_with_siblings(const Walk& walk, const paths::SiblingStep& siblings, Index level, const Tensor& states,
                         const PackedMatrix& weight, CellGradients& cells, Tensor& h, Tensor& gradient,
                         const PathCellGradients& wanted) {
  cell_level(walk, weight, level, states, h);
  const auto gather = [&](Index chunk, Index begin, Index end, Real* to) { cells.gather(chunk, begin, end, to); };
  siblings.backward(level, h, states, gather, gradient, wanted);
  cells.level(
      level, [&](Index, Index begin, Index end, Real* to) { siblings.pull(begin, end, gradient, to); }, h, h);
  walk.each_chunk(level, [&](Index, Index begin, Index end) {
    for (Index item = begin; item < end; ++item) {
      std::copy_n(h.row(walk.row(item)).data(), walk.depth, gradient.row(walk.row(item)).data());
    }
  });
}

}  // namespace

void add_path_gradients(const PathPlan& plan, PathCell cell, PathAggregate aggregate, const PathCellInputs& inputs,
                        const Tensor& states, Tensor& gradient, const PathCellGradients& wanted) {
  const Walk walk(plan, cell, aggregate, inputs);
  CellGradients cells(walk, states, gradient, wanted);
  const auto gather = [&](Index chunk, Index begin, Index end, Real* to) { cells.gather(chunk, begin, end, to); };
  if (walk.with_siblings()) {
    const paths::SiblingStep siblings(walk);
    const PackedMatrix weight(inputs.weight, false);
    Tensor h = Tensor::uninitialized(states.shape());
    for (Index level = plan.level_count() - 1; level > 0; --level) {
      cells.begin_level(level);
      level_with_siblings(walk, siblings, level, states, weight, cells, h, gradient, wanted);
      cells.end_level();
    }
  } else {
    for (Index level = plan.level_count() - 1; level > 0; --level) {
      cells.begin_level(level);
      if (cells.is_linear_in_sums()) {
        cells.whole_level(level);
      } else {
        cells.level(level, gather, states, gradient);
      }
      cells.end_level();
    }
  }
  if (plan.level_count() > 0) {
    cells.begin_level(0);
    walk.each_chunk(0, [&](Index chunk, Index begin, Index end) {
      Tensor upstream = chunk_rows(end - begin, walk.depth);
      gather(chunk, begin, end, upstream.data());
      if (wanted.start == nullptr) return;
      for (Index item = begin; item < end; ++item) {
        Real* const to = wanted.start->row(walk.node(item)).data();
        for (Index d = 0; d < walk.depth; ++d) to[d] += upstream.at(item - begin, d);
      }
    });
    cells.end_level();
  }
  if (wanted.unreached != nullptr) add_listed_rows(plan.unreached, gradient, *wanted.unreached);
}

}  // namespace cairn::kernels
