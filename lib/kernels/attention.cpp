#include "kernels/attention.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/parallel.h"
#include "kernels/row_sums.h"
#include "kernels/vector_kernels.h"

namespace cairn::kernels {

namespace {

constexpr Index products_per_block = 1 << 15;  // some 10 microseconds: an exp() costs as much as many products

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

/// What both directions share. kept: where weights after dropout go.
AttentionPass pass_over(const Propagation& propagation, const Tensor& x, const Tensor& source_score,
                        const Tensor& target_score, const EdgeAttention& options, Tensor& alpha, Tensor& kept) {
  const DropoutDraws draws = dropout_draws(options.dropout_rate, options.dropout_key);
  if (draws.limit > 0) kept = Tensor::uninitialized(alpha.shape());
  AttentionPass pass;
  pass.offsets = propagation.offsets().data();
  pass.sources = propagation.sources().data();
  pass.source_score = source_score.data();
  pass.target_score = target_score.data();
  pass.heads = options.heads;
  pass.head_width = x.columns() / options.heads;
  pass.negative_slope = options.negative_slope;
  pass.draws = draws;
  pass.alpha = alpha.data();
  pass.kept = kept.data();
  pass.x = x.data();
  return pass;
}

/// Targets (or sources: on average they have as many arcs).
Index targets_per_block(const Propagation& propagation, Index width) {
  const Index arcs_per_target = propagation.arc_count() / std::max<Index>(1, propagation.target_count()) + 1;
  return block_rows(width * arcs_per_target, products_per_block);
}

}  // namespace

Tensor attend(const Propagation& propagation, const Tensor& x, const Tensor& source_score, const Tensor& target_score,
              const EdgeAttention& options, Tensor& alpha) {
  check(propagation, x, source_score, target_score, options);
  alpha = Tensor::uninitialized({propagation.arc_count(), options.heads});
  Tensor kept;
  const AttentionPass pass = pass_over(propagation, x, source_score, target_score, options, alpha, kept);
  Tensor y = Tensor::uninitialized({propagation.target_count(), x.columns()});
  RowPicks picks{propagation.offsets(), propagation.sources(), kept.defined() ? kept.data() : alpha.data()};
  picks.heads = options.heads;
  const auto& kernels = vector_kernels();
  parallel_blocks(propagation.target_count(), targets_per_block(propagation, x.columns()), [&](Index begin, Index end) {
    kernels.attention_weights(pass, begin, end);
    const Real* const weights = picks.weights + pass.offsets[begin] * pass.heads;
    kernels.row_sums(picks, weights, source_rows(x), {y.data(), x.columns()}, begin, end);
  });
  return y;
}

void add_attend_gradients(const Propagation& propagation, const Tensor& x, const Tensor& source_score,
                          const Tensor& target_score, const EdgeAttention& options, const Tensor& alpha,
                          const Tensor& upstream, Tensor* x_gradient, Tensor* source_score_gradient,
                          Tensor* target_score_gradient) {
  check(propagation, x, source_score, target_score, options);
  if (alpha.rows() != propagation.arc_count() || alpha.columns() != options.heads ||
      upstream.rows() != propagation.target_count() || upstream.columns() != x.columns()) {
    throw ShapeError(fmt::format("attend: weights {} and upstream {} do not fit {} arcs of {} heads and {}",
                                 to_string(alpha.shape()), to_string(upstream.shape()), propagation.arc_count(),
                                 options.heads, to_string(x.shape())));
  }
  Tensor weights = alpha;
  Tensor kept;
  AttentionPass pass = pass_over(propagation, x, source_score, target_score, options, weights, kept);
  Tensor score_gradient = Tensor::uninitialized(alpha.shape());
  pass.upstream = upstream.data();
  pass.score_gradient = score_gradient.data();
  pass.target_score_gradient = target_score_gradient == nullptr ? nullptr : target_score_gradient->data();
  const auto& kernels = vector_kernels();
  parallel_blocks(propagation.target_count(), targets_per_block(propagation, x.columns()),
                  [&](Index begin, Index end) { kernels.attention_score_gradients(pass, begin, end); });
  if (x_gradient == nullptr && source_score_gradient == nullptr) return;
  const auto back = propagation.transposed();
  const auto arcs = propagation.transposed_arcs();
  if (source_score_gradient != nullptr) {
    parallel_blocks(propagation.source_count(), targets_per_block(propagation, options.heads),
                    [&](Index begin, Index end) {
                      kernels.add_arc_sums(back.offsets.data(), arcs.data(), score_gradient.data(), options.heads,
                                           source_score_gradient->data(), begin, end);
                    });
  }
  if (x_gradient != nullptr) {
    RowPicks picks{back.offsets, back.targets, kept.defined() ? kept.data() : alpha.data()};
    picks.wide_positions = arcs.data();
    picks.heads = options.heads;
    row_sums(picks, source_rows(upstream), x_gradient->data(), Store::add);
  }
}

}  // namespace cairn::kernels
