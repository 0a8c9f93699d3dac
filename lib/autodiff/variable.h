#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "autodiff/reads.h"
#include "tensor/tensor.h"

namespace cairn {

class BackwardStep;
using BackwardRule = std::function<void(BackwardStep&)>;

/// A value in the graph of operations. Copies are the same variable, and hold its value: recorded operations hold no
/// variables, but the values that their rules read. So a value that no rule reads is given back with the last handle,
/// and who moves a handle into an operation lets go of it there and then.
class Variable {
 public:
  /// No variable at all: defined() is false.
  Variable() = default;
  /// A value that no gradient is wanted for.
  static Variable constant(Tensor value);
  /// A value whose gradient backward() leaves in grad(), until clear_gradient().
  static Variable parameter(Tensor value);

  bool defined() const { return held_ != nullptr; }
  const Tensor& value() const;
  const Shape& shape() const { return value().shape(); }
  /// For optimizers and running statistics: changing a value that a recorded operation still needs falsifies gradients.
  Tensor& mutable_value() const;
  /// Sum of the gradients of all backward passes since clear_gradient(); undefined before the first.
  const Tensor& grad() const;
  Tensor& mutable_grad() const;
  void clear_gradient() const;
  bool wants_gradient() const;

  /// Memory for a result of this shape: that of the value itself where nobody else can read it any more - no other
  /// handle, no rule, no tensor - else new memory, uninitialized. For an operation that was moved the last handle and
  /// whose rule does not read the value: it may write over it.
  Tensor memory_for_result() const;

 private:
  struct Node;  // the place in the graph: gradient, rule, inputs
  struct Held;  // what handles share: value and node
  explicit Variable(std::shared_ptr<Held> held);
  static Variable leaf(Tensor value, std::string_view name, bool wants);
  std::shared_ptr<Held> held_;

  friend class BackwardStep;
  friend Variable make_operation(std::string_view name, Tensor value, std::vector<Variable> inputs, const Reads& reads,
                                 BackwardRule rule);
  friend void backward(const Variable& loss);
};

/// What a backward rule sees of its operation. Nothing is copied.
class BackwardStep {
 public:
  /// Gradient of the loss with respect to the output, in its shape.
  const Tensor& upstream() const;
  /// The same, for a rule that uses it up as working memory: nobody reads it after the rule.
  Tensor& used_up_upstream();
  /// Throw Error where the operation did not say that its rule reads them.
  const Tensor& output() const;
  /// Lets go of the output: for a rule that has read it, and goes on to ask for as much memory.
  void release_output();
  const Tensor& input(std::size_t i) const;
  /// Of input i, whether or not its value is kept.
  const Shape& shape(std::size_t i) const;
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

/// Records `value` as the result of an operation. name: a literal. reads: the values that the rule asks its step for,
/// all that are kept for it. Where no input wants a gradient, or within a WithoutGradients, inputs and rule are dropped
/// at once and the result is a constant.
/// Throws NumericError naming the operation within a CheckNumbers if the value holds a NaN or an infinity.
Variable make_operation(std::string_view name, Tensor value, std::vector<Variable> inputs, const Reads& reads,
                        BackwardRule rule);
/// The same for a rule that may read everything.
Variable make_operation(std::string_view name, Tensor value, std::vector<Variable> inputs, BackwardRule rule);

/// Reads::of_product for the factors a and b.
inline Reads reads_of_product(const Variable& a, const Variable& b) {
  return Reads::of_product(a.wants_gradient(), b.wants_gradient());
}

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
