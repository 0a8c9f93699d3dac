#include "kernels/toeplitz.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/fft.h"
#include "kernels/toeplitz_sums.h"

namespace cairn::kernels {

namespace {

using Vector = std::vector<double>;

Vector reversed(const Vector& values) { return {values.rbegin(), values.rend()}; }

/// Rows of the last axis meet in Toeplitz matrices of one axis: one for each offset between the rows.
class DirectForm : public OffsetForm {
 public:
  DirectForm(const OffsetGeometry& geometry, std::span<const double> coefficients) : geometry_(geometry) {
    const std::size_t last = geometry.extents.size() - 1;
    length_ = geometry.extents[last];
    rows_ = geometry.place_count() / length_;
    bias_count_ = static_cast<Index>(coefficients.size());
    for (Index row = 0; row < rows_; ++row) {
      std::vector<Index> at(last);
      for (std::size_t axis = last, rest = static_cast<std::size_t>(row); axis-- > 0;) {
        at[axis] = static_cast<Index>(rest) % geometry.extents[axis];
        rest /= static_cast<std::size_t>(geometry.extents[axis]);
      }
      places_.push_back(std::move(at));
    }
    for (Index offset = 1 - length_; offset < length_; ++offset) in_row_.push_back(geometry.axis_bias(last, offset));
    const Index width = 2 * geometry.clip + 1;
    for (Index first = 0; first < bias_count_; first += width) {
      Vector band;
      for (const std::int32_t bias : in_row_) {
        band.push_back(bias == OffsetGeometry::none ? 0 : coefficients[static_cast<std::size_t>(first + bias)]);
      }
      backward_.push_back(reversed(band));
      bands_.push_back(std::move(band));
    }
  }

  void multiply(const double* x, Index /*count*/, bool transposed, double* y) const override {
    std::fill_n(y, rows_ * length_, 0);
    Vector padded(static_cast<std::size_t>(3 * length_ - 2), 0);
    for (Index j = 0; j < rows_; ++j) {
      std::copy_n(x + j * length_, length_, padded.begin() + (length_ - 1));
      for (Index i = 0; i < rows_; ++i) {
        const auto band = static_cast<std::size_t>(transposed ? band_of(j, i) : band_of(i, j));
        const Vector& c = transposed ? backward_[band] : bands_[band];
        toeplitz_kernels().add_sliding_sums(c.data(), 2 * length_ - 1, padded.data(), y + i * length_, length_);
      }
    }
  }

  Index sum_count() const override { return static_cast<Index>(bands_.size()) * (2 * length_ - 1); }
  void add_sums(const double* x, const double* w, Index /*count*/, double* sums) const override {
    Vector padded(static_cast<std::size_t>(3 * length_ - 2), 0);
    for (Index j = 0; j < rows_; ++j) {
      std::copy_n(x + j * length_, length_, padded.begin() + (length_ - 1));
      for (Index i = 0; i < rows_; ++i) {
        toeplitz_kernels().add_sliding_sums(w + i * length_, length_, padded.data(),
                                            sums + band_of(i, j) * (2 * length_ - 1), 2 * length_ - 1);
      }
    }
  }
  void add_bias_sums(std::span<const double> sums, std::span<double> of_biases) const override {
    const Index width = 2 * geometry_.clip + 1;
    for (std::size_t band = 0; band < bands_.size(); ++band) {
      for (std::size_t k = 0; k < in_row_.size(); ++k) {
        if (in_row_[k] == OffsetGeometry::none) continue;
        of_biases[band * static_cast<std::size_t>(width) + static_cast<std::size_t>(in_row_[k])] +=
            sums[band * in_row_.size() + k];
      }
    }
  }

 private:
  /// Which band row i hears row j through: the biases of all axes but the last.
  Index band_of(Index i, Index j) const {
    const std::vector<Index>& from = places_[static_cast<std::size_t>(i)];
    const std::vector<Index>& to = places_[static_cast<std::size_t>(j)];
    Index band = 0;
    for (std::size_t axis = 0; axis < from.size(); ++axis) {
      band = band * (2 * geometry_.clip + 1) + geometry_.axis_bias(axis, to[axis] - from[axis]);
    }
    return band;
  }

