#include "autodiff/ops_graph.h"

#include <utility>
#include <vector>

#include "kernels/attention.h"
#include "kernels/elementwise.h"
#include "kernels/segments.h"

namespace cairn {

namespace {

/// Of input 0, which arcs moved.
void add_propagated_gradient(const Propagation& propagation, BackwardStep& step) {
  const auto [gradient, fresh] = step.target(0);
  if (fresh) {
    kernels::propagate_back(propagation, step.upstream(), gradient);
  } else {
    kernels::add_propagated_back(propagation, step.upstream(), gradient);
  }
}

kernels::EdgeAttention edge_attention(Index heads, const AttendOptions& options, const Pass& pass) {
  return {.heads = heads,
          .negative_slope = options.negative_slope,
          .dropout_rate = pass.is_training() ? options.dropout_rate : Real(0),
          .dropout_key = pass.draws(options.dropout_key)};
}

/// Where gradients of input 0, x, go. To be asked for last: what is fresh is written over.
void want_x(BackwardStep& step, kernels::AttendGradients& to) {
  if (!step.wants(0)) return;
  const auto [gradient, fresh] = step.target(0);
  to.x = &gradient;
  to.store_x = fresh ? kernels::Store::write : kernels::Store::add;
}

}  // namespace

Variable propagate(const Propagation& propagation, Variable x) {
  // What wants a gradient is about to change where it lies.
  Tensor y = x.wants_gradient() ? kernels::propagate(propagation, x.value())
                                : kernels::propagate_constant(propagation, x.value());
  return make_operation("propagate", std::move(y), {std::move(x)}, Reads::nothing(),
                        [propagation](BackwardStep& step) { add_propagated_gradient(propagation, step); });
}

Variable propagate(const Propagation& propagation, Variable x, const Variable& row, Rectified rectified) {
  Tensor y = kernels::propagate(propagation, x.value(), row.value(), rectified);
  return make_operation("propagate with a row", std::move(y), {std::move(x), row},
                        reads_of(Reads::nothing(), rectified), [propagation, rectified](BackwardStep& step) {
                          add_row_gradient(step, 1, rectified);
                          if (step.wants(0)) add_propagated_gradient(propagation, step);
                        });
}

Variable attend(const Propagation& propagation, const Variable& x, const Variable& source_score,
                const Variable& target_score, const AttendOptions& options, const Pass& pass) {
  const kernels::EdgeAttention edges = edge_attention(source_score.value().columns(), options, pass);
  const bool learns = x.wants_gradient() || source_score.wants_gradient() || target_score.wants_gradient();
  kernels::AttentionTables tables;
  Tensor y = kernels::attend(propagation, x.value(), source_score.value(), target_score.value(), edges,
                             learns ? &tables : nullptr);
  return make_operation("attend", std::move(y), {x, source_score, target_score}, Reads::all_of_the_inputs(),
                        [propagation, edges, tables](BackwardStep& step) {
                          kernels::AttendGradients to;
                          if (step.wants(1)) to.source_score = &step.gradient(1);
                          if (step.wants(2)) to.target_score = &step.gradient(2);
                          want_x(step, to);
                          kernels::add_attend_gradients(propagation, step.input(0), step.input(1), step.input(2), edges,
                                                        tables, step.upstream(), to);
                        });
}

Variable graph_attention(const Propagation& propagation, const Variable& x, const Variable& source_vector,
                         const Variable& target_vector, const Variable& row, const AttendOptions& options,
                         const Pass& pass) {
  const kernels::EdgeAttention edges = edge_attention(source_vector.value().rows(), options, pass);
  const kernels::ScoreVectors vectors{source_vector.value(), target_vector.value()};
  const kernels::AttentionScores scores = kernels::attention_scores(x.value(), vectors, propagation.target_count());
  const bool learns = x.wants_gradient() || source_vector.wants_gradient() || target_vector.wants_gradient();
  kernels::AttentionTables tables;
  Tensor y = kernels::attend(propagation, x.value(), scores.source, scores.target, edges, learns ? &tables : nullptr,
                             row.defined() ? &row.value() : nullptr);
  std::vector<Variable> inputs{x, source_vector, target_vector};
  if (row.defined()) inputs.push_back(row);
  return make_operation("graph attention", std::move(y), std::move(inputs), Reads::inputs({0, 1, 2}),
                        [propagation, edges, scores, tables, learns, with_row = row.defined()](BackwardStep& step) {
                          if (with_row) add_row_gradient(step, 3, Rectified::no);
                          if (!learns) return;
                          Tensor of_source(scores.source.shape());
                          Tensor of_target(scores.target.shape());
                          const kernels::ScoreVectors given{step.input(1), step.input(2)};
                          kernels::AttendGradients to;
                          to.source_score = &of_source;
                          to.target_score = &of_target;
                          to.vectors = &given;
                          if (step.wants(1)) to.source_vector = &step.gradient(1);
                          if (step.wants(2)) to.target_vector = &step.gradient(2);
                          want_x(step, to);
                          kernels::add_attend_gradients(propagation, step.input(0), scores.source, scores.target, edges,
                                                        tables, step.upstream(), to);
                        });
}

Variable segment_mean(Variable x, std::span<const std::int32_t> group_of_row, Index group_count) {
  const Tensor share = kernels::segment_shares(group_of_row, group_count);
  Tensor y = kernels::segment_sums(x.value(), group_of_row, share);
  return make_operation(
      "segment_mean", std::move(y), {std::move(x)}, Reads::nothing(),
      [share, groups = std::vector<std::int32_t>(group_of_row.begin(), group_of_row.end())](BackwardStep& step) {
        kernels::add_segments_back(step.upstream(), groups, share, step.gradient(0));
      });
}

}  // namespace cairn
