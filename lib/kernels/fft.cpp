#include "kernels/fft.h"

#include <algorithm>
#include <unsupported/Eigen/FFT>
#include <vector>

namespace cairn::kernels {

namespace {

using Complex = std::complex<double>;

/// Plans of a thread. They hold a root of unity for each place: where many lengths come by, all are forgotten.
class Plans {
 public:
  void transform(Index length, bool inverse, const Complex* from, Complex* to) {
    if (std::find(lengths_.begin(), lengths_.end(), length) == lengths_.end()) {
      if (places_ + length > most_places) {
        fft_.impl().clear();
        lengths_.clear();
        places_ = 0;
      }
      lengths_.push_back(length);
      places_ += length;
    }
    if (inverse) {
      fft_.impl().inv(to, from, static_cast<int>(length));
    } else {
      fft_.impl().fwd(to, from, static_cast<int>(length));
    }
  }

 private:
  static constexpr Index most_places = Index(1) << 23;  // 256 MiB in both directions
  Eigen::FFT<double> fft_;
  std::vector<Index> lengths_;
  Index places_ = 0;
};

Plans& plans() {
  thread_local Plans of_thread;
  return of_thread;
}

/// Transforms every line along `axis` whose coordinates on earlier axes are below `limits`.
void transform_axis(std::span<const Index> lengths, std::span<const Index> limits, std::size_t axis, bool inverse,
                    Complex* values) {
  const Index length = lengths[axis];
  if (length == 1) return;
  Index stride = 1;
  for (std::size_t a = axis + 1; a < lengths.size(); ++a) stride *= lengths[a];
  thread_local std::vector<Complex> buffer;
  if (static_cast<Index>(buffer.size()) < 2 * length) buffer.resize(static_cast<std::size_t>(2 * length));
  Complex* const in = buffer.data();
  Complex* const out = in + length;
  std::vector<Index> at(axis, 0);
  while (true) {
    Index start = 0;
    for (std::size_t a = 0; a < axis; ++a) start = start * lengths[a] + at[a];
    start *= length * stride;
    for (Index s = 0; s < stride; ++s) {
      Complex* const line = values + start + s;
      for (Index i = 0; i < length; ++i) in[i] = line[i * stride];
      plans().transform(length, inverse, in, out);
      for (Index i = 0; i < length; ++i) line[i * stride] = out[i];
    }
    std::size_t a = axis;
    while (a > 0 && ++at[a - 1] == limits[a - 1]) at[--a] = 0;
    if (a == 0) return;
  }
}

}  // namespace

bool is_fft_length(Index n) {
  if (n < 1) return false;
  for (const Index factor : {2, 3, 5}) {
    while (n % factor == 0) n /= factor;
  }
  return n == 1;
}

Index fft_length(Index n) {
  n = std::max<Index>(n, 1);
  while (!is_fft_length(n)) ++n;
  return n;
}

void fft_forward(std::span<const Index> lengths, std::span<const Index> filled, std::complex<double>* values) {
  for (std::size_t axis = lengths.size(); axis-- > 0;) transform_axis(lengths, filled, axis, false, values);
}

void fft_inverse(std::span<const Index> lengths, std::span<const Index> wanted, std::complex<double>* values) {
  for (std::size_t axis = 0; axis < lengths.size(); ++axis) transform_axis(lengths, wanted, axis, true, values);
}

}  // namespace cairn::kernels
