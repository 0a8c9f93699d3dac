#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "tensor/tensor.h"

namespace cairn {

class BackwardStep;
using BackwardRule = std::function<void(BackwardStep&)>;

/// A value in the graph of operations. Copies are the same variable.
class Variable {
 public:
  /// No variable at all: defined() is false.
  Variable() = default;
  /// A value that no gradient is wanted for.
  static Variable constant(Tensor value);
  /// A value whose gradient backward() leaves in grad(), until clear_gradient().
  static Variable parameter(Tensor value);

  bool defined() const { return node_ != nullptr; }
  const Tensor& value() const;
  const Shape& shape() const { return value().shape(); }
  /// For optimizers and running statistics: changing a value that a recorded operation still needs falsifies gradients.
  Tensor& mutable_value() const;
  /// Sum of the gradients of all backward passes since clear_gradient(); undefined before the first.
  const Tensor& grad() const;
  Tensor& mutable_grad() const;
  void clear_gradient() const;
  bool wants_gradient() const;

 private:
  struct Node;
  explicit Variable(std::shared_ptr<Node> node);
  std::shared_ptr<Node> node_;

  friend class BackwardStep;
  friend Variable make_operation(std::string_view name, Tensor value, std::vector<Variable> inputs, BackwardRule rule);
  friend void backward(const Variable& loss);
};

/// What a backward rule sees of its operation. Nothing is copied.
class BackwardStep {
 public:
  /// Gradient of the loss with respect to the output, in its shape.
  const Tensor& upstream() const;
  /// The same, for a rule that uses it up as working memory: nobody reads it after the rule.
  Tensor& used_up_upstream();
  const Tensor& output() const;
  const Tensor& input(std::size_t i) const;
  /// Whether some parameter needs the gradient of input i.
  bool wants(std::size_t i) const;
  /// The gradient of input i, zero at first: rules add to it. The first call makes it: not from within parallel work.
  Tensor& gradient(std::size_t i);
  /// The same for a rule that can write as well as add, and so spares zeros that are only added to. fresh: nobody has
  /// added yet, values are undefined, and the rule must write them all.
  struct Target {
    Tensor& gradient;
    bool fresh;
  };
  Target target(std::size_t i);
  /// Adds the upstream, value by value, to the gradient of input i, which has as many: where it is the first, without a
  /// copy. To be called last: the upstream is gone afterwards.
  void hand_on(std::size_t i);

 private:
  explicit BackwardStep(Variable::Node& node) : node_(node) {}
  Variable::Node& node_;

  friend void backward(const Variable& loss);
};

/// Records `value` as the result of an operation. name: a literal. Where no input wants a gradient, or within a
/// WithoutGradients, inputs and rule are dropped at once and the result is a constant.
/// Throws NumericError naming the operation within a CheckNumbers if the value holds a NaN or an infinity.
Variable make_operation(std::string_view name, Tensor value, std::vector<Variable> inputs, BackwardRule rule);

/// Adds d loss / d p to grad() of every parameter p that the loss depends on, and releases the recorded operations.
/// Iterative: chains of any length. Throws ShapeError unless the loss is one value, Error where an earlier backward()
/// has released an operation that the loss needs: losses that share operations are added first.
void backward(const Variable& loss);

/// While it lives, operations of this thread record nothing: for evaluation.
class WithoutGradients {
 public:
  WithoutGradients();
  ~WithoutGradients();
  WithoutGradients(const WithoutGradients&) = delete;
  WithoutGradients& operator=(const WithoutGradients&) = delete;

 private:
  bool before_;
};

/// While it lives, operations of this thread record, also within a WithoutGradients: for rules that run operations.
class WithGradients {
 public:
  WithGradients();
  ~WithGradients();
  WithGradients(const WithGradients&) = delete;
  WithGradients& operator=(const WithGradients&) = delete;

 private:
  bool before_;
};

/// While it lives, every operation of this thread checks its result: slow, for finding where numbers went bad.
class CheckNumbers {
 public:
  CheckNumbers();
  ~CheckNumbers();
  CheckNumbers(const CheckNumbers&) = delete;
  CheckNumbers& operator=(const CheckNumbers&) = delete;

 private:
  bool before_;
};

/// Whether all values are finite.
bool all_finite(const Tensor& tensor);

}  // namespace cairn
