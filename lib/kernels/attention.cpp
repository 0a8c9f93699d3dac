#include "kernels/attention.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "core/parallel.h"
#include "kernels/row_sums.h"
#include "kernels/vector_kernels.h"

namespace cairn::kernels {

namespace {

constexpr Index products_per_block = 1 << 15;  // some 10 microseconds: an exp() costs as much as many products
constexpr Index near_bytes = 1 << 20;          // a second-level cache

void check(const Propagation& propagation, const Tensor& x, const Tensor& source_score, const Tensor& target_score,
           const EdgeAttention& options) {
  if (options.heads < 1 || x.rows() != propagation.source_count() || x.columns() % options.heads != 0 ||
      source_score.rows() != propagation.source_count() || source_score.columns() != options.heads ||
      target_score.rows() != propagation.target_count() || target_score.columns() != options.heads) {
    throw ShapeError(fmt::format("attend: {} heads, {} sources and {} targets do not fit {}, {} and {}", options.heads,
                                 propagation.source_count(), propagation.target_count(), to_string(x.shape()),
                                 to_string(source_score.shape()), to_string(target_score.shape())));
  }
}

/// What all passes share.
AttentionPass pass_over(const Propagation& propagation, const Tensor& x, const Tensor& source_score,
                        const Tensor& target_score, const EdgeAttention& options) {
  AttentionPass pass;
  pass.offsets = propagation.offsets().data();
  pass.ids = propagation.sources().data();
  pass.source_score = source_score.data();
  pass.target_score = target_score.data();
  pass.heads = options.heads;
  pass.head_width = x.columns() / options.heads;
  pass.negative_slope = options.negative_slope;
  pass.draws = dropout_draws(options.dropout_rate, options.dropout_key);
  const Index rows = std::max(propagation.source_count(), propagation.target_count());
  pass.is_near = rows * x.columns() * static_cast<Index>(sizeof(Real)) <= near_bytes;
  return pass;
}

/// Targets (or sources: on average they have as many arcs).
Index rows_per_block(const Propagation& propagation, Index width) {
  const Index arcs_per_target = propagation.arc_count() / std::max<Index>(1, propagation.target_count()) + 1;
  return block_rows(width * arcs_per_target, products_per_block);
}

/// This thread's working memory of at least so many values; those from before are lost.
Real* working_memory(Index size) {
  thread_local std::vector<Real> memory;
  if (memory.size() < static_cast<std::size_t>(size)) memory = std::vector<Real>(static_cast<std::size_t>(size));
  return memory.data();
}

}  // namespace

Tensor attend(const Propagation& propagation, const Tensor& x, const Tensor& source_score, const Tensor& target_score,
              const EdgeAttention& options, Tensor& statistics) {
  check(propagation, x, source_score, target_score, options);
  statistics = Tensor::uninitialized({propagation.target_count(), 2 * options.heads});
  AttentionPass pass = pass_over(propagation, x, source_score, target_score, options);
  pass.statistics = statistics.data();
  Tensor y = Tensor::uninitialized({propagation.target_count(), x.columns()});
  RowPicks picks{propagation.offsets(), propagation.sources()};
  picks.heads = options.heads;
  const auto& kernels = vector_kernels();
  parallel_blocks(propagation.target_count(), rows_per_block(propagation, x.columns()), [&](Index begin, Index end) {
    Real* const weights = working_memory((pass.offsets[end] - pass.offsets[begin]) * pass.heads);
    kernels.attention_weights(pass, weights, begin, end);
    kernels.row_sums(picks, weights, source_rows(x), {y.data(), x.columns()}, begin, end);
  });
  return y;
}

void add_attend_gradients(const Propagation& propagation, const Tensor& x, const Tensor& source_score,
                          const Tensor& target_score, const EdgeAttention& options, const Tensor& statistics,
                          const Tensor& upstream, const AttendGradients& gradients) {
  check(propagation, x, source_score, target_score, options);
  if (statistics.rows() != propagation.target_count() || statistics.columns() != 2 * options.heads ||
      upstream.rows() != propagation.target_count() || upstream.columns() != x.columns()) {
    throw ShapeError(fmt::format("attend: statistics {} and upstream {} do not fit {} targets of {} heads and {}",
                                 to_string(statistics.shape()), to_string(upstream.shape()), propagation.target_count(),
                                 options.heads, to_string(x.shape())));
  }
  const auto data_of = [](Tensor* tensor) { return tensor == nullptr ? nullptr : tensor->data(); };
  Tensor left = statistics;
  Tensor terms = Tensor::uninitialized({propagation.target_count(), 4 * options.heads});
  AttentionPass pass = pass_over(propagation, x, source_score, target_score, options);
  pass.statistics = left.data();
  pass.x = x.data();
  pass.upstream = upstream.data();
  pass.terms = terms.data();
  pass.target_score_gradient = data_of(gradients.target_score);
  pass.source_score_gradient = data_of(gradients.source_score);
  pass.x_gradient = data_of(gradients.x);
  pass.store = gradients.store_x;
  const auto& kernels = vector_kernels();
  const Index rows = rows_per_block(propagation, x.columns());
  const auto values_of = [&pass](Index begin, Index end) {
    return (pass.offsets[end] - pass.offsets[begin]) * pass.heads;
  };
  parallel_blocks(propagation.target_count(), rows, [&](Index begin, Index end) {
    kernels.attention_target_gradients(pass, working_memory(3 * values_of(begin, end)), begin, end);
  });
  if (gradients.x == nullptr && gradients.source_score == nullptr) return;
  const auto back = propagation.transposed();
  const bool drops = pass.draws.limit > 0;
  pass.offsets = back.offsets.data();
  pass.ids = back.targets.data();
  if (drops) pass.arcs = propagation.transposed_arcs().data();
  // What is near can as well be brought in twice: sums then stay in registers.
  Real* const near_sums = pass.is_near ? std::exchange(pass.x_gradient, nullptr) : nullptr;
  RowPicks picks{back.offsets, back.targets};
  picks.heads = options.heads;
  parallel_blocks(propagation.source_count(), rows, [&](Index begin, Index end) {
    const Index values = values_of(begin, end);
    Real* const working = working_memory(3 * values);
    kernels.attention_source_gradients(pass, working, begin, end);
    if (near_sums == nullptr) return;
    const Real* const kept = drops ? working + 2 * values : working;
    kernels.row_sums(picks, kept, source_rows(upstream), {near_sums, upstream.columns(), gradients.store_x}, begin,
                     end);
  });
}

}  // namespace cairn::kernels
