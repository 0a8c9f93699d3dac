#pragma once

#include <memory>
#include <string_view>

#include "nn/input.h"
#include "nn/module.h"

namespace cairn {

/// Sets the scale of activations between layers. x: [N, D]. Returns [N, D].
class NormLayer : public Module {
 public:
  virtual Variable forward(const Variable& x, const Pass& pass) const = 0;
};

/// (x - mean) / sqrt(variance + 1e-5) * gain + bias over each row. Source: Ba, Kiros and Hinton 2016.
class LayerNorm : public NormLayer {
 public:
  explicit LayerNorm(Index width);
  Variable forward(const Variable& x, const Pass& pass) const override;
  void visit(const ParameterVisitor& visitor) const override;

 private:
  Variable gain_;  // [D]
  Variable bias_;  // [D]
};

/// The same over each column: with the batch's own statistics in training, which also move the running ones by the
/// share `momentum`; with the running ones in evaluation. 1: those of the last batch alone, for rows that change faster
/// than an average follows. Source: Ioffe and Szegedy, ICML 2015; the usual momentum and the running variance's n / (n
/// - 1) as users of PyTorch know them.
class BatchNorm : public NormLayer {
 public:
  explicit BatchNorm(Index width, Real momentum = Real(0.1));
  Variable forward(const Variable& x, const Pass& pass) const override;
  void visit(const ParameterVisitor& visitor) const override;

 private:
  Real momentum_;
  Variable gain_;              // [D]
  Variable bias_;              // [D]
  Variable running_mean_;      // [D], a buffer
  Variable running_variance_;  // [D], a buffer
};

/// "layer", "batch", or "none" (null). Throws UsageError for another name.
std::unique_ptr<NormLayer> make_norm(std::string_view name, Index width);

}  // namespace cairn
