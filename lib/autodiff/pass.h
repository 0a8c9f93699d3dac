#pragma once

#include <cstdint>

#include "core/rng.h"
#include "core/types.h"

namespace cairn {

/// What a forward pass is for: evaluation, or training at a step. Every random draw of a layer is a function of the
/// seed, the step, the layer's key and the element, so a resumed run needs only its step.
class Pass {
 public:
  static Pass evaluation() { return Pass(false, 0, 0); }
  static Pass training(std::uint64_t seed, Index step) { return Pass(true, seed, step); }

  bool is_training() const { return is_training_; }
  Index step() const { return step_; }
  /// Key of a layer's draws in this pass.
  std::uint64_t draws(std::uint64_t layer_key) const {
    return stream_key(layer_key ^ mix_bits(seed_), static_cast<std::uint64_t>(step_));
  }

 private:
  Pass(bool is_training, std::uint64_t seed, Index step) : is_training_(is_training), seed_(seed), step_(step) {}

  bool is_training_;
  std::uint64_t seed_;
  Index step_;
};

}  // namespace cairn
