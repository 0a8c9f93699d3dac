#include "kernels/shape_check.h"

#include <fmt/format.h>

namespace cairn::kernels {

void require_matrix(std::string_view name, const Tensor& x) {
  if (x.rank() != 2) throw ShapeError(fmt::format("{}: expected a matrix, found {}", name, to_string(x.shape())));
}

void require_fit(bool fits, std::string_view name, const Tensor& a, const Tensor& b) {
  if (!fits) throw ShapeError(fmt::format("{}: {} does not fit {}", name, to_string(b.shape()), to_string(a.shape())));
}

}  // namespace cairn::kernels
