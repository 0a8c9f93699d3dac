#include "kernels/path_siblings.h"

#include <algorithm>

#include "kernels/chunk_sums.h"
#include "kernels/vector_kernels.h"

namespace cairn::kernels::paths {

SiblingStep::SiblingStep(const Walk& walk)
    : walk_(walk),
      own_(walk.inputs.own_weight, false),
      sibling_(walk.inputs.sibling_weight, false),
      own_transposed_(walk.inputs.own_weight, true),
      sibling_transposed_(walk.inputs.sibling_weight, true) {}

Real SiblingStep::divisor(Index item) const { return static_cast<Real>(std::max<Index>(walk_.sibling_count(item), 1)); }

void SiblingStep::copy_rows(const Tensor& table, Index begin, Index end, Real* rows) const {
  for (Index item = begin; item < end; ++item) {
    std::copy_n(table.row(walk_.row(item)).data(), walk_.depth, rows + (item - begin) * walk_.depth);
  }
}

void SiblingStep::forward(Index level, const Tensor& h, Tensor& states) const {
  const Index depth = walk_.depth;
  walk_.each_chunk(level, [&](Index, Index begin, Index end) {
    Tensor own = chunk_rows(end - begin, depth);
    Tensor mean = chunk_rows(end - begin, depth);
    Tensor sum = chunk_rows(end - begin, depth);
    copy_rows(h, begin, end, own.data());
    walk_.sibling_means(h, begin, end, mean.data());
    own_.multiply(own.data(), end - begin, sum.data());
    sibling_.multiply(mean.data(), end - begin, sum.data(), Store::add);
    const Real* const bias = walk_.inputs.sibling_bias.data();
    for (Index item = begin; item < end; ++item) {
      const Real* const from = sum.row(item - begin).data();
      Real* const to = states.row(walk_.row(item)).data();
      for (Index d = 0; d < depth; ++d) to[d] = std::max(from[d] + bias[d], Real(0));
    }
  });
}

void SiblingStep::backward(Index level, const Tensor& h, const Tensor& states, const Gather& gather, Tensor& table,
                           const PathCellGradients& wanted) const {
  const Index depth = walk_.depth;
  ChunkSums own_sums(wanted.own_weight, walk_.chunk_count(level));
  ChunkSums sibling_sums(wanted.sibling_weight, walk_.chunk_count(level));
  ChunkSums bias_sums(wanted.sibling_bias, walk_.chunk_count(level));
  walk_.each_chunk(level, [&](Index chunk, Index begin, Index end) {
    const Index count = end - begin;
    Tensor delta = chunk_rows(count, depth);
    gather(chunk, begin, end, delta.data());
    Real* const bias = bias_sums.of(chunk);
    for (Index item = begin; item < end; ++item) {
      const Real* const state = states.row(walk_.row(item)).data();
      Real* const own = delta.row(item - begin).data();
      Real* const to = table.row(walk_.row(item)).data();
      for (Index d = 0; d < depth; ++d) {
        own[d] = state[d] > 0 ? own[d] : Real(0);
        to[d] = own[d] / divisor(item);
        if (bias != nullptr) bias[d] += own[d];
      }
    }
    Tensor rows = chunk_rows(count, depth);
    const auto& kernels = vector_kernels();
    if (wanted.own_weight != nullptr) {
      copy_rows(h, begin, end, rows.data());
      kernels.add_outer_products(rows.data(), delta.data(), depth, depth, own_sums.of(chunk), 0, count);
    }
    if (wanted.sibling_weight != nullptr) {
      walk_.sibling_means(h, begin, end, rows.data());
      kernels.add_outer_products(rows.data(), delta.data(), depth, depth, sibling_sums.of(chunk), 0, count);
    }
  });
  own_sums.add_to(wanted.own_weight);
  sibling_sums.add_to(wanted.sibling_weight);
  bias_sums.add_to(wanted.sibling_bias);
}

void SiblingStep::pull(Index begin, Index end, const Tensor& table, Real* g) const {
  const Index depth = walk_.depth;
  Tensor rows = chunk_rows(end - begin, depth);
  copy_rows(table, begin, end, rows.data());
  for (Index item = begin; item < end; ++item) {
    for (Real& value : rows.row(item - begin)) value *= divisor(item);
  }
  own_transposed_.multiply(rows.data(), end - begin, g);
  walk_.sum_rows(walk_.plan.sibling_offsets, walk_.plan.siblings, table, begin, end, rows.data());
  sibling_transposed_.multiply(rows.data(), end - begin, g, Store::add);
}

}  // namespace cairn::kernels::paths
