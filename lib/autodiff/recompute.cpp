#include "autodiff/recompute.h"

#include <utility>

#include "autodiff/ops_dense.h"
#include "autodiff/ops_elementwise.h"
#include "kernels/elementwise.h"

namespace cairn {

Variable recompute(std::function<Variable(std::span<const Variable>)> f, std::vector<Variable> inputs,
                   std::vector<Variable> parameters) {
  const Tensor value = [&] {
    const WithoutGradients without_gradients;
    return f(inputs).value();
  }();
  const std::size_t count = inputs.size();
  std::vector<Variable> all = std::move(inputs);
  all.insert(all.end(), parameters.begin(), parameters.end());
  return make_operation("recompute", value, std::move(all), [f = std::move(f), count](BackwardStep& step) {
    const WithGradients with_gradients;
    // Leaves of their own in place of the inputs: the way back ends at them. Parameters are leaves as they are, and
    // what they receive is added to their gradients at once.
    std::vector<Variable> leaves;
    for (std::size_t i = 0; i < count; ++i) {
      leaves.push_back(step.wants(i) ? Variable::parameter(step.input(i)) : Variable::constant(step.input(i)));
    }
    backward(sum(multiply(f(leaves), Variable::constant(step.upstream()))));
    for (std::size_t i = 0; i < count; ++i) {
      if (leaves[i].grad().defined()) kernels::add_scaled(leaves[i].grad(), 1, step.gradient(i));
    }
  });
}

}  // namespace cairn
