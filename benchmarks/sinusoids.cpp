#include "benchmarks/sinusoids.h"

#include <cmath>
#include <vector>

namespace cairn::benchmarks {

Tensor sinusoids(const Coordinates& coordinates, const SinusoidOptions& options) {
  const Index axes = coordinates.axis_count();
  Tensor encoded(Shape{coordinates.node_count(), 2 * options.count * axes});
  std::vector<double> frequencies;
  for (Index k = 0; k < options.count; ++k) {
    const double share = static_cast<double>(k) / static_cast<double>(options.count);
    frequencies.push_back(options.scale * std::pow(10000.0, -share));
  }
  for (Index u = 0; u < coordinates.node_count(); ++u) {
    for (Index axis = 0; axis < axes; ++axis) {
      if (!coordinates.is_valid(u, axis)) continue;
      Real* const to = encoded.row(u).data() + axis * 2 * options.count;
      for (Index k = 0; k < options.count; ++k) {
        const double phase =
            frequencies[static_cast<std::size_t>(k)] * static_cast<double>(coordinates.values.at(u, axis));
        to[k] = static_cast<Real>(std::sin(phase));
        to[options.count + k] = static_cast<Real>(std::cos(phase));
      }
    }
  }
  return encoded;
}

}  // namespace cairn::benchmarks
