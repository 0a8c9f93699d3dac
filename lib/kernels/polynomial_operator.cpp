#include "kernels/polynomial_operator.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/error.h"
#include "core/parallel.h"
#include "kernels/elementwise.h"
#include "kernels/shape_check.h"

namespace cairn::kernels {

namespace {

/// M = sum of coefficients[k] A^k, and how the coefficients follow from the biases.
struct Series {
  std::vector<double> coefficients;
  std::vector<std::vector<double>> slopes;  // [P][k]: d coefficients[k] / d b_p
};

/// Sparse products take rows of nodes; columns are filled up with zeros to a multiple of this, so that each has the
/// same vector instructions over it and hence the same bits as its equal elsewhere.
constexpr Index column_multiple = 16;

/// Values of a chunk of columns, unless a few columns have more: what the sweeps of a series gather from and write to
/// is to stay in the caches that cores share.
constexpr Index chunk_values = Index(1) << 20;
constexpr Index most_chunk_columns = 256;

Index chunk_columns(Index nodes) {
  const Index fitting = chunk_values / std::max<Index>(1, nodes) / column_multiple * column_multiple;
  return std::clamp(fitting, column_multiple, most_chunk_columns);
}

Index column_count(const Tensor& x) { return x.extent(0) * x.extent(1); }

/// Columns first .. first + width - 1 of [J, G, N] as rows of nodes, [N, width]: 0 beyond the last column.
Tensor as_rows(const Tensor& x, Index first, Index width) {
  const Index n = x.extent(2);
  const Index columns = std::min(width, column_count(x) - first);
  Tensor rows = Tensor::uninitialized(Shape{n, width});
  parallel_blocks(n, 256, [&](Index begin, Index end) {
    for (Index c = 0; c < width; ++c) {
      const Real* const from = x.data() + (first + std::min(c, columns - 1)) * n;
      for (Index u = begin; u < end; ++u) rows.data()[u * width + c] = c < columns ? from[u] : Real(0);
    }
  });
  return rows;
}

void from_rows(const Tensor& rows, Index first, Tensor& x) {
  const Index n = x.extent(2);
  const Index columns = std::min(rows.columns(), column_count(x) - first);
  parallel_blocks(n, 256, [&](Index begin, Index end) {
    for (Index c = 0; c < columns; ++c) {
      Real* const to = x.data() + (first + c) * n;
      for (Index u = begin; u < end; ++u) to[u] = rows.data()[u * rows.columns() + c];
    }
  });
}

class PolynomialMatrix : public AttentionMatrix {
 public:
  PolynomialMatrix(Propagation propagation, Series series)
      : propagation_(std::move(propagation)), series_(std::move(series)) {}

  void apply(const Tensor& x, Tensor& y) const override {
    run(
        x, y, [this](const Tensor& power) { return propagate(propagation_, power); },
        [](Index, std::size_t, const Tensor&) {});
  }
  void apply_transposed(const Tensor& x, Tensor& y) const override {
    const auto back = [this](const Tensor& power) {
      Tensor next(power.shape());
      add_propagated_back(propagation_, power, next);
      return next;
    };
    run(x, y, back, [](Index, std::size_t, const Tensor&) {});
  }

  Index gradient_sum_count() const override { return static_cast<Index>(series_.coefficients.size()); }
  void add_gradient_sums(const Tensor& x, const Tensor& w, std::span<double> sums) const override {
    Tensor y = Tensor::uninitialized(x.shape());
    apply_with_sums(x, w, y, sums);
  }
  void apply_both(const Tensor& x, const Tensor& w, Tensor& y, Tensor& back, std::span<double> sums) const override {
    if (sums.empty()) {
      apply(x, y);
    } else {
      apply_with_sums(x, w, y, sums);
    }
    apply_transposed(w, back);
  }
  void add_bias_gradient(std::span<const double> sums, std::span<double> gradient) const override {
    for (std::size_t p = 0; p < series_.slopes.size(); ++p) {
      for (std::size_t k = 0; k < sums.size(); ++k) gradient[p] += series_.slopes[p][k] * sums[k];
    }
  }

