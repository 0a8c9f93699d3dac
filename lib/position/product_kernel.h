/// @file
/// The product of the encodings of any number of axes, without its width^K columns.
#pragma once

#include <memory>
#include <vector>

#include "position/axis_kernel.h"
#include "position/encoding.h"

namespace cairn {

/// k(x, Z) k(Z, Z)^(-1/2) for the kernel k(x, y) = product over axes of AxisKernel and landmarks Z, of which there are
/// at most options.landmarks, chosen farthest_first. For landmarks, rows multiply to k(x, y); for others, to its
/// projection on what landmarks span: a position unlike all of Z is a row near zeros. The largest rows are those of Z,
/// of norm 1, so that no scale needs to be fitted.
/// An axis that neither of two nodes knows is a factor of 1, one that only one of them knows a factor of 0.
/// The power is symmetric; directions below 1e-10 of the largest eigenvalue are left out. width() = |Z|.
/// Memory: landmarks^2 numbers. O(N landmarks (K + landmarks)).
/// Source: Williams and Seeger, NeurIPS 2000 (Nystroem), for the product mode of Zheng, Ramasinghe and Lucey, ECCV
/// 2022.
class ProductKernel final : public Encoding {
 public:
  /// Fits landmarks to `data`. frequencies: the kernel is that of them, [K] lists, in place of the shape's.
  /// @throws UsageError for fewer than 1 or more than 8,192 landmarks, where no node knows a coordinate, and as
  /// fit_grids
  static std::unique_ptr<Encoding> fit(BasisShape shape, const Coordinates& data, const EncodingOptions& options,
                                       const std::vector<std::vector<double>>& frequencies = {});
  /// What save() wrote. @throws Error for what it could not have written
  static std::unique_ptr<Encoding> load(BasisShape shape, EncodingHead head, const StateReader& state);

  [[nodiscard]] Index width() const override { return landmark_count_; }

 protected:
  void encode_rows(const Coordinates& coordinates, Index begin, Index end, double* rows) const override;
  void save_state(StateWriter& state) const override;

 private:
  ProductKernel(EncodingHead head, std::vector<AxisKernel> kernels)
      : Encoding(std::move(head)), kernels_(std::move(kernels)) {}
  /// k of a node and a landmark.
  double similarity(const Coordinates& coordinates, Index node, Index landmark) const;
  /// Writes k(node, Z) to row, [M].
  void write_similarities(const Coordinates& coordinates, Index node, double* row) const;
  void place_landmarks(const Coordinates& data, const std::vector<Index>& nodes);

  std::vector<AxisKernel> kernels_;  // [K]
  Index landmark_count_ = 0;         // M
  std::vector<double> places_;       // [M, K]
  std::vector<std::int64_t> known_;  // [M, K]
  std::vector<double> whitening_;    // [M, M]
};

}  // namespace cairn
