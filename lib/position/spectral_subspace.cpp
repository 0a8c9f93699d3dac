#include <fmt/format.h>

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <utility>

#include "core/error.h"
#include "core/parallel.h"
#include "core/rng.h"
#include "position/panels.h"
#include "position/spectral_solve.h"

namespace cairn {

namespace {

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr Index dense_nodes = 128;     // below, a whole decomposition takes no longer than a few rounds
constexpr Index dense_per_column = 4;  // a block of a quarter of all vectors saves nothing
// A round makes parts of a vector that belong to better ones grow, at most to so many times the vector itself, to be
// taken out again: a third of the digits goes.
constexpr double most_pollution = 1e6;
constexpr double most_growth = 1e12;
constexpr double parting = 0.02;    // see cut()
constexpr double least_degree = 8;  // a round solves within its block, which costs as much as several products
constexpr double most_degree = 1000;
// Rounding leaves errors of about 1e-16 / spread in the columns' inner products: 1e-13, far below any tolerance. Below
// 1e-13 a direction's own digits are noise.
constexpr double least_spread = 1e-3;
constexpr double noise_spread = 1e-13;
constexpr Index most_passes = 20;  // two or three are usual

/// Vectors of the block: half as many again as wanted, so that the last ones wanted stand clear of what is damped.
Index block_columns(Index count) {
  const Index columns = count + std::max<Index>(Panels::width, count / 2);
  return (columns + Panels::width - 1) / Panels::width * Panels::width;
}

RowMajor matrix_of(std::span<const double> values, Index columns) {
  return Eigen::Map<const RowMajor>(values.data(), columns, columns);
}

std::span<const double> values_of(const RowMajor& matrix) {
  return {matrix.data(), static_cast<std::size_t>(matrix.size())};
}

/// The block, in the scale of P: z = D^-1/2 x, so that orthonormal x are z with Z^T D Z = I and the vector of
/// eigenvalue 0 of L is constant. theta: eigenvalues of P, 1 - those of L.
class Subspace {
 public:
  Subspace(const WalkMatrix& walk, const SubspaceOptions& options)
      : walk_(walk),
        options_(options),
        rows_(walk.size()),
        columns_(block_columns(options.count)),
        z_(rows_, columns_),
        pz_(rows_, columns_) {
    fill_random(0, columns_, 0);
    remove_means(walk_.row_sums(), z_);
  }

  LaplacianPairs solve() {
    for (Index round = 1;; ++round) {
      rotate_to_ritz(round);
      if (worst_residual() <= options_.tolerance) return pairs();
      if (products_ >= options_.most_products) {
        throw NumericError(
            fmt::format("eigenvectors: after {} products the residual is {:.3g}, expected at most {:.3g}; ask for "
                        "fewer or allow more",
                        products_, worst_residual(), options_.tolerance));
      }
      filter();
      remove_means(walk_.row_sums(), z_);
    }
  }

 private:
  double theta(Index j) const { return theta_[static_cast<std::size_t>(j)]; }
  double residual(Index j) const { return residuals_[static_cast<std::size_t>(j)]; }
  double worst_residual() const { return *std::max_element(residuals_.begin(), residuals_.end()); }

  /// Columns first .. last - 1 anew, draws of a key of their own; x uniform, so that no node counts more by its degree.
  void fill_random(Index first, Index last, std::uint64_t draw_key) {
    const std::uint64_t key = stream_key(options_.key, draw_key);
    parallel_blocks(rows_, block_rows(columns_), [&](Index begin, Index end) {
      for (Index v = begin; v < end; ++v) {
        const std::uint64_t row_key = stream_key(key, static_cast<std::uint64_t>(v));
        const double scale = 1 / std::sqrt(walk_.row_sums()[static_cast<std::size_t>(v)]);
        for (Index j = first; j < last; ++j) {
          const double draw = static_cast<double>(draw_bits(row_key, static_cast<std::uint32_t>(j)));
          z_.at(v, j) = scale * (std::ldexp(draw + 0.5, -31) - 1);
        }
      }
    });
  }

