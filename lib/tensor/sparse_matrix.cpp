#include "tensor/sparse_matrix.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

#include "core/error.h"
#include "core/parallel.h"

namespace cairn {

SparsePattern::SparsePattern(Index row_count, Index column_count, std::vector<std::int64_t> offsets,
                             std::vector<std::int32_t> columns)
    : row_count_(row_count), column_count_(column_count), offsets_(std::move(offsets)), columns_(std::move(columns)) {
  if (row_count_ < 0 || static_cast<Index>(offsets_.size()) != row_count_ + 1 || offsets_.front() != 0 ||
      offsets_.back() != static_cast<std::int64_t>(columns_.size()) ||
      columns_.size() > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max())) {
    throw ShapeError(fmt::format("sparse pattern: {} offsets do not fit {} rows and {} values", offsets_.size(),
                                 row_count_, columns_.size()));
  }
  for (Index row = 0; row < row_count_; ++row) {
    const auto begin = offsets_[static_cast<std::size_t>(row)];
    const auto end = offsets_[static_cast<std::size_t>(row) + 1];
    if (begin > end || end > stored_count()) {  // offsets that overshoot here descend later: columns end before them
      throw ShapeError(fmt::format("sparse pattern: the offsets of row {} descend or overshoot", row));
    }
    std::int32_t last = -1;
    for (auto k = begin; k < end; ++k) {
      const std::int32_t column = columns_[static_cast<std::size_t>(k)];
      if (column <= last || column >= column_count_) {
        throw ShapeError(
            fmt::format("sparse pattern: row {}: column {} follows {} of {}", row, column, last, column_count_));
      }
      last = column;
    }
  }
}

SparsePattern::~SparsePattern() = default;

const SparsePattern::Transpose& SparsePattern::transpose() const {
  std::call_once(transpose_once_, [this] {
    auto result = std::make_unique<Transpose>();
    result->offsets.assign(static_cast<std::size_t>(column_count_) + 1, 0);
    for (const std::int32_t column : columns_) ++result->offsets[static_cast<std::size_t>(column) + 1];
    std::partial_sum(result->offsets.begin(), result->offsets.end(), result->offsets.begin());
    result->rows.resize(columns_.size());
    result->positions.resize(columns_.size());
    std::vector<std::int64_t> next(result->offsets.begin(), result->offsets.end() - 1);
    for (Index row = 0; row < row_count_; ++row) {
      for (auto k = offsets_[static_cast<std::size_t>(row)]; k < offsets_[static_cast<std::size_t>(row) + 1]; ++k) {
        const auto slot =
            static_cast<std::size_t>(next[static_cast<std::size_t>(columns_[static_cast<std::size_t>(k)])]++);
        result->rows[slot] = static_cast<std::int32_t>(row);
        result->positions[slot] = static_cast<std::int32_t>(k);
      }
    }
    transpose_ = std::move(result);
  });
  return *transpose_;
}

SparseMatrix::SparseMatrix(std::shared_ptr<const SparsePattern> pattern, Tensor values)
    : pattern_(std::move(pattern)), values_(std::move(values)) {
  if (values_.size() != pattern_->stored_count()) {
    throw ShapeError(fmt::format("sparse matrix: {} places, {} values", pattern_->stored_count(), values_.size()));
  }
}

SparseMatrix SparseMatrix::identity(Index size) {
  std::vector<std::int64_t> offsets(static_cast<std::size_t>(size) + 1);
  std::iota(offsets.begin(), offsets.end(), 0);
  std::vector<std::int32_t> columns(static_cast<std::size_t>(size));
  std::iota(columns.begin(), columns.end(), 0);
  return SparseMatrix(std::make_shared<SparsePattern>(size, size, std::move(offsets), std::move(columns)),
                      Tensor(Shape{size}, Real(1)));
}

Tensor SparseMatrix::to_dense() const {
  Tensor dense(Shape{rows(), columns()});
  for (Index row = 0; row < rows(); ++row) {
    for (auto k = pattern_->offsets()[static_cast<std::size_t>(row)];
         k < pattern_->offsets()[static_cast<std::size_t>(row) + 1]; ++k) {
      dense.at(row, pattern_->columns()[static_cast<std::size_t>(k)]) = values_.data()[k];
    }
  }
  return dense;
}

SparseMatrix gather_rows(const SparseMatrix& x, std::span<const NodeId> ids) {
  const auto from = x.pattern().offsets();
  std::vector<std::int64_t> offsets{0};
  offsets.reserve(ids.size() + 1);
  for (const NodeId id : ids) {
    if (id < 0 || id >= x.rows()) throw ShapeError(fmt::format("gather_rows: id {} of {} rows", id, x.rows()));
    const auto row = static_cast<std::size_t>(id);
    offsets.push_back(offsets.back() + from[row + 1] - from[row]);
  }
  std::vector<std::int32_t> columns(static_cast<std::size_t>(offsets.back()));
  Tensor values = Tensor::uninitialized(Shape{static_cast<Index>(columns.size())});
  parallel_blocks(static_cast<Index>(ids.size()), 256, [&](Index begin, Index end) {
    for (auto k = static_cast<std::size_t>(begin); k < static_cast<std::size_t>(end); ++k) {
      const std::int64_t first = from[static_cast<std::size_t>(ids[k])];
      std::copy_n(x.pattern().columns().begin() + first, offsets[k + 1] - offsets[k], columns.begin() + offsets[k]);
      std::copy_n(x.values().data() + first, offsets[k + 1] - offsets[k], values.data() + offsets[k]);
    }
  });
  const auto rows = static_cast<Index>(ids.size());
  return SparseMatrix(std::make_shared<SparsePattern>(rows, x.columns(), std::move(offsets), std::move(columns)),
                      std::move(values));
}

}  // namespace cairn
