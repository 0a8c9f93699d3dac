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
  struct Input {
    std::shared_ptr<Node> node;
    Tensor value;  // undefined unless the rule reads it
  };

  Shape shape;
  Tensor grad;
  Tensor output;  // undefined unless the rule reads it
  std::vector<Input> inputs;
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
    thread_local std::vector<std::shared_ptr<Node>> orphans;
    thread_local bool releasing = false;
    for (Input& input : inputs) orphans.push_back(std::move(input.node));
    inputs.clear();
    if (releasing) return;
    releasing = true;
    while (!orphans.empty()) {
      const std::shared_ptr<Node> next = std::move(orphans.back());
      orphans.pop_back();
    }
    releasing = false;
  }

  /// Takes back what a failed backward() left in `pending` and below.
  static void forget_pass(std::vector<std::shared_ptr<Node>> pending) {
    while (!pending.empty()) {
      const std::shared_ptr<Node> current = std::move(pending.back());
      pending.pop_back();
      if (current->rule) current->grad = Tensor();  // a parameter keeps its gradient
      for (const Input& input : current->inputs) {
        if (std::exchange(input.node->waiting, 0) != 0) pending.push_back(input.node);
      }
    }
  }
};

struct Variable::Held {
  Tensor value;
  std::shared_ptr<Node> node;
};

Variable::Variable(std::shared_ptr<Held> held) : held_(std::move(held)) {}

Variable Variable::leaf(Tensor value, std::string_view name, bool wants) {
  auto node = std::make_shared<Node>();
  node->shape = value.shape();
  node->name = name;
  node->wants = wants;
  return Variable(std::make_shared<Held>(Held{std::move(value), std::move(node)}));
}

Variable Variable::constant(Tensor value) { return leaf(std::move(value), "constant", false); }
Variable Variable::parameter(Tensor value) { return leaf(std::move(value), "parameter", true); }

const Tensor& Variable::value() const { return held_->value; }
Tensor& Variable::mutable_value() const { return held_->value; }
const Tensor& Variable::grad() const { return held_->node->grad; }
Tensor& Variable::mutable_grad() const { return held_->node->grad; }
void Variable::clear_gradient() const { held_->node->grad = Tensor(); }
bool Variable::wants_gradient() const { return held_->node->wants; }

Tensor Variable::memory_for_result() const {
  const bool is_last = held_.use_count() == 1 && value().is_sole_owner();
  return is_last ? value() : Tensor::uninitialized(shape());
}

const Tensor& BackwardStep::upstream() const { return node_.grad; }
Tensor& BackwardStep::used_up_upstream() { return node_.grad; }

const Tensor& BackwardStep::output() const {
  if (!node_.output.defined()) {
    throw Error(fmt::format("{}: its backward rule reads the output, which it does not say", node_.name));
  }
  return node_.output;
}

void BackwardStep::release_output() { node_.output = Tensor(); }

const Tensor& BackwardStep::input(std::size_t i) const {
  const Tensor& value = node_.inputs[i].value;
  if (!value.defined()) {
    throw Error(fmt::format("{}: its backward rule reads input {}, which it does not say", node_.name, i));
  }
  return value;
}

const Shape& BackwardStep::shape(std::size_t i) const { return node_.inputs[i].node->shape; }
bool BackwardStep::wants(std::size_t i) const { return node_.inputs[i].node->wants; }

Tensor& BackwardStep::gradient(std::size_t i) {
  Variable::Node& input = *node_.inputs[i].node;
  if (!input.grad.defined()) input.grad = Tensor(input.shape);
  return input.grad;
}

BackwardStep::Target BackwardStep::target(std::size_t i) {
  Variable::Node& input = *node_.inputs[i].node;
  const bool fresh = !input.grad.defined();
  if (fresh) input.grad = Tensor::uninitialized(input.shape);
  return {input.grad, fresh};
}

void BackwardStep::hand_on(std::size_t i) {
  Variable::Node& input = *node_.inputs[i].node;
  const Tensor upstream = std::exchange(node_.grad, Tensor());
  if (input.grad.defined()) {
    kernels::add_scaled(upstream, 1, input.grad);
  } else {
    input.grad = upstream.reshaped(input.shape);
  }
}

Variable make_operation(std::string_view name, Tensor value, std::vector<Variable> inputs, const Reads& reads,
                        BackwardRule rule) {
  if (checking_numbers && !all_finite(value)) throw NumericError(fmt::format("{}: the result is not finite", name));
  const bool wants =
      recording && std::any_of(inputs.begin(), inputs.end(), [](const Variable& v) { return v.wants_gradient(); });
  Variable result = Variable::leaf(std::move(value), name, wants);
  if (!wants) return result;
  Variable::Node& node = *result.held_->node;
  node.rule = std::move(rule);
  if (reads.reads_output()) node.output = result.value();
  node.inputs.reserve(inputs.size());
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    node.inputs.push_back({inputs[i].held_->node, reads.reads_input(i) ? inputs[i].value() : Tensor()});
  }
  return result;
}

Variable make_operation(std::string_view name, Tensor value, std::vector<Variable> inputs, BackwardRule rule) {
  return make_operation(name, std::move(value), std::move(inputs), Reads::everything(), std::move(rule));
}

void backward(const Variable& loss) {
  using Node = Variable::Node;
  if (loss.value().size() != 1) {
    throw ShapeError(fmt::format("backward: expected a loss of one value, found {}", to_string(loss.shape())));
  }
  if (!loss.wants_gradient()) return;

  // Each operation waits until all its consumers in this graph have added to its gradient.
  const std::shared_ptr<Node>& last = loss.held_->node;
  std::vector<Node*> stack{last.get()};
  while (!stack.empty()) {
    Node* node = stack.back();
    stack.pop_back();
    if (node->released) {
      Node::forget_pass({last});
      throw Error(fmt::format(
          "backward: an earlier backward() has released '{}', which this loss needs too; add such losses to one",
          node->name));
    }
    for (const Node::Input& input : node->inputs) {
      if (input.node->wants && input.node->waiting++ == 0) stack.push_back(input.node.get());
    }
  }

  const bool is_parameter = !last->rule;
  if (is_parameter && last->grad.defined()) {
    last->grad.data()[0] += 1;
  } else {
    last->grad = Tensor(loss.shape(), Real(1));
  }
  std::vector<std::shared_ptr<Node>> ready{last};
  while (!ready.empty()) {
    const std::shared_ptr<Node> current = std::move(ready.back());
    ready.pop_back();
    Node& node = *current;
    if (!node.rule) continue;  // a parameter: its gradient stays
    try {
      BackwardStep step(node);
      node.rule(step);
    } catch (...) {
      ready.push_back(current);
      Node::forget_pass(std::move(ready));
      throw;
    }
    node.grad = Tensor();
    node.output = Tensor();
    node.rule = nullptr;
    node.released = true;
    std::vector<Node::Input> inputs = std::move(node.inputs);
    node.inputs.clear();
    for (Node::Input& input : inputs) {
      if (input.node->wants && --input.node->waiting == 0) ready.push_back(std::move(input.node));
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
