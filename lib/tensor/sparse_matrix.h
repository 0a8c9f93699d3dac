#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "tensor/tensor.h"

namespace cairn {

/// Where a sparse matrix holds values, in compressed rows, columns ascending within a row. Immutable and shared.
class SparsePattern {
 public:
  /// offsets: row_count + 1 of them. Throws ShapeError unless offsets ascend from 0 to columns.size() and every column
  /// is in range and above the one before it in its row.
  SparsePattern(Index row_count, Index column_count, std::vector<std::int64_t> offsets,
                std::vector<std::int32_t> columns);

  Index row_count() const { return row_count_; }
  Index column_count() const { return column_count_; }
  Index stored_count() const { return static_cast<Index>(columns_.size()); }
  std::span<const std::int64_t> offsets() const { return offsets_; }
  std::span<const std::int32_t> columns() const { return columns_; }

  /// The pattern of the transpose, with the position here of each of its values. Built once, at the first call.
  struct Transpose;
  const Transpose& transpose() const;

 private:
  Index row_count_;
  Index column_count_;
  std::vector<std::int64_t> offsets_;
  std::vector<std::int32_t> columns_;
  mutable std::once_flag transpose_once_;
  mutable std::unique_ptr<const Transpose> transpose_;

 public:
  ~SparsePattern();
};

struct SparsePattern::Transpose {
  std::vector<std::int64_t> offsets;    // column_count + 1
  std::vector<std::int32_t> rows;       // row of each value, ascending within a column
  std::vector<std::int32_t> positions;  // its place among the values of the matrix
};

/// Sparse features [N, F]: a shared pattern with one value for each stored place. Copies share both.
class SparseMatrix {
 public:
  SparseMatrix() = default;
  /// values: [stored_count]. Throws ShapeError for another size.
  SparseMatrix(std::shared_ptr<const SparsePattern> pattern, Tensor values);

  static SparseMatrix identity(Index size);

  bool defined() const { return pattern_ != nullptr; }
  Index rows() const { return pattern_->row_count(); }
  Index columns() const { return pattern_->column_count(); }
  const SparsePattern& pattern() const { return *pattern_; }
  const std::shared_ptr<const SparsePattern>& shared_pattern() const { return pattern_; }
  const Tensor& values() const { return values_; }
  /// The same places with other values [stored_count].
  SparseMatrix with_values(Tensor values) const { return SparseMatrix(pattern_, std::move(values)); }
  Tensor to_dense() const;

 private:
  std::shared_ptr<const SparsePattern> pattern_;
  Tensor values_;
};

/// Rows ids[0], ids[1], ... of x. Throws ShapeError for an id that is none of its rows.
SparseMatrix gather_rows(const SparseMatrix& x, std::span<const NodeId> ids);

}  // namespace cairn
