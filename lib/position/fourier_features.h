/// @file
/// Encodings by sines and cosines of frequencies that are drawn or spaced.
#pragma once

#include <memory>
#include <vector>

#include "position/encoding.h"

namespace cairn {

/// How frequencies, in turns a unit of the coordinates, are chosen.
///   random   normal, of deviation 1 / (2 sqrt(2) pi width): the kernel exp(-|x - y|^2 / (4 width^2)) of a Gaussian
///            basis of that width, which it nears as 1 / sqrt(count). By default 64;
///   linear   evenly spaced from one turn over the range of the axis to one turn a width, both included (where the
///            width is no smaller than the range, all are one turn over the range). By default 8;
///   log      the same, geometrically.
enum class Frequencies : std::uint8_t { random, linear, log };

/// [K] lists of `count` frequencies, for each axis of `data` as above. kind: linear or log.
/// @throws UsageError as fit_ranges
[[nodiscard]] std::vector<std::vector<double>> spaced_frequencies(Frequencies kind, const Coordinates& data,
                                                                  const EncodingOptions& options, Index count);
/// Frequencies an axis that stand for a count of 0.
[[nodiscard]] Index default_frequency_count(Frequencies kind);

/// [sin 2 pi b_j x, cos 2 pi b_j x]. Simple mode: `count` frequencies an axis, sines before cosines, axes side by side.
/// Product mode, of random frequencies alone (ProductKernel serves the others): b_j are `count` vectors over all axes,
/// so that the kernel is the product of the kernels of the axes; an unknown coordinate stands 10 widths below the
/// range, where kernels with known ones are below 1e-10.
/// Source: Rahimi and Recht, NeurIPS 2007; Zheng, Ramasinghe and Lucey 2021.
class FourierFeatures final : public Encoding {
 public:
  /// Chooses frequencies and scale for `data`.
  /// @throws UsageError for product mode of spaced frequencies, and as fit_ranges
  static std::unique_ptr<Encoding> fit(Frequencies kind, const Coordinates& data, const EncodingOptions& options);
  /// What save() wrote. @throws Error for what it could not have written
  static std::unique_ptr<Encoding> load(EncodingHead head, const StateReader& state);

  [[nodiscard]] Index width() const override;

 protected:
  void encode_rows(const Coordinates& coordinates, Index begin, Index end, double* rows) const override;
  void save_state(StateWriter& state) const override;

 private:
  FourierFeatures(EncodingHead head, double basis_width, Index count, std::vector<double> frequencies);
  void write_simple(const Coordinates& coordinates, Index node, double* row) const;
  void write_product(const Coordinates& coordinates, Index node, double* row) const;

  double basis_width_;
  Index count_;                      // an axis, or of vectors
  std::vector<double> frequencies_;  // [K, count]
};

}  // namespace cairn
