#include "position/stable_rank.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <vector>

#include "core/error.h"
#include "core/parallel.h"
#include "core/rng.h"

namespace cairn {

namespace {

constexpr int most_steps = 300;
constexpr int steps_a_check = 5;
constexpr double tolerance = 1e-9;  // of the residual, as a share of the largest eigenvalue

using Vector = Eigen::VectorXd;

/// x -> A^T A x, or A A^T x where that is smaller.
class Gram {
 public:
  explicit Gram(const Tensor& a) : a_(a), block_(block_rows(a.columns(), 65536)) {}

  [[nodiscard]] Index size() const { return std::min(a_.rows(), a_.columns()); }
  [[nodiscard]] Vector times(const Vector& x) const {
    if (a_.columns() <= a_.rows()) return pulled([&](Index i) { return row_times(i, x); });
    const Vector y = pulled([&](Index i) { return x[i]; });
    Vector result(a_.rows());
    parallel_blocks(a_.rows(), block_, [&](Index begin, Index end) {
      for (Index i = begin; i < end; ++i) result[i] = row_times(i, y);
    });
    return result;
  }

 private:
  [[nodiscard]] double row_times(Index i, const Vector& x) const {
    const Real* row = a_.data() + i * a_.columns();
    double sum = 0;
    for (Index j = 0; j < a_.columns(); ++j) sum += static_cast<double>(row[j]) * x[j];
    return sum;
  }

  /// Sum over rows of weight(row) times the row: partial sums of fixed blocks, added in their order.
  template <class Weight>
  [[nodiscard]] Vector pulled(const Weight& weight) const {
    std::vector<Vector> partial(static_cast<std::size_t>((a_.rows() + block_ - 1) / block_));
    parallel_blocks(a_.rows(), block_, [&](Index begin, Index end) {
      Vector sum = Vector::Zero(a_.columns());
      for (Index i = begin; i < end; ++i) {
        const Real* row = a_.data() + i * a_.columns();
        const double factor = weight(i);
        for (Index j = 0; j < a_.columns(); ++j) sum[j] += factor * static_cast<double>(row[j]);
      }
      partial[static_cast<std::size_t>(begin / block_)] = std::move(sum);
    });
    Vector total = Vector::Zero(a_.columns());
    for (const Vector& part : partial) total += part;
    return total;
  }

  const Tensor& a_;
  Index block_;
};

struct Estimate {
  double value = 0;
  double last = 0;  // of its vector's components, the one along the newest Lanczos vector
};

/// Largest eigenvalue of the tridiagonal matrix of Lanczos' method.
Estimate largest_of(const std::vector<double>& diagonal, const std::vector<double>& beside) {
  const auto size = static_cast<Index>(diagonal.size());
  Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver;
  solver.computeFromTridiagonal(Eigen::Map<const Vector>(diagonal.data(), size),
                                Eigen::Map<const Vector>(beside.data(), size - 1));
  return {solver.eigenvalues()[size - 1], solver.eigenvectors()(size - 1, size - 1)};
}

double largest_eigenvalue(const Gram& gram) {
  Rng rng = Rng(1).split("stable rank");
  Vector start(gram.size());
  for (double& value : start) value = static_cast<double>(rng.normal());
  std::vector<Vector> basis{start / start.norm()};
  std::vector<double> diagonal;
  std::vector<double> beside;
  const auto steps = static_cast<int>(std::min<Index>(most_steps, gram.size()));
  for (int step = 1;; ++step) {
    Vector next = gram.times(basis.back());
    diagonal.push_back(basis.back().dot(next));
    // Against all before it, twice: rounding would otherwise bring found directions back.
    for (int round = 0; round < 2; ++round) {
      for (const Vector& before : basis) next -= before.dot(next) * before;
    }
    const double left = next.norm();
    const bool invariant = left <= 1e-14 * std::abs(diagonal.front());
    if (invariant || step == steps || step % steps_a_check == 0) {
      const Estimate estimate = largest_of(diagonal, beside);
      const double residual = left * std::abs(estimate.last);
      if (invariant || step == steps || residual <= tolerance * estimate.value) return estimate.value;
    }
    beside.push_back(left);
    basis.push_back(next / left);
  }
}

}  // namespace

double stable_rank(const Tensor& matrix) {
  double squares = 0;
  for (const Real value : matrix.values()) squares += static_cast<double>(value) * static_cast<double>(value);
  if (!std::isfinite(squares)) throw NumericError("stable rank: expected finite values");
  if (squares == 0) return 0;
  return squares / largest_eigenvalue(Gram(matrix));
}

}  // namespace cairn
