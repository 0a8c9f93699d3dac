/// @file
/// The table of encodings, by name.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "position/encoding.h"

namespace cairn {

/// A row of the table: what `--help` prints.
struct EncodingKind {
  std::string_view name;     ///< what EncodingOptions::name says
  std::string_view summary;  ///< one line
  bool has_product = true;   ///< whether it knows EncodingMode::product
};

/// All encodings:
///   raw        coordinates as they are (RawEncoding)
///   impulse    one-hot of cells as wide as `width`
///   square, sine   shifted waves of period `width`
///   gaussian   shifted bumps of deviation `width`
///   triangle   shifted hats of half-width `width`
///   noise      shifts of one noise vector, in cells as wide as `width` (all of these: ShiftedBasis)
///   rff        random Fourier features of the kernel of a gaussian of that width
///   linear, log    frequencies from one turn over the range to one a `width` (all three: FourierFeatures)
/// Product mode: FourierFeatures for rff; else ProductKernel, with landmarks.
[[nodiscard]] std::span<const EncodingKind> encoding_kinds();
/// Their names.
[[nodiscard]] std::span<const std::string_view> encoding_names();

/// An encoding fitted to `data`: nodes of the graphs that are trained on. On one axis product and simple mode tell
/// positions apart alike, and each is made as asked for.
/// @throws UsageError for an unknown name, a width or count that makes no sense, ranges that do not fit the axes,
/// product mode of raw, and data without nodes or axes; as check_coordinates
[[nodiscard]] std::unique_ptr<Encoding> make_encoding(const EncodingOptions& options, const Coordinates& data);

/// The encoding that Encoding::save wrote with this prefix: the same bits for the same coordinates.
/// @throws Error naming what is missing or could not have been written; UsageError for an unknown name
[[nodiscard]] std::unique_ptr<Encoding> load_encoding(const NamedTensors& tensors, std::string_view prefix);

/// [N, K^2]: the coordinates and, for each pair of axes a < b, (x_a + x_b) / 2 and (x_a - x_b) / 2: what lets a simple
/// encoding see directions between the axes. Unknown where either is. Source: the directions x, y, (x + y) / 2 and (x -
/// y + 1) / 2 of Zheng, Ramasinghe and Lucey's code, without the offset, which a fitted range makes up for.
[[nodiscard]] Coordinates with_diagonals(const Coordinates& coordinates);

}  // namespace cairn
