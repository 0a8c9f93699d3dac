#pragma once

#include "optim/optimizer.h"

namespace cairn {

/// Adam (Kingma and Ba, ICLR 2015, algorithm 1) with weight decay in the gradient, or AdamW (Loshchilov and Hutter,
/// ICLR 2019, algorithm 2) with decay apart from it, scaled by the learning rate.
class Adam : public Optimizer {
 public:
  explicit Adam(const OptimizerOptions& options) : options_(options) {}
  void step(std::span<const NamedParameter> parameters, Real learning_rate) override;
  State state() const override;
  void restore(const State& state) override;

 private:
  OptimizerOptions options_;
  Index steps_ = 0;
  State means_;      // of gradients
  State variances_;  // of their squares
};

}  // namespace cairn
