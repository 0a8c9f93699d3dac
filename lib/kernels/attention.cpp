#include "kernels/attention.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "core/parallel.h"
#include "kernels/row_sums.h"
#include "kernels/shape_check.h"
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

/// What the range [begin, end) of rows needs of it.
ArcValues working_arcs(const AttentionPass& pass, Index begin, Index end) {
  const Index values = (pass.offsets[end] - pass.offsets[begin]) * pass.heads;
  Real* const memory = working_memory(3 * values);
  return {memory, pass.draws.limit > 0 ? memory + 2 * values : memory, memory + values};
}

bool has_tables(const Propagation& propagation, const EdgeAttention& options) {
  return propagation.arc_count() * options.heads <= options.most_table_values;
}

/// Rows of sources, whose gradients come block by block, and what follows from each block while a cache holds it.
class SourceBlocks {
 public:
  SourceBlocks(const Propagation& propagation, const AttentionPass& pass, const AttendGradients& gradients)
      : pass_(pass), gradients_(gradients), sources_(propagation.source_count()), targets_(propagation.target_count()) {
    if (gradients.vectors == nullptr) return;
    const Shape shape{(sources_ + rows_per_partial() - 1) / rows_per_partial(), pass.heads * pass.head_width};
    if (gradients.source_vector != nullptr) source_sums_ = Tensor(shape);
    if (gradients.target_vector != nullptr) target_sums_ = Tensor(shape);
  }

  /// work(begin, end) for all rows, so many at a time, each followed by what goes by way of the vectors.
  template <class Work>
  void run(Index rows_at_once, const Work& work) {
    parallel_blocks(sources_, rows_per_partial(), [&](Index begin, Index end) {
      for (Index first = begin; first < end; first += rows_at_once) {
        const Index last = std::min(first + rows_at_once, end);
        work(first, last);
        if (gradients_.vectors != nullptr) go_on(first, last);
      }
    });
    add_partials(source_sums_, gradients_.source_vector);
    add_partials(target_sums_, gradients_.target_vector);
  }

 private:
  /// Blocks that threads can share out, and few enough partial sums.
  Index rows_per_partial() const {
    constexpr Index fewest_rows = 64;
    constexpr Index most_partials = 256;
    return std::max(fewest_rows, (sources_ + most_partials - 1) / most_partials);
  }

  void go_on(Index begin, Index end) {
    go_on_by(*gradients_.source_score, gradients_.vectors->source, source_sums_, begin, end);
    if (begin < targets_) {
      go_on_by(*gradients_.target_score, gradients_.vectors->target, target_sums_, begin, std::min(end, targets_));
    }
  }

  void go_on_by(const Tensor& score_gradient, const Tensor& vector, Tensor& sums, Index begin, Index end) {
    const HeadRows rows{pass_.heads, pass_.head_width};
    const auto& kernels = vector_kernels();
    if (gradients_.x != nullptr) {
      kernels.add_scaled_heads(rows, score_gradient.data(), vector.data(), gradients_.x->data(), begin, end);
    }
    if (!sums.defined()) return;
    Real* const sum = sums.row(begin / rows_per_partial()).data();
    kernels.add_head_sums(rows, score_gradient.data(), pass_.x, sum, begin, end);
  }

  static void add_partials(const Tensor& partials, Tensor* sum) {
    if (!partials.defined()) return;
    for (Index p = 0; p < partials.rows(); ++p) {
      for (Index j = 0; j < sum->size(); ++j) sum->data()[j] += partials.at(p, j);
    }
  }

  const AttentionPass& pass_;
  const AttendGradients& gradients_;
  const Index sources_;
  const Index targets_;
  Tensor source_sums_;
  Tensor target_sums_;
};

/// Gradients by way of tables of kept weights and gradients of scores, [E, heads]: for few arcs.
void add_gradients_by_tables(const Propagation& propagation, const AttentionPass& pass, const AttentionTables& tables,
                             const Tensor& upstream, const AttendGradients& gradients) {
  Tensor weights = tables.weights;
  Tensor kept = tables.kept;
  Tensor score_gradient = Tensor::uninitialized(weights.shape());
  const auto& kernels = vector_kernels();
  const Index rows = rows_per_block(propagation, pass.heads * pass.head_width);
  parallel_blocks(propagation.target_count(), rows, [&](Index begin, Index end) {
    const Index first = pass.offsets[begin] * pass.heads;
    kernels.attention_target_gradients(
        pass, {weights.data() + first, kept.data() + first, score_gradient.data() + first}, begin, end);
  });
  if (gradients.x == nullptr && gradients.source_score == nullptr) return;
  const auto back = propagation.transposed();
  const auto arcs = propagation.transposed_arcs();
  RowPicks picks{back.offsets, back.targets, kept.data()};
  picks.wide_positions = arcs.data();
  picks.heads = pass.heads;
  SourceBlocks(propagation, pass, gradients).run(rows, [&](Index begin, Index end) {
    if (gradients.source_score != nullptr) {
      kernels.add_arc_sums(back.offsets.data(), arcs.data(), score_gradient.data(), pass.heads,
                           gradients.source_score->data(), begin, end);
    }
    if (gradients.x != nullptr) {
      range_row_sums(picks, source_rows(upstream), result_rows(*gradients.x, gradients.store_x), begin, end);
    }
  });
}

