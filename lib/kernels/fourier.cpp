#include "kernels/fourier.h"

#include <cmath>

#include "kernels/each_row.h"
#include "kernels/shape_check.h"

namespace cairn::kernels {

namespace {
constexpr Index values_of_a_wave = 16;  // a sine and a cosine cost about what so many additions do
}

Tensor fourier_features(const Tensor& phases) {
  require_matrix("fourier_features", phases);
  const Index waves = phases.columns();
  Tensor y = Tensor::uninitialized(Shape{phases.rows(), 2 * waves});
  if (waves == 0) return y;
  const auto scale = static_cast<Real>(1 / std::sqrt(2.0 * static_cast<double>(waves)));
  each_row(phases.rows(), waves * values_of_a_wave, [&](Index i) {
    const Real* const phase = phases.data() + i * waves;
    Real* const cosine = y.data() + i * 2 * waves;
    Real* const sine = cosine + waves;
    for (Index r = 0; r < waves; ++r) {
      cosine[r] = scale * std::cos(phase[r]);
      sine[r] = scale * std::sin(phase[r]);
    }
  });
  return y;
}

Tensor fourier_phase_gradient(const Tensor& features, const Tensor& upstream) {
  require_fit(features.shape() == upstream.shape() && features.columns() % 2 == 0, "fourier_features", features,
              upstream);
  const Index waves = features.columns() / 2;
  Tensor gradient = Tensor::uninitialized(Shape{features.rows(), waves});
  each_row(features.rows(), waves, [&](Index i) {
    const Real* const cosine = features.data() + i * 2 * waves;
    const Real* const sine = cosine + waves;
    const Real* const u = upstream.data() + i * 2 * waves;
    for (Index r = 0; r < waves; ++r) gradient.data()[i * waves + r] = cosine[r] * u[waves + r] - sine[r] * u[r];
  });
  return gradient;
}

}  // namespace cairn::kernels
