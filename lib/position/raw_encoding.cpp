#include "position/raw_encoding.h"

#include <utility>

#include "core/error.h"
#include "position/axis_grid.h"

namespace cairn {

std::unique_ptr<Encoding> RawEncoding::fit(const Coordinates& data, const EncodingOptions& options) {
  if (options.mode == EncodingMode::product) throw UsageError("encoding: raw coordinates have no product of axes");
  std::unique_ptr<RawEncoding> encoding(
      new RawEncoding(EncodingHead{options.name, EncodingMode::simple, fit_ranges(data, options)}));
  encoding->fit_scale(data);
  return encoding;
}

std::unique_ptr<Encoding> RawEncoding::load(EncodingHead head) {
  return std::unique_ptr<Encoding>(new RawEncoding(std::move(head)));
}

void RawEncoding::encode_rows(const Coordinates& coordinates, Index begin, Index end, double* rows) const {
  for (Index node = begin; node < end; ++node) {
    for (Index axis = 0; axis < axis_count(); ++axis, ++rows) {
      if (coordinates.is_valid(node, axis)) *rows = static_cast<double>(coordinates.values.at(node, axis));
    }
  }
}

void RawEncoding::save_state(StateWriter&) const {}

}  // namespace cairn