/// Gradients without anything of size E x heads: targets and sources work out their weights again.
void add_gradients_by_terms(const Propagation& propagation, AttentionPass pass, const AttendGradients& gradients) {
  Tensor terms = Tensor::uninitialized({propagation.target_count(), 4 * pass.heads});
  pass.terms = terms.data();
  const auto& kernels = vector_kernels();
  const Index rows = rows_per_block(propagation, pass.heads * pass.head_width);
  parallel_blocks(propagation.target_count(), rows, [&](Index begin, Index end) {
    const ArcValues arcs = working_arcs(pass, begin, end);
    kernels.attention_weights(pass, arcs, begin, end);
    kernels.attention_target_gradients(pass, arcs, begin, end);
  });
  if (gradients.x == nullptr && gradients.source_score == nullptr) return;
  const auto back = propagation.transposed();
  pass.offsets = back.offsets.data();
  pass.ids = back.targets.data();
  if (pass.draws.limit > 0) pass.arcs = propagation.transposed_arcs().data();
  SourceBlocks(propagation, pass, gradients).run(rows, [&](Index begin, Index end) {
    kernels.attention_source_gradients(pass, working_arcs(pass, begin, end), begin, end);
  });
}

}  // namespace

Tensor attend(const Propagation& propagation, const Tensor& x, const Tensor& source_score, const Tensor& target_score,
              const EdgeAttention& options, AttentionTables* tables, const Tensor* row) {
  check(propagation, x, source_score, target_score, options);
  require_fit(row == nullptr || row->size() == x.columns(), "attend with a row", x, row == nullptr ? x : *row);
  const AttentionPass pass = pass_over(propagation, x, source_score, target_score, options);
  ArcValues whole;
  if (tables != nullptr && has_tables(propagation, options)) {
    const Shape shape{propagation.arc_count(), options.heads};
    tables->weights = Tensor::uninitialized(shape);
    tables->kept = pass.draws.limit > 0 ? Tensor::uninitialized(shape) : tables->weights;
    whole = {tables->weights.data(), tables->kept.data()};
  }
  Tensor y = Tensor::uninitialized({propagation.target_count(), x.columns()});
  RowPicks picks{propagation.offsets(), propagation.sources()};
  picks.heads = options.heads;
  const ResultRows to{y.data(), x.columns(), Store::write, row == nullptr ? nullptr : row->data()};
  const auto& kernels = vector_kernels();
  parallel_blocks(propagation.target_count(), rows_per_block(propagation, x.columns()), [&](Index begin, Index end) {
    const Index first = pass.offsets[begin] * pass.heads;
    const ArcValues arcs = whole.weights == nullptr ? working_arcs(pass, begin, end)
                                                    : ArcValues{whole.weights + first, whole.kept + first};
    kernels.attention_weights(pass, arcs, begin, end);
    kernels.row_sums(picks, arcs.kept, source_rows(x), to, begin, end);
  });
  return y;
}

AttentionScores attention_scores(const Tensor& x, const ScoreVectors& vectors, Index target_count) {
  const Tensor& a = vectors.source;
  require_fit(x.columns() == a.size() && target_count <= x.rows(), "attention scores", x, a);
  require_fit(a.shape() == vectors.target.shape(), "attention scores", a, vectors.target);
  const HeadRows rows{a.rows(), a.columns()};
  AttentionScores scores{Tensor::uninitialized(Shape{x.rows(), rows.heads}),
                         Tensor::uninitialized(Shape{target_count, rows.heads})};
  const auto& kernels = vector_kernels();
  parallel_blocks(x.rows(), block_rows(2 * a.size()), [&](Index begin, Index end) {
    kernels.head_dot(rows, x.data(), a.data(), scores.source.data(), begin, end);
    if (begin >= target_count) return;
    kernels.head_dot(rows, x.data(), vectors.target.data(), scores.target.data(), begin, std::min(end, target_count));
  });
  return scores;
}

void add_attend_gradients(const Propagation& propagation, const Tensor& x, const Tensor& source_score,
                          const Tensor& target_score, const EdgeAttention& options, const AttentionTables& tables,
                          const Tensor& upstream, const AttendGradients& gradients) {
  check(propagation, x, source_score, target_score, options);
  const bool by_tables = has_tables(propagation, options);
  if (upstream.rows() != propagation.target_count() || upstream.columns() != x.columns() ||
      (by_tables && tables.weights.shape() != Shape{propagation.arc_count(), options.heads})) {
    throw ShapeError(fmt::format("attend: upstream {} and weights {} do not fit {} targets, {} arcs, {} heads and {}",
                                 to_string(upstream.shape()), to_string(tables.weights.shape()),
                                 propagation.target_count(), propagation.arc_count(), options.heads,
                                 to_string(x.shape())));
  }
  const auto data_of = [](Tensor* tensor) { return tensor == nullptr ? nullptr : tensor->data(); };
  AttentionPass pass = pass_over(propagation, x, source_score, target_score, options);
  pass.x = x.data();
  pass.upstream = upstream.data();
  pass.target_score_gradient = data_of(gradients.target_score);
  pass.source_score_gradient = data_of(gradients.source_score);
  pass.x_gradient = data_of(gradients.x);
  pass.store = gradients.store_x;
  if (by_tables) {
    add_gradients_by_tables(propagation, pass, tables, upstream, gradients);
  } else {
    add_gradients_by_terms(propagation, pass, gradients);
  }
}

}  // namespace cairn::kernels