  OffsetGeometry geometry_;
  Index length_ = 0;      // of the last axis
  Index rows_ = 0;        // places of the other axes
  Index bias_count_ = 0;  // of all axes
  std::vector<std::vector<Index>> places_;
  std::vector<std::int32_t> in_row_;  // biases of the last axis by offset
  std::vector<Vector> bands_;
  std::vector<Vector> backward_;  // for the transpose
};

/// Sums of x over windows of `width` values, y[i] = sum of x[i .. i + width - 1], i < count; x: count + width - 1
/// values. Sums from both sides of block borders are added, none taken off: a window of small values stays exact.
/// Source: van Herk, Pattern Recognition Letters 1992, for sums in place of maxima.
void window_sums(const double* x, Index count, Index width, double* y) {
  Vector prefix(static_cast<std::size_t>(count + width - 1));
  Vector suffix(prefix.size() + 1, 0);
  for (Index k = 0; k < count + width - 1; ++k) {
    prefix[static_cast<std::size_t>(k)] = k % width == 0 ? x[k] : prefix[static_cast<std::size_t>(k - 1)] + x[k];
  }
  for (Index k = count + width - 2; k >= 0; --k) {
    suffix[static_cast<std::size_t>(k)] = (k + 1) % width == 0 ? x[k] : suffix[static_cast<std::size_t>(k + 1)] + x[k];
  }
  for (Index i = 0; i < count; ++i) {
    const double end = prefix[static_cast<std::size_t>(i + width - 1)];
    y[i] = i % width == 0 ? end : suffix[static_cast<std::size_t>(i)] + end;
  }
}

class BandForm : public OffsetForm {
 public:
  BandForm(const OffsetGeometry& geometry, std::span<const double> coefficients)
      : n_(geometry.extents[0]), clip_(geometry.clip), periodic_(geometry.periodic), causal_(geometry.causal) {
    // On a ring of even length the offset n / 2 counts as ahead.
    const Index most_ahead = periodic_ ? n_ / 2 : n_ - 1;
    const Index most_behind = periodic_ ? (n_ - 1) / 2 : n_ - 1;
    ahead_ = causal_ ? 0 : std::min(clip_ - 1, most_ahead);
    behind_ = std::min(clip_ - 1, most_behind);
    tail_ahead_ = causal_ ? 0 : std::max<Index>(0, most_ahead - clip_ + 1);
    tail_behind_ = std::max<Index>(0, most_behind - clip_ + 1);
    for (Index offset = -behind_; offset <= ahead_; ++offset) {
      band_.push_back(coefficients[static_cast<std::size_t>(offset + clip_)]);
    }
    backward_ = reversed(band_);
    behind_factor_ = coefficients[0];
    ahead_factor_ = coefficients[static_cast<std::size_t>(2 * clip_)];
  }

  void multiply(const double* x, Index /*count*/, bool transposed, double* y) const override {
    const Index ahead = transposed ? behind_ : ahead_;
    const Index behind = transposed ? ahead_ : behind_;
    std::fill_n(y, n_, 0);
    add_tail_ahead(x, transposed ? tail_behind_ : tail_ahead_, transposed ? behind_factor_ : ahead_factor_, y);
    add_tail_behind(x, transposed ? tail_ahead_ : tail_behind_, transposed ? ahead_factor_ : behind_factor_, y);
    const Vector& padded = around(x, behind, ahead);
    const Vector& c = transposed ? backward_ : band_;
    toeplitz_kernels().add_sliding_sums(c.data(), static_cast<Index>(c.size()), padded.data(), y, n_);
  }

  Index sum_count() const override { return behind_ + ahead_ + 3; }
  void add_sums(const double* x, const double* w, Index /*count*/, double* sums) const override {
    const Vector& padded = around(x, behind_, ahead_);
    const Index terms = behind_ + ahead_ + 1;
    toeplitz_kernels().add_sliding_sums(w, n_, padded.data(), sums, terms);
    thread_local Vector tails;
    tails.assign(static_cast<std::size_t>(n_), 0);
    add_tail_behind(x, tail_behind_, 1, tails.data());
    sums[terms] += along(w, tails);
    tails.assign(static_cast<std::size_t>(n_), 0);
    add_tail_ahead(x, tail_ahead_, 1, tails.data());
    sums[terms + 1] += along(w, tails);
  }
  void add_bias_sums(std::span<const double> sums, std::span<double> of_biases) const override {
    const Index terms = behind_ + ahead_ + 1;
    for (Index k = 0; k < terms; ++k) {
      of_biases[static_cast<std::size_t>(clip_ - behind_ + k)] += sums[static_cast<std::size_t>(k)];
    }
    of_biases[0] += sums[static_cast<std::size_t>(terms)];
    of_biases[static_cast<std::size_t>(2 * clip_)] += sums[static_cast<std::size_t>(terms + 1)];
  }

