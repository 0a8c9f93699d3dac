#include "kernels/pairs.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/parallel.h"
#include "kernels/elementwise.h"
#include "kernels/row_sums.h"
#include "kernels/shape_check.h"

namespace cairn {

PairList::PairList(Index node_count, std::span<const NodeId> first, std::span<const NodeId> second)
    : node_count_(node_count), first_(first.begin(), first.end()), second_(second.begin(), second.end()) {
  if (first.size() != second.size()) {
    throw ShapeError(fmt::format("pairs: {} first and {} second nodes", first.size(), second.size()));
  }
  if (first.size() > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max())) {
    throw ShapeError(fmt::format("pairs: {} of them are too many", first.size()));
  }
  for (const std::span<const NodeId> ids : {first, second}) {
    const auto bad = std::find_if(ids.begin(), ids.end(), [&](NodeId u) { return u < 0 || u >= node_count; });
    if (bad != ids.end()) {
      throw ShapeError(fmt::format("pairs: pair {}: node {} of {}", bad - ids.begin(), *bad, node_count));
    }
  }
}

const PairList::Incidence& PairList::incidence() const {
  std::call_once(incidence_once_, [this] {
    auto& [offsets, pairs, others] = incidence_;
    offsets.assign(static_cast<std::size_t>(node_count_) + 1, 0);
    for (const std::vector<NodeId>* ids : {&first_, &second_}) {
      for (const NodeId u : *ids) ++offsets[static_cast<std::size_t>(u) + 1];
    }
    std::partial_sum(offsets.begin(), offsets.end(), offsets.begin());
    pairs.resize(2 * first_.size());
    others.resize(2 * first_.size());
    std::vector<std::int64_t> next(offsets.begin(), offsets.end() - 1);
    const auto enter = [&](NodeId u, NodeId other, std::size_t p) {
      const auto place = static_cast<std::size_t>(next[static_cast<std::size_t>(u)]++);
      incidence_.pairs[place] = static_cast<std::int32_t>(p);
      incidence_.others[place] = other;
    };
    for (std::size_t p = 0; p < first_.size(); ++p) {
      enter(first_[p], second_[p], p);
      enter(second_[p], first_[p], p);
    }
  });
  return incidence_;
}

