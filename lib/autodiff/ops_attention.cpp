#include "autodiff/ops_attention.h"

#include <utility>
#include <vector>

namespace cairn {

Variable dense_attend(std::shared_ptr<const kernels::AttentionBlocks> blocks, Index heads, const Variable& query,
                      const Variable& key, const Variable& value) {
  std::vector<Tensor> weights;
  Tensor y = kernels::dense_attend(*blocks, heads, query.value(), key.value(), value.value(), weights);
  return make_operation(
      "dense_attend", std::move(y), {query, key, value}, Reads::all_of_the_inputs(),
      [blocks = std::move(blocks), heads, weights = std::move(weights)](BackwardStep& step) {
        const auto gradient = [&](std::size_t i) { return step.wants(i) ? &step.gradient(i) : nullptr; };
        kernels::add_dense_attend_gradients(*blocks, heads, step.input(0), step.input(1), step.input(2), weights,
                                            step.upstream(), gradient(0), gradient(1), gradient(2));
      });
}

}  // namespace cairn
