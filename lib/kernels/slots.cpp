#include "kernels/slots.h"

#include <algorithm>

#include "core/parallel.h"
#include "kernels/each_row.h"
#include "kernels/shape_check.h"

namespace cairn::kernels {

namespace {
Index slots_of(const Tensor& x, const Tensor& b) {
  require_fit(x.columns() == b.columns() && (b.rows() == 0 ? x.rows() == 0 : x.rows() % b.rows() == 0), "slots", x, b);
  return b.rows() == 0 ? 0 : x.rows() / b.rows();
}

/// work(node, slots that are reached, is_reached) for each node, in parallel; is_reached(row) is to be asked row by
/// row.
template <class Work>
void each_node_reached(Index nodes, Index slots, Index depth, std::span<const std::int32_t> unreached,
                       const Work& work) {
  parallel_blocks(nodes, block_rows(slots * depth), [&](Index begin, Index end) {
    auto next = std::lower_bound(unreached.begin(), unreached.end(), begin * slots);
    for (Index node = begin; node < end; ++node) {
      auto last = next;
      while (last != unreached.end() && *last < (node + 1) * slots) ++last;
      work(node, slots - (last - next), [&](Index row) {
        if (next == last || *next != row) return true;
        ++next;
        return false;
      });
      next = last;
    }
  });
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

Tensor mean_over_slots(const Tensor& x, Index nodes, std::span<const std::int32_t> unreached) {
  Tensor y(Shape{nodes, x.columns()});
  const Index slots = slots_of(x, y);
  const Index depth = x.columns();
  each_node_reached(nodes, slots, depth, unreached, [&](Index node, Index reached, auto is_reached) {
    Real* const to = y.row(node).data();
    for (Index row = node * slots; row < (node + 1) * slots; ++row) {
      if (!is_reached(row)) continue;
      const Real* const from = x.row(row).data();
      for (Index d = 0; d < depth; ++d) to[d] += from[d];
    }
    const Real share = reached > 0 ? 1 / static_cast<Real>(reached) : Real(0);
    for (Index d = 0; d < depth; ++d) to[d] *= share;
  });
  return y;
}

void add_mean_over_slots_gradient(const Tensor& y, std::span<const std::int32_t> unreached, Tensor& x, Store store) {
  const Index slots = slots_of(x, y);
  const Index depth = x.columns();
  each_node_reached(y.rows(), slots, depth, unreached, [&](Index node, Index reached, auto is_reached) {
    const Real* const from = y.row(node).data();
    const Real share = reached > 0 ? 1 / static_cast<Real>(reached) : Real(0);
    for (Index row = node * slots; row < (node + 1) * slots; ++row) {
      Real* const to = x.row(row).data();
      const Real factor = is_reached(row) ? share : Real(0);
      if (store == Store::write) {
        for (Index d = 0; d < depth; ++d) to[d] = factor * from[d];
      } else {
        for (Index d = 0; d < depth; ++d) to[d] += factor * from[d];
      }
    }
  });
}

}  // namespace cairn::kernels
