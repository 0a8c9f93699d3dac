/// @file
/// Encodings of each axis by shifts of one function.
#pragma once

#include <memory>
#include <vector>

#include "position/axis_basis.h"
#include "position/encoding.h"

namespace cairn {

/// [psi(x_1 - t_1) ... psi(x_K - t_D)]: for each axis the shifts of one function, axes side by side (`simple` mode).
/// Its kernel is about the sum over axes of the autocorrelation of psi (AxisKernel). Widths narrow or wide trade stable
/// rank against reach; of a Gaussian, on a range of length L, stable rank x reach = 0.856 L.
/// Shifts that stand much farther apart than the width leave gaps, in which a position is zeros: count is worth setting
/// only above range / width.
/// Source: Zheng, Ramasinghe and Lucey 2021, sections 3 and 4.
class ShiftedBasis final : public Encoding {
 public:
  /// Fits grids, noise and scale to `data`.
  /// @throws UsageError as fit_grids
  static std::unique_ptr<Encoding> fit(BasisShape shape, const Coordinates& data, const EncodingOptions& options);
  /// What save() wrote. @throws Error for what it could not have written
  static std::unique_ptr<Encoding> load(BasisShape shape, EncodingHead head, const StateReader& state);

  [[nodiscard]] Index width() const override { return width_; }

 protected:
  void encode_rows(const Coordinates& coordinates, Index begin, Index end, double* rows) const override;
  void save_state(StateWriter& state) const override;

 private:
  ShiftedBasis(EncodingHead head, std::vector<AxisBasis> axes);

  std::vector<AxisBasis> axes_;
  Index width_ = 0;
};

}  // namespace cairn
