#include "benchmarks/ridge.h"

#include <fmt/format.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace cairn::benchmarks {

namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Matrix to_matrix(const Tensor& x) {
  return Eigen::Map<const Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>(x.data(), x.rows(),
                                                                                                x.columns())
      .cast<double>();
}

/// Inverse of a + strength I, of a positive semidefinite a, times b.
Matrix solve(Matrix a, double strength, const Matrix& b) {
  a.diagonal().array() += strength;
  const Eigen::LLT<Eigen::MatrixXd> factors(a);
  if (factors.info() != Eigen::Success) throw NumericError("ridge: the equations are not positive definite");
  return factors.solve(b);
}

struct Eigenpairs {
  Eigen::VectorXd values;
  Eigen::MatrixXd vectors;
};

Eigenpairs eigenpairs(const Matrix& a) {
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(a);
  if (solver.info() != Eigen::Success) throw NumericError("ridge: eigenvalues not found");
  return {solver.eigenvalues(), solver.eigenvectors()};
}

}  // namespace

std::vector<double> ridge_values(const Tensor& rows, std::span<const double> targets, Index target_count,
                                 std::span<const Index> train, double strength) {
  const Index count = rows.rows();
  if (target_count < 1 || static_cast<Index>(targets.size()) != count * target_count) {
    throw ShapeError(fmt::format("ridge: {} targets for {} rows of {}", targets.size(), count, target_count));
  }
  Matrix z(count, rows.columns() + 1);
  z.leftCols(rows.columns()) = to_matrix(rows);
  z.rightCols(1).setOnes();
  const auto fitted = static_cast<Index>(train.size());
  Matrix z_train(fitted, z.cols());
  Matrix y(fitted, target_count);
  for (Index i = 0; i < fitted; ++i) {
    const Index row = train[static_cast<std::size_t>(i)];
    if (row < 0 || row >= count) throw ShapeError("ridge: a training row that does not exist");
    z_train.row(i) = z.row(row);
    y.row(i) = Eigen::Map<const Matrix>(targets.data() + row * target_count, 1, target_count);
  }
  const Matrix weights = fitted < z.cols()
                             ? Matrix(z_train.transpose() * solve(z_train * z_train.transpose(), strength, y))
                             : solve(z_train.transpose() * z_train, strength, z_train.transpose() * y);
  std::vector<double> values(targets.size());
  Eigen::Map<Matrix>(values.data(), count, target_count) = z * weights;
  return values;
}

Tensor product_grid_ridge(const Tensor& psi, const Tensor& psi_other, std::span<const double> values, double strength) {
  if (static_cast<Index>(values.size()) != psi.rows() * psi_other.rows()) {
    throw ShapeError(fmt::format("ridge: {} values on a grid of {} x {}", values.size(), psi.rows(), psi_other.rows()));
  }
  const Matrix a = to_matrix(psi);
  const Matrix b = to_matrix(psi_other);
  const Eigenpairs of_a = eigenpairs(a * a.transpose());
  const Eigenpairs of_b = eigenpairs(b * b.transpose());
  const Eigen::Map<const Matrix> y(values.data(), psi.rows(), psi_other.rows());
  Eigen::MatrixXd inner = of_a.vectors.transpose() * y * of_b.vectors;
  for (Index i = 0; i < inner.rows(); ++i) {
    for (Index j = 0; j < inner.cols(); ++j) {
      inner(i, j) /= std::max(0.0, of_a.values[i]) * std::max(0.0, of_b.values[j]) + strength;
    }
  }
  const Matrix weights = a.transpose() * of_a.vectors * inner * of_b.vectors.transpose() * b;
  Tensor result({psi.columns(), psi_other.columns()});
  std::transform(weights.data(), weights.data() + weights.size(), result.data(),
                 [](double value) { return static_cast<Real>(value); });
  return result;
}

double mean_square(std::span<const double> values, std::span<const double> targets, Index target_count,
                   std::span<const Index> part) {
  double sum = 0;
  for (const Index row : part) {
    for (Index t = 0; t < target_count; ++t) {
      const auto at = static_cast<std::size_t>(row * target_count + t);
      sum += (values[at] - targets[at]) * (values[at] - targets[at]);
    }
  }
  return sum / static_cast<double>(static_cast<Index>(part.size()) * target_count);
}

double psnr(double mean_squared_error) { return -10 * std::log10(mean_squared_error); }

}  // namespace cairn::benchmarks
