#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/types.h"

namespace cairn::kernels {

/// Offsets between places of one graph, and the bias that each of them takes.
struct OffsetGeometry {
  static constexpr std::int32_t none = -1;  // M is 0 at such an offset

  std::vector<Index> extents;  // of each axis, >= 1; the product is the number of places
  Index clip = 1;              // R
  bool periodic = false;
  bool causal = false;

  Index place_count() const;
  /// The bias along one axis, 0 .. 2 R, of an offset in -(n - 1) .. n - 1, or `none`.
  std::int32_t axis_bias(std::size_t axis, Index offset) const;
};

/// y = M x and its companions for the places of ONE graph, M[i, j] = coefficients[bias of offset j - i]. Columns are
/// doubles, [count, places] with count <= columns_together(). Exact up to rounding, whatever the form.
class OffsetForm {
 public:
  OffsetForm() = default;
  OffsetForm(const OffsetForm&) = delete;
  OffsetForm& operator=(const OffsetForm&) = delete;
  virtual ~OffsetForm() = default;

  /// Columns that cost as much as one. Bits of a column may depend on those beside it.
  virtual Index columns_together() const { return 1; }
  /// y = M x or M^T x, written over.
  virtual void multiply(const double* x, Index count, bool transposed, double* y) const = 0;
  virtual Index sum_count() const = 0;
  /// Adds what columns tell about sum of w[i] x[j] over the pairs (i, j) of each offset.
  virtual void add_sums(const double* x, const double* w, Index count, double* sums) const = 0;
  /// y = M x, back = M^T w, and the sums unless null.
  virtual void both(const double* x, const double* w, Index count, double* y, double* back, double* sums) const;
  /// of_biases[p] += sum of w[i] x[j] over all pairs that take bias p.
  virtual void add_bias_sums(std::span<const double> sums, std::span<double> of_biases) const = 0;
};

/// coefficients: a value for each bias, (2 R + 1)^axes.
/// O(n^2): every pair.
std::unique_ptr<OffsetForm> direct_form(const OffsetGeometry& geometry, std::span<const double> coefficients);
/// O(n R), one axis: a band of the offsets within the clip, and running sums of x for the two tails beyond, where all
/// coefficients are equal. Sums are only added to, never taken from, so nothing cancels whatever the biases.
std::unique_ptr<OffsetForm> band_form(const OffsetGeometry& geometry, std::span<const double> coefficients);
/// O(n log n): two columns as one complex transform, axes at a length of 2^a 3^b 5^c of at least 2 n - 1, rings at n
/// where that is such a length. Errors are relative to the largest sums, so that coefficients must not lie far apart.
std::unique_ptr<OffsetForm> fft_form(const OffsetGeometry& geometry, std::span<const double> coefficients);

/// Nanoseconds a column, from measurements; which of the forms to take.
struct OffsetCosts {
  double direct;
  double band;  // infinite where there is no band
  double fft;
};
OffsetCosts offset_costs(const OffsetGeometry& geometry);

}  // namespace cairn::kernels