namespace kernels {

namespace {

constexpr Index values_per_block = 1 << 16;  // some 10 microseconds of work

void check_rows(const PairList& pairs, const Tensor& z) {
  require_matrix("pairs", z);
  if (z.rows() != pairs.node_count()) {
    throw ShapeError(fmt::format("pairs: {} does not fit pairs of {} nodes", to_string(z.shape()), pairs.node_count()));
  }
}

/// sum over d of term(a[d], b[d]) in eight interleaved sums: they make a vector, and round less than one would.
template <class Term>
Real sum_of_terms(const Real* a, const Real* b, Index width, const Term& term) {
  constexpr Index lanes = 8;
  std::array<Real, lanes> sums{};
  Index d = 0;
  for (; d + lanes <= width; d += lanes) {
    for (Index lane = 0; lane < lanes; ++lane) sums[static_cast<std::size_t>(lane)] += term(a[d + lane], b[d + lane]);
  }
  for (Index lane = 0; d < width; ++d, ++lane) sums[static_cast<std::size_t>(lane)] += term(a[d], b[d]);
  return ((sums[0] + sums[4]) + (sums[2] + sums[6])) + ((sums[1] + sums[5]) + (sums[3] + sums[7]));
}

/// finish(sum of terms) of each pair.
template <class Term, class Finish>
Tensor values_of_pairs(const PairList& pairs, const Tensor& z, const Term& term, const Finish& finish) {
  check_rows(pairs, z);
  const Index width = z.columns();
  Tensor values = Tensor::uninitialized(Shape{pairs.size()});
  const NodeId* const first = pairs.first().data();
  const NodeId* const second = pairs.second().data();
  parallel_blocks(pairs.size(), block_rows(2 * width, values_per_block), [&](Index begin, Index end) {
    for (Index p = begin; p < end; ++p) {
      const Real* const a = z.data() + first[p] * width;
      const Real* const b = z.data() + second[p] * width;
      values.data()[p] = finish(sum_of_terms(a, b, width, term));
    }
  });
  return values;
}

void check_gradient(const PairList& pairs, const Tensor& z, const Tensor& factors, const Tensor& gradient) {
  check_rows(pairs, z);
  require_fit(factors.size() == pairs.size(), "pairs", z, factors);
  require_fit(gradient.shape() == z.shape(), "pairs", z, gradient);
}

/// gradient[u, d] += term(factors[p], z[u, d], z[other, d]) for all pairs p of u. The terms of a pair's two ends differ
/// in the order of their values alone.
template <class Term>
void pull(const PairList& pairs, const Tensor& z, const Tensor& factors, Tensor& gradient, const Term& term) {
  check_gradient(pairs, z, factors, gradient);
  const Index width = z.columns();
  const PairList::Incidence& incidence = pairs.incidence();
  const Index values_a_row = width * (1 + 2 * pairs.size() / std::max<Index>(pairs.node_count(), 1));
  parallel_blocks(pairs.node_count(), block_rows(values_a_row, values_per_block), [&](Index begin, Index end) {
    for (Index u = begin; u < end; ++u) {
      const Real* const own = z.data() + u * width;
      Real* const to = gradient.data() + u * width;
      for (auto k = static_cast<std::size_t>(incidence.offsets[static_cast<std::size_t>(u)]);
           k < static_cast<std::size_t>(incidence.offsets[static_cast<std::size_t>(u) + 1]); ++k) {
        const Real* const other = z.data() + incidence.others[k] * width;
        const Real factor = factors.data()[incidence.pairs[k]];
        for (Index d = 0; d < width; ++d) to[d] += term(factor, own[d], other[d]);
      }
    }
  });
}

}  // namespace

Tensor pair_l1(const PairList& pairs, const Tensor& z) {
  return values_of_pairs(
      pairs, z, [](Real a, Real b) { return std::abs(a - b); }, [](Real sum) { return sum; });
}

Tensor pair_dot(const PairList& pairs, const Tensor& z) {
  return values_of_pairs(
      pairs, z, [](Real a, Real b) { return a * b; }, [](Real sum) { return sum; });
}

Tensor pair_l2(const PairList& pairs, const Tensor& z) {
  return values_of_pairs(
      pairs, z, [](Real a, Real b) { return (a - b) * (a - b); }, [](Real sum) { return std::sqrt(sum); });
}

void add_pair_l1_gradient(const PairList& pairs, const Tensor& z, const Tensor& upstream, Tensor& gradient) {
  pull(pairs, z, upstream, gradient, [](Real factor, Real own, Real other) {
    return own > other ? factor : own < other ? -factor : Real(0);
  });
}

void add_pair_dot_gradient(const PairList& pairs, const Tensor& z, const Tensor& upstream, Tensor& gradient) {
  check_gradient(pairs, z, upstream, gradient);
  const PairList::Incidence& incidence = pairs.incidence();
  row_sums({.offsets = incidence.offsets,
            .ids = incidence.others,
            .weights = upstream.data(),
            .positions = incidence.pairs.data()},
           source_rows(z), result_rows(gradient, Store::add));
}

void add_pair_l2_gradient(const PairList& pairs, const Tensor& z, const Tensor& distances, const Tensor& upstream,
                          Tensor& gradient) {
  Tensor factors = Tensor::uninitialized(Shape{pairs.size()});
  map(
      factors, [](Real u, Real distance) { return distance > 0 ? u / distance : Real(0); }, upstream, distances);
  pull(pairs, z, factors, gradient, [](Real factor, Real own, Real other) { return factor * (own - other); });
}

}  // namespace kernels

}  // namespace cairn
