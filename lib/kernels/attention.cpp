#include "kernels/attention.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "core/parallel.h"
#include "core/rng.h"

namespace cairn::kernels {

namespace {

void check(const Propagation& propagation, const Tensor& x, const Tensor& source_score, const Tensor& target_score,
           const EdgeAttention& options) {
  if (options.heads < 1 || x.rows() != propagation.source_count() || x.columns() % options.heads != 0 ||
      source_score.rows() != propagation.source_count() || source_score.columns() != options.heads ||
      target_score.rows() != propagation.target_count() || target_score.columns() != options.heads) {
    throw ShapeError(fmt::format("attend: {} heads, {} sources and {} targets do not fit {}, {} and {}", options.heads,
                                 propagation.source_count(), propagation.target_count(), to_string(x.shape()),
                                 to_string(source_score.shape()), to_string(target_score.shape())));
  }
  if (!(options.dropout_rate >= 0 && options.dropout_rate < 1)) {
    throw UsageError(fmt::format("attention dropout: expected a rate in [0, 1), found {}", options.dropout_rate));
  }
}

/// What dropout leaves of a weight: 0, or its scale.
class Keep {
 public:
  explicit Keep(const EdgeAttention& options)
      : key_(options.dropout_key),
        limit_(static_cast<std::uint32_t>(static_cast<double>(options.dropout_rate) * 4294967296.0)),
        scale_(1 / (1 - options.dropout_rate)) {}
  Real operator()(Index draw) const {
    return limit_ > 0 && draw_bits(key_, static_cast<std::uint32_t>(draw)) < limit_ ? Real(0) : scale_;
  }

 private:
  std::uint64_t key_;
  std::uint32_t limit_;
  Real scale_;
};

Real leaky(Real score, Real slope) { return score > 0 ? score : slope * score; }

Real dot(const Real* a, const Real* b, Index size) {
  Real sum = 0;
  for (Index j = 0; j < size; ++j) sum += a[j] * b[j];
  return sum;
}

Index rows_per_block(const Propagation& propagation, Index width) {
  return block_rows(width * (propagation.arc_count() / std::max<Index>(1, propagation.target_count()) + 1));
}

}  // namespace

Tensor attend(const Propagation& propagation, const Tensor& x, const Tensor& source_score, const Tensor& target_score,
              const EdgeAttention& options, Tensor& alpha) {
  check(propagation, x, source_score, target_score, options);
  const Index heads = options.heads;
  const Index width = x.columns() / heads;
  const auto offsets = propagation.offsets();
  const auto sources = propagation.sources();
  const Keep keep(options);
  alpha = Tensor::uninitialized({propagation.arc_count(), heads});
  Tensor y({propagation.target_count(), x.columns()});
  parallel_blocks(propagation.target_count(), rows_per_block(propagation, x.columns()), [&](Index first, Index last) {
    for (Index v = first; v < last; ++v) {
      const Index begin = offsets[static_cast<std::size_t>(v)];
      const Index end = offsets[static_cast<std::size_t>(v) + 1];
      for (Index h = 0; h < heads; ++h) {
        Real highest = -std::numeric_limits<Real>::infinity();
        for (Index k = begin; k < end; ++k) {
          Real& score = alpha.data()[k * heads + h];
          score = leaky(source_score.data()[sources[static_cast<std::size_t>(k)] * heads + h] +
                            target_score.data()[v * heads + h],
                        options.negative_slope);
          highest = std::max(highest, score);
        }
        Real sum = 0;
        for (Index k = begin; k < end; ++k) {
          Real& score = alpha.data()[k * heads + h];
          score = std::exp(score - highest);
          sum += score;
        }
        for (Index k = begin; k < end; ++k) {
          Real& weight = alpha.data()[k * heads + h];
          weight /= sum;
          const Real kept = weight * keep(k * heads + h);
          const Real* const from = x.data() + (sources[static_cast<std::size_t>(k)] * heads + h) * width;
          Real* const to = y.data() + (v * heads + h) * width;
          for (Index j = 0; j < width; ++j) to[j] += kept * from[j];
        }
      }
    }
  });
  return y;
}

void add_attend_gradients(const Propagation& propagation, const Tensor& x, const Tensor& source_score,
                          const Tensor& target_score, const EdgeAttention& options, const Tensor& alpha,
                          const Tensor& upstream, Tensor* x_gradient, Tensor* source_score_gradient,
                          Tensor* target_score_gradient) {
  check(propagation, x, source_score, target_score, options);
  const Index heads = options.heads;
  const Index width = x.columns() / heads;
  const auto offsets = propagation.offsets();
  const auto sources = propagation.sources();
  const Keep keep(options);

  // d score, [E, H]: alpha (g - sum of alpha g over the row) with g = keep * <upstream, x>, times the slope.
  Tensor score_gradient;
  if (source_score_gradient != nullptr || target_score_gradient != nullptr) {
    score_gradient = Tensor::uninitialized({propagation.arc_count(), heads});
    parallel_blocks(propagation.target_count(), rows_per_block(propagation, x.columns()), [&](Index first, Index last) {
      for (Index v = first; v < last; ++v) {
        const Index begin = offsets[static_cast<std::size_t>(v)];
        const Index end = offsets[static_cast<std::size_t>(v) + 1];
        for (Index h = 0; h < heads; ++h) {
          Real mean = 0;
          for (Index k = begin; k < end; ++k) {
            const Index place = k * heads + h;
            const Real g =
                keep(place) * dot(upstream.data() + (v * heads + h) * width,
                                  x.data() + (sources[static_cast<std::size_t>(k)] * heads + h) * width, width);
            score_gradient.data()[place] = g;
            mean += alpha.data()[place] * g;
          }
          Real sum = 0;
          for (Index k = begin; k < end; ++k) {
            const Index place = k * heads + h;
            const Real score = source_score.data()[sources[static_cast<std::size_t>(k)] * heads + h] +
                               target_score.data()[v * heads + h];
            Real& g = score_gradient.data()[place];
            g = alpha.data()[place] * (g - mean) * (score > 0 ? Real(1) : options.negative_slope);
            sum += g;
          }
          if (target_score_gradient != nullptr) target_score_gradient->data()[v * heads + h] += sum;
        }
      }
    });
  }
  if (x_gradient == nullptr && source_score_gradient == nullptr) return;
  const auto& back = propagation.transposed();
  parallel_blocks(propagation.source_count(), rows_per_block(propagation, x.columns()), [&](Index first, Index last) {
    for (Index u = first; u < last; ++u) {
      for (auto k = back.offsets[static_cast<std::size_t>(u)]; k < back.offsets[static_cast<std::size_t>(u) + 1]; ++k) {
        const Index arc = back.arcs[static_cast<std::size_t>(k)];
        const Index v = back.targets[static_cast<std::size_t>(k)];
        for (Index h = 0; h < heads; ++h) {
          const Index place = arc * heads + h;
          if (source_score_gradient != nullptr)
            source_score_gradient->data()[u * heads + h] += score_gradient.data()[place];
          if (x_gradient == nullptr) continue;
          const Real kept = alpha.data()[place] * keep(place);
          for (Index j = 0; j < width; ++j) {
            x_gradient->data()[(u * heads + h) * width + j] += kept * upstream.data()[(v * heads + h) * width + j];
          }
        }
      }
    }
  });
}

}  // namespace cairn::kernels
