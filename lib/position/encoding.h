/// @file
/// What every encoding of coordinates is; encodings.h makes them by name.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "position/coordinates.h"
#include "tensor/named_tensors.h"

namespace cairn {

class StateReader;
class StateWriter;

/// How the axes of a coordinate come together: `simple` sets their encodings side by side, so that the kernel (the
/// product of two rows) is the sum of the kernels of the axes; `product` multiplies, so that two nodes are alike only
/// where they are alike on every axis.
enum class EncodingMode : std::uint8_t { simple, product };

/// Part of an axis, in units of its coordinates (hops, for distances to anchors).
struct AxisRange {
  double low = 0;   ///< its start
  double high = 1;  ///< its end
};

/// What any encoding may be told; each reads what concerns it.
struct EncodingOptions {
  std::string name = "gaussian";             ///< of the table in encodings.h
  EncodingMode mode = EncodingMode::simple;  ///< how axes come together
  double width = 2;                          ///< in units of the coordinates; each encoding says of what
  Index count = 0;                           ///< shifts or frequencies an axis; 0: from width and range
  std::vector<AxisRange> ranges;             ///< one for all axes or one each, [low, high); empty: from the data
  double margin = -1;                        ///< around the range of the data; below 0: the larger of two widths and a
                                             ///< quarter of the range, for shifted coordinates and larger graphs
  bool circular = false;                     ///< the axis closes at `ranges`, which must then be given
  Index landmarks = 512;                     ///< product: positions that rows are compared with, at most
  std::uint64_t seed = 0;                    ///< of frequencies, noise and the first landmark
};

/// What all encodings keep of how they were fitted, and save.
struct EncodingHead {
  std::string name;                          ///< of the table
  EncodingMode mode = EncodingMode::simple;  ///< how axes come together
  std::vector<AxisRange> ranges;             ///< [K]: of the data it was fitted on with its margin, or as given
  double scale = 1;                          ///< what rows are multiplied by
};

/// A fixed map from the K coordinates of a node to a row of `width()` numbers. It is fitted once, to the nodes of one
/// or more graphs, and is then the same for all that it meets: graphs never seen, and shifted coordinates.
///
/// Rows are divided by the largest norm of those it was fitted on, one number for all: norms carry meaning, a row near
/// the border has a smaller one. Worked out in double. An unknown coordinate is zeros in `simple` mode; in `product`
/// its axis counts as a factor of 1 between two nodes that both lack it and of 0 between one that does and one that
/// does not; a node that knows no coordinate at all is a row of zeros in both.
/// Source: Zheng, Ramasinghe and Lucey, "Rethinking Positional Encoding", 2021, and "Trading Positional Complexity vs
/// Deepness in Coordinate Networks", ECCV 2022; unknown coordinates, fitted ranges and units are ours.
class Encoding {
 public:
  virtual ~Encoding() = default;

  /// Name in the table of encodings.
  [[nodiscard]] const std::string& name() const { return head_.name; }
  /// How its axes come together.
  [[nodiscard]] EncodingMode mode() const { return head_.mode; }
  /// K, axes of the coordinates that it reads.
  [[nodiscard]] Index axis_count() const { return static_cast<Index>(head_.ranges.size()); }
  /// [K]: where on each axis it tells positions apart. Farther out, bumps fade to zeros; waves go on.
  [[nodiscard]] const std::vector<AxisRange>& ranges() const { return head_.ranges; }
  /// Columns of what encode() returns.
  [[nodiscard]] virtual Index width() const = 0;

  /// coordinates: [N, K]. Returns [N, width()]; the same bits for any number of threads.
  /// @throws ShapeError for another number of axes, and as check_coordinates
  [[nodiscard]] Tensor encode(const Coordinates& coordinates) const;

  /// Known values outside the ranges: a caller that expects none says so to its user.
  /// @throws ShapeError for another number of axes
  [[nodiscard]] Index count_outside(const Coordinates& coordinates) const;

  /// Writes all that load_encoding (encodings.h) needs, each name after `prefix`.
  void save(NamedTensors& tensors, std::string_view prefix) const;

 protected:
  /// The base of a fitted encoding.
  explicit Encoding(EncodingHead head) : head_(std::move(head)) {}

  /// Writes the nodes begin .. end - 1, [end - begin, width()] row by row, without the scale. Rows come as zeros.
  virtual void encode_rows(const Coordinates& coordinates, Index begin, Index end, double* rows) const = 0;
  /// Writes what the head does not hold.
  virtual void save_state(StateWriter& state) const = 0;

  /// Sets the scale to 1 / the largest norm of the rows of `coordinates`, or 1 where all are zeros.
  void fit_scale(const Coordinates& coordinates);

 private:
  /// Hands the rows of fixed blocks of nodes, in double, to use(begin, end, rows), on any thread.
  template <class Use>
  void each_block(const Coordinates& coordinates, const Use& use) const;

  EncodingHead head_;
};

}  // namespace cairn