  void multiply() {
    walk_.apply(z_, pz_, 0, {});
    ++products_;
  }

  /// Solves the problem within the block: its columns become orthonormal (under D) and best approximations, theta
  /// descending; P Z with them.
  void rotate_to_ritz(Index round) {
    multiply();
    for (Index pass = 1;; ++pass) {
      if (pass > most_passes) throw NumericError("eigenvectors: the block does not become orthonormal");
      const Whitening whitening = whiten();
      if (whitening.weak > 0) {
        // Columns that depend on others are drawn anew.
        multiply_columns(z_, values_of(whitening.factor));
        fill_random(0, whitening.weak, stream_key(static_cast<std::uint64_t>(round), static_cast<std::uint64_t>(pass)));
        remove_means(walk_.row_sums(), z_);
        multiply();
      } else if (whitening.spread < least_spread) {
        multiply_columns(z_, values_of(whitening.factor));
        multiply_columns(pz_, values_of(whitening.factor));
      } else {
        rotate_within(whitening.factor);
        break;
      }
    }
    residuals_ = weighted_residuals(walk_.row_sums(), z_, pz_,
                                    std::span(theta_).first(static_cast<std::size_t>(options_.count)));
  }

  /// Z factor is orthonormal, but for its first `weak` columns, which are 0.
  struct Whitening {
    RowMajor factor;
    Index weak = 0;
    double spread = 0;  // least eigenvalue of the columns' inner products, each scaled to length 1: 1 if orthogonal
  };

  Whitening whiten() const {
    const RowMajor products = matrix_of(weighted_product(walk_.row_sums(), z_, z_), columns_);
    Eigen::VectorXd scale(columns_);
    for (Index j = 0; j < columns_; ++j) scale(j) = products(j, j) > 0 ? 1 / std::sqrt(products(j, j)) : 0.0;
    const RowMajor scaled = scale.asDiagonal() * products * scale.asDiagonal();
    const Eigen::SelfAdjointEigenSolver<RowMajor> solver((scaled + scaled.transpose()) / 2);
    const Eigen::VectorXd& spread = solver.eigenvalues();  // ascending
    Whitening result;
    result.weak = (spread.array() < noise_spread).count();
    result.spread = spread(0);
    Eigen::VectorXd shrink = Eigen::VectorXd::Zero(columns_);
    for (Index j = result.weak; j < columns_; ++j) shrink(j) = 1 / std::sqrt(spread(j));
    result.factor = scale.asDiagonal() * solver.eigenvectors() * shrink.asDiagonal();
    return result;
  }

  void rotate_within(const RowMajor& factor) {
    const RowMajor products = matrix_of(weighted_product(walk_.row_sums(), z_, pz_), columns_);
    const RowMajor inner = factor.transpose() * products * factor;
    const Eigen::SelfAdjointEigenSolver<RowMajor> solver(-(inner + inner.transpose()) / 2);
    if (solver.info() != Eigen::Success) throw NumericError("eigenvectors: no convergence within the block");
    const RowMajor rotation = factor * solver.eigenvectors();
    multiply_columns(z_, values_of(rotation));
    multiply_columns(pz_, values_of(rotation));
    theta_.resize(static_cast<std::size_t>(columns_));
    for (Index j = 0; j < columns_; ++j) theta_[static_cast<std::size_t>(j)] = -solver.eigenvalues()(j);
  }

  /// What is below is damped. The block's last value, but where it is nearly that of the last wanted (an eigenvalue
  /// that repeats more often than the block is wide), a little below, so that the two still part.
  double cut() const {
    const double last = theta(columns_ - 1);
    const double parted = theta(options_.count - 1) - parting * (1 - theta(options_.count - 1));
    return std::clamp(std::min(last, parted), -0.95, 1 - 1e-12);
  }

  /// Growth a degree of what belongs to `value`, its logarithm: [-1, cut] is mapped to [-1, 1], beyond which Chebyshev
  /// polynomials grow like exp(degree acosh(.)).
  static double growth(double value, double cut) {
    return std::acosh(std::max(1.0, 1 + 2 * (value - cut) / (1 + cut)));
  }

