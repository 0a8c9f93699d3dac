#pragma once

#include "core/rng.h"
#include "tensor/tensor.h"

/// Values at which derivatives can be compared with differences. The same arguments give the same values.
namespace cairn::support {

/// Of both signs, sizes in [0.2, 1.5]: away from the kinks of relu, abs and their kind, which all stand at 0.
inline Tensor off_zero(const Shape& shape, std::uint64_t seed = 1) {
  Rng rng(seed);
  Tensor tensor(shape);
  for (Real& value : tensor.values()) {
    value = rng.uniform(Real(0.2), Real(1.5)) * (rng.uniform() < Real(0.5) ? Real(-1) : Real(1));
  }
  return tensor;
}

/// In [0.3, 2]: where logarithm, root and quotient are smooth.
inline Tensor positive(const Shape& shape, std::uint64_t seed = 1) {
  Rng rng(seed);
  Tensor tensor(shape);
  for (Real& value : tensor.values()) value = rng.uniform(Real(0.3), Real(2));
  return tensor;
}

/// offset + 0.3 k with k in -4 .. 4: sums of one of offset 0 and one of offset 0.13 stay 0.13 away from 0.
inline Tensor on_grid(const Shape& shape, Real offset, std::uint64_t seed = 1) {
  Rng rng(seed);
  Tensor tensor(shape);
  for (Real& value : tensor.values()) value = offset + Real(0.3) * static_cast<Real>(rng.below(9) - 4);
  return tensor;
}

/// What a gradient may differ from a central difference. In double 1e-7: the formula errs by h^2 = 1e-10 times a third
/// derivative, rounding by 1e-16 / h = 1e-11 times the result. In float, with h = 1e-2, the formula errs by 1e-4 / 6
/// times a third derivative, rounding by 6e-8 / h times results of up to 1e3: 1e-2.
constexpr double gradient_tolerance = sizeof(Real) == sizeof(double) ? 1e-7 : 2e-2;

}  // namespace cairn::support
