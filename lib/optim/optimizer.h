#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "autodiff/parameter.h"

namespace cairn {

struct OptimizerOptions {
  std::string name = "adam";  // sgd, adam, adamw
  Real weight_decay = 0;      // of weights: added to the gradient (sgd, adam) or taken off the weight itself (adamw)
  Real momentum = 0;          // sgd
  Real beta1 = Real(0.9);     // adam, adamw
  Real beta2 = Real(0.999);
  Real epsilon = Real(1e-8);
};

/// Moves parameters against their gradients.
class Optimizer {
 public:
  virtual ~Optimizer() = default;
  /// One step for every trained parameter that has a gradient.
  virtual void step(std::span<const NamedParameter> parameters, Real learning_rate) = 0;

  /// Running averages by "<kind>.<parameter>", and the count of steps: with them a run continues to the same bits.
  using State = std::map<std::string, Tensor>;
  virtual State state() const = 0;
  /// Throws Error for a state of another kind of optimizer, or one that lacks a part.
  virtual void restore(const State& state) = 0;

 protected:
  /// Whether a step moves the parameter: not a buffer, and it has a gradient.
  static bool moves(const NamedParameter& parameter);
  /// The running average of a parameter, zero at first. Throws ShapeError unless average, gradient and parameter have
  /// one shape: a restored state may be that of another model.
  static Tensor& average_of(State& averages, const NamedParameter& parameter);
  static void save_averages(std::string_view kind, const State& averages, State& to);
};

/// Scales all gradients together so that their Euclidean norm is at most `most`; 0: leaves them. Returns the norm
/// before.
double clip_gradients(std::span<const NamedParameter> parameters, double most);

}  // namespace cairn
