/// @file
/// Coordinates as they are: what other encodings are measured against.
#pragma once

#include <memory>

#include "position/encoding.h"

namespace cairn {

/// [x_1 ... x_K], zeros where unknown, divided by the largest norm of a row. Simple mode alone. A stable rank near 1.
class RawEncoding final : public Encoding {
 public:
  /// Fits the scale to `data`. @throws UsageError for product mode, and as fit_ranges
  static std::unique_ptr<Encoding> fit(const Coordinates& data, const EncodingOptions& options);
  /// What save() wrote.
  static std::unique_ptr<Encoding> load(EncodingHead head);

  [[nodiscard]] Index width() const override { return axis_count(); }

 protected:
  void encode_rows(const Coordinates& coordinates, Index begin, Index end, double* rows) const override;
  void save_state(StateWriter& state) const override;

 private:
  using Encoding::Encoding;
};

}  // namespace cairn
