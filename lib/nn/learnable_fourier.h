#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "nn/linear.h"
#include "position/coordinates.h"

namespace cairn {

/// What a LearnableFourier is made of.
struct LearnableFourierOptions {
  Index axes = 0;       ///< K = G M coordinates of a node; those of a group side by side
  Index groups = 1;     ///< G: groups are encoded apart, by the same weights; K gives an encoding an axis
  Index features = 64;  ///< |F|, even: half of them cosines, half sines
  Index hidden = 32;    ///< |H|; 0: no perceptron, a row is its G |F| features
  Index width = 32;     ///< D, a multiple of G; not read where hidden is 0
  Real gamma = 1;       ///< length scale in units of the coordinates: default_length_scale() takes it from data
  bool learn_frequencies = true;  ///< false: they stay as drawn (random Fourier features)
};

/// Learnable Fourier features. For each group x [M] of a node's coordinates
///   r = [cos(x W), sin(x W)] / sqrt(|F|),   y = GELU(r W_1 + b_1) W_2 + b_2,
/// and the y of all groups side by side. At the start E <r(x), r(y)> = exp(-|x - y|^2 / (2 gamma^2)) / 2: alike is what
/// is near in all axes together. Parameters do not depend on the number of nodes, so a graph of any size can be
/// encoded. Frequencies W start normal with standard deviation 1 / gamma; the linear maps as Linear. GELU is exact
/// (erf). Eigenvectors are known up to their sign and cosines alone are blind to it: flip signs in training
/// (CapeOptions::flip_signs) where that matters.
/// Source: Li, Si, Li, Hsieh and Bengio, NeurIPS 2021, algorithm 1, whose variance gamma^-2 it is (some codes take that
/// for the standard deviation: they agree at gamma = 1 alone). What is not known (see forward) is ours.
class LearnableFourier : public Module {
 public:
  /// Throws UsageError for widths below 1, an odd number of features, groups that do not divide axes and width, and a
  /// gamma that is not above 0 and finite.
  LearnableFourier(const LearnableFourierOptions& options, Rng& rng);
  ~LearnableFourier() override;

  /// x: [N, K]. valid: [N * K] as in Coordinates, or empty: all is known. Returns [N, out_width()]. A coordinate that
  /// is not known adds nothing to the phases of its group, and a group of which none is known gives zeros.
  /// Throws ShapeError where x or valid do not fit.
  Variable forward(const Variable& x, std::span<const std::uint8_t> valid = {}) const;
  /// The same of coordinates that nothing learns.
  Variable forward(const Coordinates& coordinates) const;
  /// r of every group, without what is known or not: [N G, |F|], row u G + g.
  Variable features(const Variable& x) const;

  /// D, or G |F| without a perceptron.
  Index out_width() const;
  const LearnableFourierOptions& options() const { return options_; }
  /// W: [M, |F| / 2].
  const Variable& frequencies() const { return frequencies_; }
  void visit(const ParameterVisitor& visitor) const override;

 private:
  struct Perceptron;

  LearnableFourierOptions options_;
  Variable frequencies_;
  std::unique_ptr<Perceptron> perceptron_;  // null where hidden is 0
};

}  // namespace cairn
