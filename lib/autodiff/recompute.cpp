#include "autodiff/recompute.h"

#include <algorithm>
#include <utility>

#include "autodiff/ops_dense.h"
#include "autodiff/ops_elementwise.h"
#include "kernels/elementwise.h"

namespace cairn {

namespace {

thread_local bool first_run = false;

/// While it lives, what runs is (or is not) in the first of its two runs.
class Run {
 public:
  explicit Run(bool is_first) : before_(std::exchange(first_run, is_first)) {}
  ~Run() { first_run = before_; }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

 private:
  bool before_;
};

}  // namespace

bool runs_again() { return first_run; }

Variable recompute(std::function<Variable(std::span<const Variable>)> f, std::vector<Variable> inputs,
                   std::vector<Variable> parameters) {
  const Tensor value = [&] {
    const WithoutGradients without_gradients;
    const Run run(true);
    return f(inputs).value();
  }();
  const std::size_t count = inputs.size();
  std::vector<Variable> all = std::move(inputs);
  all.insert(all.end(), parameters.begin(), parameters.end());
  return make_operation(
      "recompute", value, std::move(all), Reads::first_inputs(count), [f = std::move(f), count](BackwardStep& step) {
        const WithGradients with_gradients;
        const Run run(false);
        // Leaves of their own in place of the inputs: the way back ends at them. Parameters are leaves as they are, and
        // what they receive is added to their gradients at once.
        std::vector<Variable> leaves;
        for (std::size_t i = 0; i < count; ++i) {
          leaves.push_back(step.wants(i) ? Variable::parameter(step.input(i)) : Variable::constant(step.input(i)));
        }
        backward(sum(multiply(f(leaves), Variable::constant(step.upstream()))));
        for (std::size_t i = 0; i < count; ++i) {
          const Tensor& own = leaves[i].grad();
          if (!own.defined()) continue;
          // Not added to zeros: that would turn -0 into 0, and another bit is another result.
          const auto [gradient, fresh] = step.target(i);
          if (fresh) {
            std::copy(own.values().begin(), own.values().end(), gradient.data());
          } else {
            kernels::add_scaled(own, 1, gradient);
          }
        }
      });
}

}  // namespace cairn
