#pragma once

#include <complex>
#include <span>

#include "core/types.h"

namespace cairn::kernels {

/// Whether n >= 1 is a product of 2, 3 and 5: lengths at which transforms take O(n log n). At a prime they take O(n^2).
bool is_fft_length(Index n);
/// The smallest such length that is at least n.
Index fft_length(Index n);

/// Discrete Fourier transform over all axes of values [lengths...], in place and unscaled: forward with
/// exp(-2 pi i f j / L). The values of ONE graph: nothing here knows of several. filled: the values that are not 0
/// stand below these coordinates; lines of zeros are left out. Plans are kept, one for each thread and length.
void fft_forward(std::span<const Index> lengths, std::span<const Index> filled, std::complex<double>* values);
/// With exp(+2 pi i f j / L): applied to the forward transform, it gives the values times the product of lengths.
/// wanted: values below these coordinates are worked out, others are undefined.
void fft_inverse(std::span<const Index> lengths, std::span<const Index> wanted, std::complex<double>* values);

}  // namespace cairn::kernels
