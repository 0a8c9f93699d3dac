#include "models/report/plane.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>

#include "core/error.h"
#include "core/parallel.h"
#include "core/rng.h"

namespace cairn {

namespace {

using Vector = std::vector<double>;
using Columns = std::vector<Vector>;  // a matrix, a vector a column

// Two axes are wanted; the more vectors are iterated, the faster those two settle.
constexpr std::size_t most_vectors = 8;
constexpr int most_steps = 500;
constexpr double tolerance = 1e-10;  // of an axis's own variance: finer than a picture or a float can show
constexpr double rounding = 1e-14;   // of the first variance: what products leave in any case

double dot(const Vector& a, const Vector& b) { return std::inner_product(a.begin(), a.end(), b.begin(), 0.0); }

void add_scaled(Vector& to, double factor, const Vector& from) {
  for (std::size_t i = 0; i < to.size(); ++i) to[i] += factor * from[i];
}

/// x with its rows centered and divided by its largest magnitude, so that squares cannot overflow.
class CenteredRows {
 public:
  explicit CenteredRows(const Tensor& x) : x_(x), usable_(static_cast<std::size_t>(x.rows())) {
    Index count = 0;
    for (Index n = 0; n < x.rows(); ++n) {
      const auto row = x.row(n);
      const bool finite = std::all_of(row.begin(), row.end(), [](Real value) { return std::isfinite(value); });
      usable_[static_cast<std::size_t>(n)] = finite ? 1 : 0;
      if (!finite) continue;
      ++count;
      for (const Real value : row) size_ = std::max(size_, std::abs(static_cast<double>(value)));
    }
    mean_.assign(width(), 0.0);
    if (size_ == 0) size_ = 1;
    for (Index n = 0; n < x.rows(); ++n) {
      if (!usable(n)) continue;
      const auto row = x.row(n);
      for (std::size_t d = 0; d < width(); ++d) mean_[d] += static_cast<double>(row[d]) / size_;
    }
    for (double& value : mean_) value /= static_cast<double>(std::max<Index>(count, 1));
  }

  std::size_t width() const { return static_cast<std::size_t>(x_.columns()); }
  Index count() const { return x_.rows(); }
  bool usable(Index n) const { return usable_[static_cast<std::size_t>(n)] != 0; }
  double size() const { return size_; }
  void read(Index n, Vector& to) const {
    const auto row = x_.row(n);
    for (std::size_t d = 0; d < to.size(); ++d) to[d] = static_cast<double>(row[d]) / size_ - mean_[d];
  }

 private:
  const Tensor& x_;
  std::vector<char> usable_;
  double size_ = 0;
  Vector mean_;
};

/// Sum of row^T row: [D, D]. A block owns some columns and reads all rows.
Columns scatter_matrix(const CenteredRows& rows) {
  const std::size_t width = rows.width();
  Columns result(width, Vector(width));
  parallel_blocks(static_cast<Index>(width), 16, [&](Index begin, Index end) {
    Vector row(width);
    for (Index n = 0; n < rows.count(); ++n) {
      if (!rows.usable(n)) continue;
      rows.read(n, row);
      for (Index j = begin; j < end; ++j)
        add_scaled(result[static_cast<std::size_t>(j)], row[static_cast<std::size_t>(j)], row);
    }
  });
  return result;
}

Columns product(const Columns& a, const Columns& b) {
  Columns result(b.size(), Vector(a.front().size()));
  for (std::size_t j = 0; j < a.size(); ++j) {  // a, the large one, is read once
    for (std::size_t k = 0; k < b.size(); ++k) add_scaled(result[k], b[k][j], a[j]);
  }
  return result;
}

/// Makes the columns orthonormal in their order; one that depends on those before it becomes 0.
void orthonormalize(Columns& columns) {
  for (std::size_t k = 0; k < columns.size(); ++k) {
    const double before = std::sqrt(dot(columns[k], columns[k]));
    for (int pass = 0; pass < 2; ++pass) {  // the second takes away what rounding left of the first
      for (std::size_t j = 0; j < k; ++j) add_scaled(columns[k], -dot(columns[j], columns[k]), columns[j]);
    }
    const double after = std::sqrt(dot(columns[k], columns[k]));
    const double factor = after > 1e-12 * before ? 1 / after : 0;
    for (double& value : columns[k]) value *= factor;
  }
}

/// Turns columns p and q of the symmetric `a` and of `vectors` so that a[p][q] becomes 0.
void rotate(Columns& a, Columns& vectors, std::size_t p, std::size_t q) {
  if (a[p][q] == 0) return;
  const double theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
  const double t = std::copysign(1.0, theta) / (std::abs(theta) + std::hypot(theta, 1.0));
  const double cosine = 1 / std::hypot(t, 1.0);
  const double sine = t * cosine;
  const auto turn = [&](double& at_p, double& at_q) {
    const double old = at_p;
    at_p = cosine * old - sine * at_q;
    at_q = sine * old + cosine * at_q;
  };
  for (std::size_t i = 0; i < a.size(); ++i) turn(a[p][i], a[q][i]);
  for (std::size_t i = 0; i < a.size(); ++i) turn(a[i][p], a[i][q]);
  for (std::size_t i = 0; i < vectors[p].size(); ++i) turn(vectors[p][i], vectors[q][i]);
}

/// Eigenvectors of the small symmetric matrix `a`, those of the greatest values first. Cyclic Jacobi.
Columns eigenvectors(Columns a) {
  const std::size_t size = a.size();
  Columns vectors(size, Vector(size));
  for (std::size_t i = 0; i < size; ++i) vectors[i][i] = 1;
  constexpr int sweeps = 20;  // it converges quadratically: eight values need about six
  for (int sweep = 0; sweep < sweeps; ++sweep) {
    for (std::size_t p = 0; p < size; ++p) {
      for (std::size_t q = p + 1; q < size; ++q) rotate(a, vectors, p, q);
    }
  }
  std::vector<std::size_t> order(size);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t i, std::size_t j) { return a[i][i] > a[j][j]; });
  Columns sorted;
  for (const std::size_t i : order) sorted.push_back(vectors[i]);
  return sorted;
}