 private:
  /// x with the places before and after it: zeros, or those around the ring. In memory of the thread.
  const Vector& around(const double* x, Index before, Index after) const {
    thread_local Vector padded;
    padded.resize(static_cast<std::size_t>(before + n_ + after));
    std::copy_n(x, n_, padded.begin() + before);
    for (Index k = 0; k < before; ++k) padded[static_cast<std::size_t>(k)] = periodic_ ? x[n_ - before + k] : 0;
    for (Index k = 0; k < after; ++k) padded[static_cast<std::size_t>(before + n_ + k)] = periodic_ ? x[k] : 0;
    return padded;
  }

  /// y += factor times the sum of x over the `places` places that lie the clip or more ahead of each. On a line these
  /// are all to the end, so that fewer are left for later ones.
  void add_tail_ahead(const double* x, Index places, double factor, double* y) const {
    if (places == 0) return;
    if (periodic_) {
      add_windows(x, clip_, places, factor, y);
    } else {
      double sum = 0;
      for (Index i = n_ - 1 - clip_; i >= 0; --i) y[i] += factor * (sum += x[i + clip_]);
    }
  }
  void add_tail_behind(const double* x, Index places, double factor, double* y) const {
    if (places == 0) return;
    if (periodic_) {
      add_windows(x, 2 * n_ - clip_ - places + 1, places, factor, y);  // the farthest behind place 0, and a turn
    } else {
      double sum = 0;
      for (Index i = clip_; i < n_; ++i) y[i] += factor * (sum += x[i - clip_]);
    }
  }
  /// Windows around the ring: those of place i begin at place i + first.
  void add_windows(const double* x, Index first, Index places, double factor, double* y) const {
    Vector turned(static_cast<std::size_t>(n_ + places - 1));
    for (std::size_t k = 0; k < turned.size(); ++k) turned[k] = x[(first + static_cast<Index>(k)) % n_];
    Vector sums(static_cast<std::size_t>(n_));
    window_sums(turned.data(), n_, places, sums.data());
    for (Index i = 0; i < n_; ++i) y[i] += factor * sums[static_cast<std::size_t>(i)];
  }

  static double along(const double* w, const Vector& sums) {
    double sum = 0;
    for (std::size_t i = 0; i < sums.size(); ++i) sum += w[i] * sums[i];
    return sum;
  }

  Index n_;
  Index clip_;
  bool periodic_;
  bool causal_;
  Index ahead_ = 0;  // offsets of the band: -behind_ .. ahead_
  Index behind_ = 0;
  Index tail_ahead_ = 0;  // offsets of clip and more that there are
  Index tail_behind_ = 0;
  Vector band_;
  Vector backward_;  // for the transpose
  double behind_factor_ = 0;
  double ahead_factor_ = 0;
};

}  // namespace

Index OffsetGeometry::place_count() const {
  Index count = 1;
  for (const Index extent : extents) count *= extent;
  return count;
}

std::int32_t OffsetGeometry::axis_bias(std::size_t axis, Index offset) const {
  if (causal && offset > 0) return none;
  if (periodic) {
    const Index n = extents[axis];
    offset = (offset % n + n) % n;
    if (2 * offset > n) offset -= n;
  }
  return static_cast<std::int32_t>(std::clamp(offset, -clip, clip) + clip);
}

void OffsetForm::both(const double* x, const double* w, Index count, double* y, double* back, double* sums) const {
  multiply(x, count, false, y);
  multiply(w, count, true, back);
  if (sums != nullptr) add_sums(x, w, count, sums);
}

std::unique_ptr<OffsetForm> direct_form(const OffsetGeometry& geometry, std::span<const double> coefficients) {
  return std::make_unique<DirectForm>(geometry, coefficients);
}

std::unique_ptr<OffsetForm> band_form(const OffsetGeometry& geometry, std::span<const double> coefficients) {
  return std::make_unique<BandForm>(geometry, coefficients);
}

OffsetCosts offset_costs(const OffsetGeometry& geometry) {
  // Nanoseconds, from one busy core with 512-bit vectors: a product of the sliding sums, a value of a running sum, and
  // the step of a transform. Other processors move the borders, not the order of growth.
  constexpr double product = 0.14;
  constexpr double running = 8;
  constexpr double butterfly = 2.4;
  const auto n = static_cast<double>(geometry.place_count());
  double transform = 1;
  for (const Index extent : geometry.extents) {
    const bool ring = geometry.periodic && is_fft_length(extent);
    transform *= static_cast<double>(ring ? extent : fft_length(2 * extent - 1));
  }
  const double across = static_cast<double>(std::min(geometry.clip, geometry.extents[0]));
  return {.direct = product * 2 * n * n,
          .band = geometry.extents.size() == 1 ? n * (running + product * 2 * across)
                                               : std::numeric_limits<double>::infinity(),
          .fft = butterfly * transform * (2 + std::log2(transform))};
}

}  // namespace cairn::kernels
