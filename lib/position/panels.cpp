#include "position/panels.h"

#include <fmt/format.h>

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <new>

#include "core/error.h"
#include "core/large_pages.h"
#include "core/parallel.h"

namespace cairn {

namespace {

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr std::align_val_t cache_line{64};
constexpr Index tile_rows = 256;    // copied side by side: they fit the second-level cache
constexpr Index most_blocks = 256;  // of partial sums

/// Adds what each block of rows leaves in its `width` sums, in the order of the blocks. work: of at most tile_rows.
template <class Work>
std::vector<double> block_sums(Index rows, Index width, const Work& work) {
  const Index block = std::max(tile_rows, (rows + most_blocks - 1) / most_blocks);
  const Index blocks = (rows + block - 1) / block;
  std::vector<double> partial(static_cast<std::size_t>(blocks * width), 0.0);
  parallel_blocks(rows, block, [&](Index begin, Index end) {
    for (Index first = begin; first < end; first += tile_rows) {
      work(first, std::min(end, first + tile_rows), partial.data() + begin / block * width);
    }
  });
  std::vector<double> sums(static_cast<std::size_t>(width), 0.0);
  for (std::size_t i = 0; i < partial.size(); ++i) sums[i % sums.size()] += partial[i];
  return sums;
}

using Line = Eigen::Matrix<double, 1, Panels::width>;

/// Rows begin .. end - 1, all columns side by side.
RowMajor tile(const Panels& table, Index begin, Index end) {
  RowMajor copy(end - begin, table.columns());
  for (Index p = 0; p < table.count(); ++p) {
    const double* const from = table.panel(p) + begin * Panels::width;
    for (Index i = 0; i < end - begin; ++i) {
      copy.block<1, Panels::width>(i, p * Panels::width) = Eigen::Map<const Line>(from + i * Panels::width);
    }
  }
  return copy;
}

void put_tile(const RowMajor& from, Index begin, Panels& table) {
  for (Index p = 0; p < table.count(); ++p) {
    double* const to = table.panel(p) + begin * Panels::width;
    for (Index i = 0; i < from.rows(); ++i) {
      Eigen::Map<Line>(to + i * Panels::width) = from.block<1, Panels::width>(i, p * Panels::width);
    }
  }
}

}  // namespace

void Panels::Free::operator()(double* values) const { ::operator delete[](values, cache_line); }

Panels::Panels(Index rows, Index columns) : rows_(rows), columns_(columns) {
  if (rows < 0 || columns < 0 || columns % width != 0) {
    throw ShapeError(fmt::format("panels: expected columns in multiples of {}, found {} x {}", width, rows, columns));
  }
  const auto size = static_cast<std::size_t>(rows * columns);
  values_.reset(static_cast<double*>(::operator new[](size * sizeof(double), cache_line)));
  advise_large_pages(values_.get(), size * sizeof(double));
  parallel_blocks(rows * columns, 1 << 16,
                  [&](Index begin, Index end) { std::fill(values_.get() + begin, values_.get() + end, 0.0); });
}

std::vector<double> weighted_product(std::span<const double> weights, const Panels& a, const Panels& b) {
  const Index columns = a.columns();
  return block_sums(a.rows(), columns * columns, [&](Index begin, Index end, double* sums) {
    RowMajor left = tile(a, begin, end);
    for (Index i = begin; i < end; ++i) left.row(i - begin) *= weights[static_cast<std::size_t>(i)];
    Eigen::Map<RowMajor>(sums, columns, columns).noalias() += left.transpose() * tile(b, begin, end);
  });
}

void multiply_columns(Panels& a, std::span<const double> r) {
  const Eigen::Map<const RowMajor> factor(r.data(), a.columns(), a.columns());
  parallel_blocks(a.rows(), tile_rows, [&](Index begin, Index end) {
    const RowMajor product = tile(a, begin, end) * factor;
    put_tile(product, begin, a);
  });
}

void remove_means(std::span<const double> weights, Panels& a) {
  double total = 0;
  for (const double weight : weights) total += weight;
  std::vector<double> means = block_sums(a.rows(), a.columns(), [&](Index begin, Index end, double* sums) {
    for (Index p = 0; p < a.count(); ++p) {
      Line sum = Line::Zero();
      for (Index v = begin; v < end; ++v) {
        sum += weights[static_cast<std::size_t>(v)] * Eigen::Map<const Line>(a.panel(p) + v * Panels::width);
      }
      Eigen::Map<Line>(sums + p * Panels::width) += sum;
    }
  });
  for (double& mean : means) mean /= total;
  parallel_blocks(a.rows(), tile_rows, [&](Index begin, Index end) {
    for (Index p = 0; p < a.count(); ++p) {
      const Line mean = Eigen::Map<const Line>(means.data() + p * Panels::width);
      for (Index v = begin; v < end; ++v) Eigen::Map<Line>(a.panel(p) + v * Panels::width) -= mean;
    }
  });
}

std::vector<double> weighted_residuals(std::span<const double> weights, const Panels& a, const Panels& b,
                                       std::span<const double> values) {
  const auto width = static_cast<Index>(values.size());
  std::vector<double> squares = block_sums(a.rows(), width, [&](Index begin, Index end, double* sums) {
    for (Index j = 0; j < width; ++j) {
      for (Index v = begin; v < end; ++v) {
        const double difference = b.at(v, j) - values[static_cast<std::size_t>(j)] * a.at(v, j);
        sums[j] += weights[static_cast<std::size_t>(v)] * difference * difference;
      }
    }
  });
  for (double& square : squares) square = std::sqrt(square);
  return squares;
}

}  // namespace cairn