/// The two eigenvectors of the greatest values of a positive semidefinite matrix; one if it has one column.
Columns principal_axes(const Columns& matrix) {
  const std::size_t width = matrix.size();
  const std::size_t wanted = std::min<std::size_t>(width, 2);
  Rng rng = Rng(0).split("principal plane");  // any start that no axis is orthogonal to
  Columns basis(std::min(width, most_vectors), Vector(width));
  for (Vector& column : basis) {
    for (double& value : column) value = static_cast<double>(rng.uniform(-1, 1));
  }
  orthonormalize(basis);
  for (int step = 0; step < most_steps; ++step) {
    Columns image = product(matrix, basis);
    Columns small(basis.size(), Vector(basis.size()));
    for (std::size_t i = 0; i < basis.size(); ++i) {
      for (std::size_t j = 0; j <= i; ++j) small[i][j] = small[j][i] = dot(basis[i], image[j]);
    }
    const Columns turned = eigenvectors(std::move(small));
    basis = product(basis, turned);
    image = product(image, turned);
    const double greatest = dot(basis[0], image[0]);
    bool settled = true;
    for (std::size_t k = 0; k < wanted; ++k) {
      const double variance = dot(basis[k], image[k]);
      Vector rest = image[k];
      add_scaled(rest, -variance, basis[k]);
      settled &= std::sqrt(dot(rest, rest)) <= std::max(tolerance * variance, rounding * greatest);
    }
    if (settled) break;
    basis = std::move(image);
    orthonormalize(basis);
  }
  basis.resize(wanted);
  return basis;
}

/// Largest components that are equal but for rounding must not let rounding choose the sign.
void fix_sign(Vector& axis) {
  double largest = 0;
  for (const double value : axis) largest = std::max(largest, std::abs(value));
  const auto first =
      std::find_if(axis.begin(), axis.end(), [&](double value) { return std::abs(value) >= largest * (1 - 1e-6); });
  if (first != axis.end() && *first < 0) {
    for (double& value : axis) value = -value;
  }
}

}  // namespace

std::vector<std::array<double, 2>> principal_plane(const Tensor& x) {
  if (!x.defined() || x.rank() != 2 || x.columns() == 0) {
    throw ShapeError(fmt::format("principal_plane: expected [N, D] with D >= 1, found {}", to_string(x.shape())));
  }
  const CenteredRows rows(x);
  Columns axes = principal_axes(scatter_matrix(rows));
  for (Vector& axis : axes) fix_sign(axis);

  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  std::vector<std::array<double, 2>> points(static_cast<std::size_t>(x.rows()), {nan, nan});
  parallel_blocks(x.rows(), block_rows(x.columns()), [&](Index begin, Index end) {
    Vector row(rows.width());
    for (Index n = begin; n < end; ++n) {
      if (!rows.usable(n)) continue;
      rows.read(n, row);
      auto& point = points[static_cast<std::size_t>(n)];
      point = {0, 0};
      for (std::size_t k = 0; k < axes.size(); ++k) point[k] = dot(row, axes[k]) * rows.size();
    }
  });
  return points;
}

}  // namespace cairn