 private:
  /// y = sum of coefficients[k] power_k, power_0 = x, power_k+1 = next(power_k), a chunk of columns at a time;
  /// seen(first column, k, power_k) for each chunk and k.
  template <class Next, class Seen>
  void run(const Tensor& x, Tensor& y, const Next& next, const Seen& seen) const {
    require_fit(x.shape() == y.shape() && x.rank() == 3 && x.extent(2) == propagation_.source_count(),
                "polynomial attention", x, y);
    const Index most = chunk_columns(x.extent(2));
    for (Index first = 0; first < column_count(x); first += most) {
      const Index left = column_count(x) - first;
      const Index width = std::min(most, (left + column_multiple - 1) / column_multiple * column_multiple);
      Tensor power = as_rows(x, first, width);
      Tensor sum(power.shape());
      for (std::size_t k = 0; k < series_.coefficients.size(); ++k) {
        if (k > 0) power = next(power);
        add_scaled(power, static_cast<Real>(series_.coefficients[k]), sum);
        seen(first, k, power);
      }
      from_rows(sum, first, y);
    }
  }

  /// sums[k] += <w, A^k x>.
  void apply_with_sums(const Tensor& x, const Tensor& w, Tensor& y, std::span<double> sums) const {
    Tensor upstream;
    run(
        x, y, [this](const Tensor& power) { return propagate(propagation_, power); },
        [&](Index first, std::size_t k, const Tensor& power) {
          if (k == 0) upstream = as_rows(w, first, power.columns());
          sums[k] += dot(upstream, power);
        });
  }

  Propagation propagation_;
  Series series_;
};

/// What both operators share; how biases make a series is the descendant's.
class SeriesOperator : public AttentionOperator {
 public:
  explicit SeriesOperator(Propagation propagation) : propagation_(std::move(propagation)) {
    if (propagation_.source_count() != propagation_.target_count()) {
      throw ShapeError(fmt::format("polynomial attention: {} sources and {} targets; expected the same nodes",
                                   propagation_.source_count(), propagation_.target_count()));
    }
  }

  Index node_count() const override { return propagation_.source_count(); }
  std::unique_ptr<AttentionMatrix> with_biases(std::span<const Real> biases) const override {
    check_biases(biases);
    return std::make_unique<PolynomialMatrix>(propagation_, series_of(biases));
  }
  Tensor to_dense(std::span<const Real> biases) const override {
    check_biases(biases);
    Tensor dense = dense_zeros();
    Tensor power(dense.shape());
    for (Index u = 0; u < node_count(); ++u) power.at(u, u) = 1;
    const Series series = series_of(biases);
    for (std::size_t k = 0; k < series.coefficients.size(); ++k) {
      if (k > 0) power = propagate(propagation_, power);
      add_scaled(power, static_cast<Real>(series.coefficients[k]), dense);
    }
    return dense;
  }

 protected:
  virtual Series series_of(std::span<const Real> biases) const = 0;

 private:
  Propagation propagation_;
};

class PolynomialOperator : public SeriesOperator {
 public:
  PolynomialOperator(Propagation propagation, Index powers) : SeriesOperator(std::move(propagation)), powers_(powers) {}
  Index bias_count() const override { return powers_ + 1; }

 protected:
  Series series_of(std::span<const Real> biases) const override {
    Series series{shifted_exponentials(biases), {}};
    for (std::size_t p = 0; p < series.coefficients.size(); ++p) {
      std::vector<double> slope(series.coefficients.size(), 0);
      slope[p] = series.coefficients[p];  // the shift by the highest bias counts as a constant: attention cancels it
      series.slopes.push_back(std::move(slope));
    }
    return series;
  }

 private:
  Index powers_;
};

class HeatOperator : public SeriesOperator {
 public:
  using SeriesOperator::SeriesOperator;
  Index bias_count() const override { return 1; }

 protected:
  Series series_of(std::span<const Real> biases) const override {
    const double wanted = std::exp(std::min(static_cast<double>(biases[0]), 10.0));
    const double time = std::min(wanted, most_heat_time);
    // Terms of a Poisson distribution: they add to 1, and with a norm of A of 1 so do the terms of the matrix.
    Series series{{}, {{}}};
    double term = std::exp(-time);
    double sum = 0;
    double before = 0;
    for (Index k = 0; k == 0 || sum < 1 - 1e-7; ++k) {
      if (k > 0) term *= time / static_cast<double>(k);
      series.coefficients.push_back(term);
      series.slopes[0].push_back(wanted < most_heat_time ? time * (before - term) : 0);
      sum += term;
      before = term;
    }
    return series;
  }
};

}  // namespace

std::shared_ptr<const AttentionOperator> polynomial_operator(const Propagation& propagation, Index powers) {
  if (powers < 0) throw UsageError(fmt::format("polynomial attention: expected 0 powers or more, found {}", powers));
  return std::make_shared<PolynomialOperator>(propagation, powers);
}

std::shared_ptr<const AttentionOperator> heat_operator(const Propagation& propagation) {
  return std::make_shared<HeatOperator>(propagation);
}

}  // namespace cairn::kernels