  /// Degree that brings the worst wanted vector to its tolerance, or as far as the growth of the best one allows.
  Index degree(Index first, double cut) const {
    const double next = growth(theta(columns_ - 1), cut);  // what stays outside of the block grows no more than this
    double wanted = least_degree;
    for (Index j = first; j < options_.count; ++j) {
      const double missing = residual(j) / options_.tolerance;
      if (missing <= 1) continue;
      wanted = std::max(wanted, std::log(2 * missing) / std::max(growth(theta(j), cut) - next, 1e-9));
    }
    const double best = products_ == 1 ? 1.0 : theta(first);  // of a random start nothing is known yet
    const double ratio = std::clamp(most_pollution / worst_residual(), most_pollution, most_growth);
    const double allowed = std::log(ratio) / std::max(growth(best, cut), 1e-9);
    const double chosen = std::clamp(std::min(wanted, allowed), 2.0, most_degree);
    return static_cast<Index>(chosen) / 2 * 2;  // even: the result ends where Z is
  }

  /// Z <- T_m(P) Z on the columns from the first that is not converged, by T_j+1 = 2 t(P) T_j - T_j-1 with t linear.
  void filter() {
    Index first = 0;
    while (residual(first) <= options_.tolerance) ++first;
    const Index first_panel = first / Panels::width;
    const double edge = cut();
    const double center = (edge - 1) / 2;
    const double half = (edge + 1) / 2;
    const Index steps = degree(first_panel * Panels::width, edge);
    shift_first(first_panel, center, half);
    for (Index step = 2; step <= steps; ++step) {
      const bool even = step % 2 == 0;
      walk_.apply(even ? pz_ : z_, even ? z_ : pz_, first_panel, {.a = 2 / half, .b = -2 * center / half, .c = 1});
    }
    products_ += steps - 1;
  }

  /// T_1 = (P - center) / half, from the P Z at hand.
  void shift_first(Index first_panel, double center, double half) {
    const Index size = rows_ * Panels::width;
    for (Index panel = first_panel; panel < z_.count(); ++panel) {
      const double* const z = z_.panel(panel);
      double* const pz = pz_.panel(panel);
      parallel_blocks(size, 1 << 14, [&](Index begin, Index end) {
        for (Index i = begin; i < end; ++i) pz[i] = (pz[i] - center * z[i]) / half;
      });
    }
  }

  LaplacianPairs pairs() {
    LaplacianPairs result;
    const Index count = options_.count;
    for (Index j = 0; j < count; ++j) result.values.push_back(1 - theta(j));
    result.vectors.resize(static_cast<std::size_t>(rows_ * count));
    parallel_blocks(rows_, block_rows(count), [&](Index begin, Index end) {
      for (Index v = begin; v < end; ++v) {
        const double scale = std::sqrt(walk_.row_sums()[static_cast<std::size_t>(v)]);
        for (Index j = 0; j < count; ++j) {
          result.vectors[static_cast<std::size_t>(v * count + j)] = scale * z_.at(v, j);
        }
      }
    });
    return result;
  }

  const WalkMatrix& walk_;
  const SubspaceOptions& options_;
  Index rows_;
  Index columns_;
  Index products_ = 0;
  Panels z_;                       // [rows, columns]
  Panels pz_;                      // [rows, columns], P Z, or what a filter keeps beside Z
  std::vector<double> theta_;      // [columns], descending
  std::vector<double> residuals_;  // [count]
};

}  // namespace

bool prefers_dense_pairs(Index nodes, Index count) {
  return nodes <= std::max(dense_nodes, dense_per_column * block_columns(count));
}

LaplacianPairs iterated_laplacian_pairs(const WalkMatrix& walk, const SubspaceOptions& options) {
  if (prefers_dense_pairs(walk.size(), options.count)) {
    throw UsageError(fmt::format("iterated eigenvectors: expected far more than {} nodes for {} of them", walk.size(),
                                 options.count));
  }
  return Subspace(walk, options).solve();
}

}  // namespace cairn
