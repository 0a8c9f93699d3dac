#pragma once

#include "position/coordinates.h"

namespace cairn::benchmarks {

/// Frequencies scale * 10000^(-k / count), k = 0 .. count - 1, of sines and cosines.
struct SinusoidOptions {
  Index count = 16;
  double scale = 1;
};

/// Sines and cosines of each axis by itself, axes side by side: [N, 2 count K]; what is not known gives zeros.
/// Source: Vaswani et al., NIPS 2017, section 3.5, with a block of sines before one of cosines.
Tensor sinusoids(const Coordinates& coordinates, const SinusoidOptions& options);

}  // namespace cairn::benchmarks
