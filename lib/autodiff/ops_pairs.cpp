#include "autodiff/ops_pairs.h"

#include <utility>

namespace cairn {

Variable pair_l1(const Variable& z, std::shared_ptr<const PairList> pairs) {
  Tensor values = kernels::pair_l1(*pairs, z.value());
  return make_operation("pair_l1", std::move(values), {z}, Reads::inputs({0}),
                        [pairs = std::move(pairs)](BackwardStep& step) {
                          kernels::add_pair_l1_gradient(*pairs, step.input(0), step.upstream(), step.gradient(0));
                        });
}

Variable pair_dot(const Variable& z, std::shared_ptr<const PairList> pairs) {
  Tensor values = kernels::pair_dot(*pairs, z.value());
  return make_operation("pair_dot", std::move(values), {z}, Reads::inputs({0}),
                        [pairs = std::move(pairs)](BackwardStep& step) {
                          kernels::add_pair_dot_gradient(*pairs, step.input(0), step.upstream(), step.gradient(0));
                        });
}

Variable pair_l2(const Variable& z, std::shared_ptr<const PairList> pairs) {
  Tensor values = kernels::pair_l2(*pairs, z.value());
  return make_operation(
      "pair_l2", std::move(values), {z}, Reads::everything(), [pairs = std::move(pairs)](BackwardStep& step) {
        kernels::add_pair_l2_gradient(*pairs, step.input(0), step.output(), step.upstream(), step.gradient(0));
      });
}

}  // namespace cairn
