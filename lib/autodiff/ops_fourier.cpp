#include "autodiff/ops_fourier.h"

#include <utility>

#include "kernels/dense.h"
#include "kernels/fourier.h"
#include "kernels/shape_check.h"

namespace cairn {

Variable fourier_features(const Variable& x, const Variable& frequencies) {
  const Reads reads = reads_of_product(x, frequencies);
  kernels::require_matrix("fourier_features", x.value());
  kernels::require_matrix("fourier_features", frequencies.value());
  kernels::require_fit(x.value().columns() == frequencies.value().rows(), "fourier_features", x.value(),
                       frequencies.value());
  Tensor y = kernels::fourier_features(kernels::matmul(x.value(), frequencies.value()));
  return make_operation("fourier_features", std::move(y), {x, frequencies}, reads.and_output(), [](BackwardStep& step) {
    const Tensor phase_gradient = kernels::fourier_phase_gradient(step.output(), step.upstream());
    if (step.wants(0)) {
      const auto [gradient, fresh] = step.target(0);
      const auto store = fresh ? kernels::Store::write : kernels::Store::add;
      kernels::add_matmul_bt(phase_gradient, step.input(1), gradient, store);
    }
    if (step.wants(1)) kernels::add_matmul_at(step.input(0), phase_gradient, step.gradient(1));
  });
}

}  // namespace cairn
