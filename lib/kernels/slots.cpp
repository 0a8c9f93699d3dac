#include "kernels/slots.h"

#include "kernels/each_row.h"
#include "kernels/shape_check.h"

namespace cairn::kernels {

namespace {
Index slots_of(const Tensor& x, const Tensor& b) {
  require_fit(x.columns() == b.columns() && (b.rows() == 0 ? x.rows() == 0 : x.rows() % b.rows() == 0), "slots", x, b);
  return b.rows() == 0 ? 0 : x.rows() / b.rows();
}
}  // namespace

Tensor add_to_slots(const Tensor& x, const Tensor& b) {
  const Index slots = slots_of(x, b);
  const Index depth = x.columns();
  Tensor y = Tensor::uninitialized(x.shape());
  each_row(b.rows(), slots * depth, [&](Index node) {
    const Real* const own = b.row(node).data();
    for (Index row = node * slots; row < (node + 1) * slots; ++row) {
      const Real* const from = x.row(row).data();
      Real* const to = y.row(row).data();
      for (Index d = 0; d < depth; ++d) to[d] = from[d] + own[d];
    }
  });
  return y;
}

void add_slot_sums(const Tensor& x, Tensor& b) {
  const Index slots = slots_of(x, b);
  const Index depth = x.columns();
  each_row(b.rows(), slots * depth, [&](Index node) {
    Real* const to = b.row(node).data();
    for (Index row = node * slots; row < (node + 1) * slots; ++row) {
      const Real* const from = x.row(row).data();
      for (Index d = 0; d < depth; ++d) to[d] += from[d];
    }
  });
}

}  // namespace cairn::kernels
