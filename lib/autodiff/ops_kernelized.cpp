#include "autodiff/ops_kernelized.h"

#include <fmt/format.h>

#include <utility>

#include "autodiff/ops_dense.h"
#include "autodiff/ops_normalize.h"
#include "core/error.h"
#include "kernels/kernelized_attention.h"

namespace cairn {

Variable unit_heads(const Variable& x, Index heads) {
  if (heads < 1 || x.shape().rank() != 2 || x.value().columns() % heads != 0) {
    throw ShapeError(fmt::format("unit_heads: {} does not hold {} heads", to_string(x.shape()), heads));
  }
  const Index nodes = x.value().rows();
  const Index width = x.value().columns() / heads;
  return reshape(with_unit_rows(reshape(x, Shape{nodes * heads, width})), Shape{nodes, heads * width});
}

Variable random_features(const kernels::FeatureOptions& options, Index heads, const Tensor& draws, const Variable& x,
                         kernels::FeatureRole role, const std::vector<std::int32_t>& graph_of_node) {
  return make_operation("random_features",
                        kernels::random_features(options, heads, draws, x.value(), role, graph_of_node), {x},
                        Reads::inputs({0}).and_output(), [options, heads, draws](BackwardStep& step) {
                          kernels::add_random_features_gradient(options, heads, draws, step.input(0), step.output(),
                                                                step.upstream(), step.gradient(0));
                        });
}

Variable kernelized_attend(std::shared_ptr<const kernels::AttentionOperator> op, Index heads, const Variable& query,
                           const Variable& key, const Variable& value, const Variable& biases,
                           std::vector<std::uint8_t> key_mask) {
  Tensor denominators;
  Tensor z = kernels::kernelized_attend(
      *op, heads, {query.value(), key.value(), value.value(), biases.value(), key_mask}, denominators);
  return make_operation(
      "kernelized_attend", std::move(z), {query, key, value, biases}, Reads::everything(),
      [op = std::move(op), heads, denominators, key_mask = std::move(key_mask)](BackwardStep& step) {
        const auto gradient = [&](std::size_t i) { return step.wants(i) ? &step.gradient(i) : nullptr; };
        kernels::add_kernelized_attend_gradients(
            *op, heads, {step.input(0), step.input(1), step.input(2), step.input(3), key_mask}, step.output(),
            denominators, step.upstream(), {gradient(0), gradient(1), gradient(2), gradient(3)});
      });
}

}  // namespace cairn
