#include <algorithm>
#include <complex>

#include "kernels/fft.h"
#include "kernels/toeplitz.h"

namespace cairn::kernels {

namespace {

using Complex = std::complex<double>;
using Spectrum = std::vector<Complex>;

/// a b without the checks for infinities that std::complex makes at every product.
Complex product(Complex a, Complex b) {
  return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}

/// M x is a cyclic convolution of the padded x: a product of transforms. Two real columns are the parts of one complex
/// column, which M, being real, does not mix; and of a pair of such columns, the real part of sum conj(w) x is the sum
/// over both.
class FftForm : public OffsetForm {
 public:
  FftForm(const OffsetGeometry& geometry, std::span<const double> coefficients) : geometry_(geometry) {
    size_ = 1;
    for (const Index extent : geometry.extents) {
      const bool ring = geometry.periodic && is_fft_length(extent);
      lengths_.push_back(ring ? extent : fft_length(2 * extent - 1));
      size_ *= lengths_.back();
    }
    spectrum_.assign(static_cast<std::size_t>(size_), Complex());
    each_offset([&](Index place, Index bias) {
      const Index mirrored = place_of_negative(place);
      spectrum_[static_cast<std::size_t>(mirrored)] =
          coefficients[static_cast<std::size_t>(bias)] / static_cast<double>(size_);  // the inverse is unscaled
    });
    fft_forward(lengths_, lengths_, spectrum_.data());
  }

  Index columns_together() const override { return 2; }

  void multiply(const double* x, Index count, bool transposed, double* y) const override {
    Spectrum& z = buffer(0);
    transform(x, count, z);
    if (transposed) {
      multiply_conjugate(z);
    } else {
      multiply_plain(z);
    }
    back_to(z, count, y);
  }

  Index sum_count() const override { return 2 * size_; }
  void add_sums(const double* x, const double* w, Index count, double* sums) const override {
    Spectrum& z = buffer(0);
    Spectrum& upstream = buffer(1);
    transform(x, count, z);
    transform(w, count, upstream);
    correlate(z, upstream, sums);
  }
  void both(const double* x, const double* w, Index count, double* y, double* back, double* sums) const override {
    Spectrum& z = buffer(0);
    Spectrum& upstream = buffer(1);
    transform(x, count, z);
    transform(w, count, upstream);
    if (sums != nullptr) correlate(z, upstream, sums);
    multiply_plain(z);
    multiply_conjugate(upstream);
    back_to(z, count, y);
    back_to(upstream, count, back);
  }
  void add_bias_sums(std::span<const double> sums, std::span<double> of_biases) const override {
    Spectrum correlation(static_cast<std::size_t>(size_));
    for (std::size_t k = 0; k < correlation.size(); ++k) correlation[k] = {sums[2 * k], sums[2 * k + 1]};
    fft_inverse(lengths_, lengths_, correlation.data());
    each_offset([&](Index place, Index bias) {
      of_biases[static_cast<std::size_t>(bias)] +=
          correlation[static_cast<std::size_t>(place)].real() / static_cast<double>(size_);
    });
  }

 private:
  /// Working memory of a thread, of this form's size.
  Spectrum& buffer(int which) const {
    thread_local Spectrum buffers[2];
    buffers[which].resize(static_cast<std::size_t>(size_));
    return buffers[which];
  }

  /// work(place, bias) for every offset that has a bias; place: that of the offset modulo the lengths.
  template <class Work>
  void each_offset(const Work& work) const {
    const std::size_t axes = lengths_.size();
    std::vector<Index> offset(axes);
    const auto lowest = [&](std::size_t a) {
      return lengths_[a] < 2 * geometry_.extents[a] - 1 ? 0 : 1 - geometry_.extents[a];  // a ring at its own length
    };
    for (std::size_t a = 0; a < axes; ++a) offset[a] = lowest(a);
    while (true) {
      Index place = 0;
      Index bias = 0;
      for (std::size_t a = 0; a < axes && bias != OffsetGeometry::none; ++a) {
        place = place * lengths_[a] + (offset[a] + lengths_[a]) % lengths_[a];
        const Index along = geometry_.axis_bias(a, offset[a]);
        bias = along == OffsetGeometry::none ? along : bias * (2 * geometry_.clip + 1) + along;
      }
      if (bias != OffsetGeometry::none) work(place, bias);
      std::size_t a = axes;
      while (a > 0 && ++offset[a - 1] == geometry_.extents[a - 1]) {
        --a;
        offset[a] = lowest(a);
      }
      if (a == 0) return;
    }
  }

  Index place_of_negative(Index place) const {
    Index mirrored = 0;
    Index stride = 1;
    for (std::size_t a = lengths_.size(); a-- > 0;) {
      mirrored += (lengths_[a] - place % lengths_[a]) % lengths_[a] * stride;
      place /= lengths_[a];
      stride *= lengths_[a];
    }
    return mirrored;
  }

  /// work(k, place) for the k-th value of a column and its place among the padded ones; rows of the last axis at a
  /// time.
  template <class Work>
  void each_row(const Work& work) const {
    const std::size_t axes = lengths_.size();
    const Index row = geometry_.extents[axes - 1];
    std::vector<Index> at(axes - 1, 0);
    for (Index k = 0;; k += row) {
      Index place = 0;
      for (std::size_t a = 0; a + 1 < axes; ++a) place = place * lengths_[a] + at[a];
      if (axes > 1) place *= lengths_[axes - 1];
      work(k, place, row);
      std::size_t a = axes - 1;
      while (a > 0 && ++at[a - 1] == geometry_.extents[a - 1]) at[--a] = 0;
      if (a == 0) return;
    }
  }

  void transform(const double* x, Index count, Spectrum& z) const {
    std::fill(z.begin(), z.end(), Complex());
    const double* const second = count > 1 ? x + geometry_.place_count() : nullptr;
    each_row([&](Index k, Index place, Index row) {
      for (Index i = 0; i < row; ++i) {
        z[static_cast<std::size_t>(place + i)] = {x[k + i], second != nullptr ? second[k + i] : 0};
      }
    });
    fft_forward(lengths_, geometry_.extents, z.data());
  }

  void back_to(Spectrum& z, Index count, double* y) const {
    fft_inverse(lengths_, geometry_.extents, z.data());
    double* const second = y + geometry_.place_count();
    each_row([&](Index k, Index place, Index row) {
      for (Index i = 0; i < row; ++i) {
        y[k + i] = z[static_cast<std::size_t>(place + i)].real();
        if (count > 1) second[k + i] = z[static_cast<std::size_t>(place + i)].imag();
      }
    });
  }

  void multiply_plain(Spectrum& z) const {
    for (std::size_t k = 0; k < z.size(); ++k) z[k] = product(spectrum_[k], z[k]);
  }
  void multiply_conjugate(Spectrum& z) const {
    for (std::size_t k = 0; k < z.size(); ++k) z[k] = product(std::conj(spectrum_[k]), z[k]);
  }
  static void correlate(const Spectrum& z, const Spectrum& upstream, double* sums) {
    for (std::size_t k = 0; k < z.size(); ++k) {
      const Complex term = product(std::conj(upstream[k]), z[k]);
      sums[2 * k] += term.real();
      sums[2 * k + 1] += term.imag();
    }
  }

  OffsetGeometry geometry_;
  std::vector<Index> lengths_;
  Index size_ = 1;
  Spectrum spectrum_;
};

}  // namespace

std::unique_ptr<OffsetForm> fft_form(const OffsetGeometry& geometry, std::span<const double> coefficients) {
  return std::make_unique<FftForm>(geometry, coefficients);
}

}  // namespace cairn::kernels
