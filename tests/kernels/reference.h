#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <vector>

#include "core/parallel.h"
#include "core/rng.h"
#include "kernels/propagation.h"
#include "kernels/vector_kernels.h"
#include "tensor/sparse_matrix.h"
#include "tensor/tensor.h"

// Plain references in double, and random operands, for the tests of kernels.
namespace cairn::reference {

inline Tensor random_tensor(const Shape& shape, Rng& rng) {
  Tensor tensor = Tensor::uninitialized(shape);
  for (Real& value : tensor.values()) value = rng.normal();
  return tensor;
}

/// Sums of products in double, each with the sum of the magnitudes of its terms: what rounding is measured against.
class Sums {
 public:
  Sums(Index rows, Index columns)
      : columns_(columns), values_(static_cast<std::size_t>(rows * columns)), magnitudes_(values_.size()) {}

  void add(Index row, Index column, double a, double b = 1) {
    const auto i = static_cast<std::size_t>(row * columns_ + column);
    values_[i] += a * b;
    magnitudes_[i] += std::abs(a * b);
  }
  void add(const Tensor& tensor) {
    for (Index i = 0; i < tensor.size(); ++i) add(0, i, static_cast<double>(tensor.data()[i]));
  }
  double operator()(Index row, Index column) const {
    return values_[static_cast<std::size_t>(row * columns_ + column)];
  }

  /// The largest distance to `tensor`, in units of one rounding of the sum of magnitudes. A sum of n terms that is
  /// added up in any order is within n + 1 of such units.
  double roundings_from(const Tensor& tensor) const {
    if (tensor.size() != static_cast<Index>(values_.size())) return std::numeric_limits<double>::infinity();
    double worst = 0;
    for (std::size_t i = 0; i < values_.size(); ++i) {
      const double distance = std::abs(static_cast<double>(tensor.data()[i]) - values_[i]);
      if (distance == 0) continue;
      const double unit = magnitudes_[i] * std::numeric_limits<Real>::epsilon();
      // Written so that a NaN counts as the worst.
      if (!(distance / unit <= worst))
        worst = std::isnan(distance) ? std::numeric_limits<double>::infinity() : distance / unit;
    }
    return worst;
  }

 private:
  Index columns_;
  std::vector<double> values_;
  std::vector<double> magnitudes_;
};

/// Rows with 0 .. 2 * mean_degree sources each; every third row is empty.
inline Propagation random_propagation(Index sources, Index targets, Index mean_degree, bool weighted, Rng& rng) {
  std::vector<EdgeId> offsets{0};
  std::vector<NodeId> ids;
  std::vector<Real> weights;
  for (Index v = 0; v < targets; ++v) {
    std::set<NodeId> row;
    const Index degree = v % 3 == 2 || sources == 0 ? 0 : rng.below(2 * mean_degree + 1);
    for (Index k = 0; k < degree; ++k) row.insert(static_cast<NodeId>(rng.below(sources)));
    ids.insert(ids.end(), row.begin(), row.end());
    offsets.push_back(static_cast<EdgeId>(ids.size()));
  }
  if (weighted) {
    for (std::size_t k = 0; k < ids.size(); ++k) weights.push_back(rng.normal());
  }
  return Propagation(sources, targets, std::move(offsets), std::move(ids), std::move(weights));
}

inline SparseMatrix random_sparse(Index rows, Index columns, Index mean_degree, Rng& rng) {
  const Propagation places = random_propagation(columns, rows, mean_degree, false, rng);
  auto pattern = std::make_shared<SparsePattern>(
      rows, columns, std::vector<std::int64_t>(places.offsets().begin(), places.offsets().end()),
      std::vector<std::int32_t>(places.sources().begin(), places.sources().end()));
  return SparseMatrix(pattern, random_tensor({pattern->stored_count()}, rng));
}

/// work(target, source, weight, arc) for every arc.
template <class Work>
void for_arcs(const Propagation& propagation, const Work& work) {
  for (Index v = 0; v < propagation.target_count(); ++v) {
    for (EdgeId k = propagation.offsets()[static_cast<std::size_t>(v)];
         k < propagation.offsets()[static_cast<std::size_t>(v) + 1]; ++k) {
      const auto arc = static_cast<std::size_t>(k);
      const double weight = propagation.weights().empty() ? 1 : static_cast<double>(propagation.weights()[arc]);
      work(v, static_cast<Index>(propagation.sources()[arc]), weight, k);
    }
  }
}

inline bool same_bits(const Tensor& a, const Tensor& b) {
  return a.shape() == b.shape() && std::equal(a.values().begin(), a.values().end(), b.values().begin());
}

/// Puts back the thread count and the vector level when a test ends.
struct RestoreSettings {
  RestoreSettings() = default;
  RestoreSettings(const RestoreSettings&) = delete;
  RestoreSettings& operator=(const RestoreSettings&) = delete;
  ~RestoreSettings() {
    set_thread_count(threads);
    kernels::limit_vector_level(kernels::best_vector_level());
  }
  int threads = thread_count();
};

/// Runs check() at every vector level that this machine has.
template <class Check>
void at_every_vector_level(const Check& check) {
  const RestoreSettings restore;
  using kernels::VectorLevel;
  for (const VectorLevel level : {VectorLevel::baseline, VectorLevel::avx2, VectorLevel::avx512}) {
    if (level > kernels::best_vector_level()) break;
    kernels::limit_vector_level(level);
    check();
  }
}

/// True if result() has the same bits for 1, 2 and 3 threads.
template <class Result>
bool same_for_any_thread_count(const Result& result) {
  const RestoreSettings restore;
  set_thread_count(1);
  const Tensor one = result();
  set_thread_count(2);
  const Tensor two = result();
  set_thread_count(3);
  const Tensor three = result();
  return same_bits(one, two) && same_bits(one, three);
}

/// Widths at which packs of lanes end, overlap, or start another group.
inline std::vector<Index> many_widths() {
  std::vector<Index> widths;
  for (Index width = 0; width <= 70; ++width) widths.push_back(width);
  widths.insert(widths.end(), {128, 130, 144});
  return widths;
}

}  // namespace cairn::reference
