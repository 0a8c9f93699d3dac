#include "autodiff/variable.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "kernels/elementwise.h"

namespace cairn {

namespace {
thread_local bool recording = true;
thread_local bool checking_numbers = false;
}  // namespace

struct Variable::Node {
  Tensor value;
  Tensor grad;
  std::vector<Variable> inputs;
  BackwardRule rule;
  std::string_view name;
  bool wants = false;
  bool released = false;  // backward() has been here: inputs and rule are gone
  Index waiting = 0;      // consumers that a running backward() has yet to visit

  Node() = default;
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  /// The default destructor would recurse once an operation: a chain of a million would overflow the stack.
  ~Node() {
    if (inputs.empty()) return;
    thread_local std::vector<Variable> orphans;
    thread_local bool releasing = false;
    std::move(inputs.begin(), inputs.end(), std::back_inserter(orphans));
    inputs.clear();
    if (releasing) return;
    releasing = true;
    while (!orphans.empty()) {
      const Variable next = std::move(orphans.back());
      orphans.pop_back();
    }
    releasing = false;
  }

  /// Takes back what a failed backward() left in `pending` and below.
  static void forget_pass(std::vector<Variable> pending) {
    while (!pending.empty()) {
      const Variable current = std::move(pending.back());
      pending.pop_back();
      if (current.node_->rule) current.node_->grad = Tensor();  // a parameter keeps its gradient
      for (const Variable& input : current.node_->inputs) {
        if (std::exchange(input.node_->waiting, 0) != 0) pending.push_back(input);
      }
    }
  }
};

Variable::Variable(std::shared_ptr<Node> node) : node_(std::move(node)) {}

Variable Variable::constant(Tensor value) {
  auto node = std::make_shared<Node>();
  node->value = std::move(value);
  node->name = "constant";
  return Variable(std::move(node));
}

Variable Variable::parameter(Tensor value) {
  auto node = std::make_shared<Node>();
  node->value = std::move(value);
  node->name = "parameter";
  node->wants = true;
  return Variable(std::move(node));
}

const Tensor& Variable::value() const { return node_->value; }
Tensor& Variable::mutable_value() const { return node_->value; }
const Tensor& Variable::grad() const { return node_->grad; }
Tensor& Variable::mutable_grad() const { return node_->grad; }
void Variable::clear_gradient() const { node_->grad = Tensor(); }
bool Variable::wants_gradient() const { return node_->wants; }

const Tensor& BackwardStep::upstream() const { return node_.grad; }
Tensor& BackwardStep::used_up_upstream() { return node_.grad; }
const Tensor& BackwardStep::output() const { return node_.value; }
const Tensor& BackwardStep::input(std::size_t i) const { return node_.inputs[i].value(); }
bool BackwardStep::wants(std::size_t i) const { return node_.inputs[i].wants_gradient(); }

Tensor& BackwardStep::gradient(std::size_t i) {
  Variable::Node& input = *node_.inputs[i].node_;
  if (!input.grad.defined()) input.grad = Tensor(input.value.shape());
  return input.grad;
}

BackwardStep::Target BackwardStep::target(std::size_t i) {
  Variable::Node& input = *node_.inputs[i].node_;
  const bool fresh = !input.grad.defined();
  if (fresh) input.grad = Tensor::uninitialized(input.value.shape());
  return {input.grad, fresh};
}

void BackwardStep::hand_on(std::size_t i) {
  Variable::Node& input = *node_.inputs[i].node_;
  const Tensor upstream = std::exchange(node_.grad, Tensor());
  if (input.grad.defined()) {
    kernels::add_scaled(upstream, 1, input.grad);
  } else {
    input.grad = upstream.reshaped(input.value.shape());
  }
}

Variable make_operation(std::string_view name, Tensor value, std::vector<Variable> inputs, BackwardRule rule) {
  if (checking_numbers && !all_finite(value)) throw NumericError(fmt::format("{}: the result is not finite", name));
  auto node = std::make_shared<Variable::Node>();
  node->value = std::move(value);
  node->name = name;
  node->wants =
      recording && std::any_of(inputs.begin(), inputs.end(), [](const Variable& v) { return v.wants_gradient(); });
  if (node->wants) {
    node->inputs = std::move(inputs);
    node->rule = std::move(rule);
  }
  return Variable(std::move(node));
}

void backward(const Variable& loss) {
  if (loss.value().size() != 1) {
    throw ShapeError(fmt::format("backward: expected a loss of one value, found {}", to_string(loss.shape())));
  }
  if (!loss.wants_gradient()) return;

  // Each operation waits until all its consumers in this graph have added to its gradient.
  std::vector<Variable::Node*> stack{loss.node_.get()};
  while (!stack.empty()) {
    Variable::Node* node = stack.back();
    stack.pop_back();
    if (node->released) {
      Variable::Node::forget_pass({loss});
      throw Error(fmt::format(
          "backward: an earlier backward() has released '{}', which this loss needs too; add such losses to one",
          node->name));
    }
    for (const Variable& input : node->inputs) {
      if (input.wants_gradient() && input.node_->waiting++ == 0) stack.push_back(input.node_.get());
    }
  }

  const bool is_parameter = !loss.node_->rule;
  if (is_parameter && loss.node_->grad.defined()) {
    loss.node_->grad.data()[0] += 1;
  } else {
    loss.node_->grad = Tensor(loss.shape(), Real(1));
  }
  std::vector<Variable> ready{loss};
  while (!ready.empty()) {
    const Variable current = std::move(ready.back());
    ready.pop_back();
    Variable::Node& node = *current.node_;
    if (!node.rule) continue;  // a parameter: its gradient stays
    try {
      BackwardStep step(node);
      node.rule(step);
    } catch (...) {
      ready.push_back(current);
      Variable::Node::forget_pass(std::move(ready));
      throw;
    }
    node.grad = Tensor();
    node.rule = nullptr;
    node.released = true;
    std::vector<Variable> inputs = std::move(node.inputs);
    node.inputs.clear();
    for (Variable& input : inputs) {
      if (input.wants_gradient() && --input.node_->waiting == 0) ready.push_back(std::move(input));
    }
  }
}

WithoutGradients::WithoutGradients() : before_(std::exchange(recording, false)) {}
WithoutGradients::~WithoutGradients() { recording = before_; }

WithGradients::WithGradients() : before_(std::exchange(recording, true)) {}
WithGradients::~WithGradients() { recording = before_; }

CheckNumbers::CheckNumbers() : before_(std::exchange(checking_numbers, true)) {}
CheckNumbers::~CheckNumbers() { checking_numbers = before_; }

bool all_finite(const Tensor& tensor) {
  return std::all_of(tensor.values().begin(), tensor.values().end(), [](Real value) { return std::isfinite(value); });
}

}  // namespace cairn
