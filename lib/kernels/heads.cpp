#include "kernels/heads.h"

#include <fmt/format.h>

#include "kernels/each_row.h"
#include "kernels/shape_check.h"
#include "kernels/vector_kernels.h"

namespace cairn::kernels {

namespace {
constexpr Index rows_per_partial = 1024;  // of sums over rows
}

Tensor head_dot(const Tensor& x, const Tensor& a) {
  require_fit(x.columns() == a.size(), "head_dot", x, a);
  const HeadRows rows{a.rows(), a.columns()};
  Tensor y = Tensor::uninitialized(Shape{x.rows(), rows.heads});
  const auto& kernels = vector_kernels();
  parallel_blocks(x.rows(), block_rows(a.size()),
                  [&](Index begin, Index end) { kernels.head_dot(rows, x.data(), a.data(), y.data(), begin, end); });
  return y;
}

void add_head_dot_x_gradient(const Tensor& upstream, const Tensor& a, Tensor& x_gradient) {
  require_fit(x_gradient.columns() == a.size() && upstream.columns() == a.rows(), "head_dot", upstream, a);
  const HeadRows rows{a.rows(), a.columns()};
  const auto& kernels = vector_kernels();
  parallel_blocks(upstream.rows(), block_rows(a.size()), [&](Index begin, Index end) {
    kernels.add_scaled_heads(rows, upstream.data(), a.data(), x_gradient.data(), begin, end);
  });
}

void add_head_dot_a_gradient(const Tensor& upstream, const Tensor& x, Tensor& a_gradient) {
  require_fit(x.columns() == a_gradient.size() && x.rows() == upstream.rows(), "head_dot", x, upstream);
  const HeadRows rows{a_gradient.rows(), a_gradient.columns()};
  const Index blocks = (x.rows() + rows_per_partial - 1) / rows_per_partial;
  Tensor partial(Shape{blocks, a_gradient.size()});
  const auto& kernels = vector_kernels();
  parallel_blocks(x.rows(), rows_per_partial, [&](Index begin, Index end) {
    Real* const sums = partial.data() + begin / rows_per_partial * a_gradient.size();
    kernels.add_head_sums(rows, upstream.data(), x.data(), sums, begin, end);
  });
  for (Index block = 0; block < blocks; ++block) {
    for (Index k = 0; k < a_gradient.size(); ++k) a_gradient.data()[k] += partial.data()[block * a_gradient.size() + k];
  }
}

Tensor mean_heads(const Tensor& x, Index heads) {
  if (heads < 1 || x.columns() % heads != 0) {
    throw ShapeError(fmt::format("mean_heads: {} does not hold {} heads", to_string(x.shape()), heads));
  }
  const Index width = x.columns() / heads;
  const Real share = Real(1) / static_cast<Real>(heads);
  Tensor y(Shape{x.rows(), width});
  each_row(y.rows(), heads * width, [&](Index i) {
    for (Index h = 0; h < heads; ++h) {
      const Real* const from = x.data() + (i * heads + h) * width;
      for (Index d = 0; d < width; ++d) y.data()[i * width + d] += share * from[d];
    }
  });
  return y;
}

void add_mean_heads_gradient(const Tensor& upstream, Index heads, Tensor& x_gradient) {
  require_fit(x_gradient.columns() == heads * upstream.columns(), "mean_heads", x_gradient, upstream);
  const Index width = upstream.columns();
  const Real share = Real(1) / static_cast<Real>(heads);
  each_row(upstream.rows(), heads * width, [&](Index i) {
    for (Index h = 0; h < heads; ++h) {
      Real* const to = x_gradient.data() + (i * heads + h) * width;
      for (Index d = 0; d < width; ++d) to[d] += share * upstream.data()[i * width + d];
    }
  });
}

}  // namespace cairn::kernels
