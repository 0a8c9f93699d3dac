#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/types.h"

/// What learnable Fourier features are worth: the acceptance experiments of docs/methods/learnable_fourier.md.
namespace cairn::benchmarks {

/// The product of two rows of Fourier features as drawn, beside its expectation exp(-d^2 / (2 gamma^2)) / 2.
struct FourierKernelRow {
  double gamma = 0;
  double distance = 0;  ///< in units of the coordinates
  double measured = 0;  ///< mean over directions at that distance
  double expected = 0;
};
/// gamma 1 and 0.25, distances of 0, 1/4, 1/2, 1 and 2 gamma in 16 directions of the plane.
std::vector<FourierKernelRow> fourier_kernel(Index features, std::uint64_t seed);

/// Likeness (rows scaled to length 1) of two points at one distance, along an axis and along the diagonal.
struct IsotropyRow {
  std::string encoder;  ///< "fourier features" or "concatenated sinusoids"
  double distance = 0;  ///< in pixels
  double along_axis = 0;
  double diagonal = 0;
};
/// Distances of 4 and 8 pixels; gamma = 3 pixels; 64 frequencies an axis for sinusoids.
std::vector<IsotropyRow> fourier_isotropy(Index features, std::uint64_t seed);

/// What the convergence experiment is run with.
struct ConvergenceOptions {
  Index seeds = 3;
  Index points = 600;  ///< of training, and as many of test
  Index steps = 1500;
  Index early = 200;  ///< the step at which the error is also noted
  double goal = 0.1;  ///< test error whose first step is noted
  double learning_rate = 3e-3;
  std::uint64_t seed = 0;
  std::vector<std::string> targets = {};   ///< names; empty: all
  std::vector<std::string> encoders = {};  ///< names; empty: all
};

/// One encoder on one target: test errors over the variance (NMSE), a value a seed.
struct ConvergenceRow {
  std::string target;
  std::string encoder;
  std::vector<double> early_error;
  std::vector<double> final_error;
  std::vector<double> steps_to_goal;  ///< infinity where a seed never gets there

  /// Steps that all seeds need on average: infinity where one never gets there.
  double mean_steps() const;
  double mean_early() const;
  double mean_final() const;
};

/// Learns two functions on [-1, 1]^2 from points: "rings", cos(9 |x|), and "anchors", a bump exp(-8 d^2) at
/// distance d from the nearest of six places. |F| = 64, H = 32, D = 32, a linear map on top, full-batch Adam. Of each
/// seed all encoders see the same points. progress: called after each row. Throws UsageError for unknown names, listing
/// the known ones, and for fewer than 1 seed, step or point.
std::vector<ConvergenceRow> fourier_convergence(const ConvergenceOptions& options,
                                                const std::function<void(const ConvergenceRow&)>& progress = {});
const std::vector<std::string_view>& convergence_targets();
const std::vector<std::string_view>& convergence_encoders();

}  // namespace cairn::benchmarks
