#pragma once

#include "optim/optimizer.h"

namespace cairn {

/// Stochastic gradient descent with momentum: v = momentum v + g, p -= rate v.
class Sgd : public Optimizer {
 public:
  explicit Sgd(const OptimizerOptions& options) : options_(options) {}
  void step(std::span<const NamedParameter> parameters, Real learning_rate) override;
  State state() const override;
  void restore(const State& state) override;

 private:
  OptimizerOptions options_;
  State velocities_;
};

}  // namespace cairn
