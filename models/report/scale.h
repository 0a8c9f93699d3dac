#pragma once

#include <limits>
#include <string>
#include <vector>

namespace cairn::report {

/// Whether a value has a place on an axis: finite and at most 1e300, so that no sum or ratio of two of them overflows;
/// on a logarithmic axis at least 1e-280.
bool has_place(double value, bool logarithmic);

/// Least and greatest of the values included; empty at first.
struct Range {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();

  bool empty() const { return low > high; }
  void include(double value);
};

/// The range with `share` of its length added at both ends; a logarithmic one is measured in decades, and at most one
/// is added. A single value becomes 10 % of itself to either side (a factor of 2 if logarithmic), zero, or what is
/// below 1e-280, -1 .. 1, and an empty range 0 .. 1 (1 .. 10).
Range widened(const Range& range, bool logarithmic, double share);

/// A labelled place on an axis.
struct Tick {
  double value = 0;
  std::string label;
};

/// Multiples of a step of 1, 2 or 5 times a power of ten within low .. high: the smallest step that cuts the range into
/// at most `most` pieces. All labels carry as many decimals as the step has. low < high.
std::vector<Tick> linear_ticks(double low, double high, int most);

/// Powers of ten within low .. high, only every second, third, ... of them where they are more than `most`; below three
/// of them 1, 2 and 5 times powers of ten; below three of these the linear ticks. 0 < low < high.
std::vector<Tick> log_ticks(double low, double high, int most);

/// Maps low .. high to first_pixel .. last_pixel, evenly in the value or in its logarithm.
class Scale {
 public:
  /// range: low < high, above zero if logarithmic.
  Scale(const Range& range, bool logarithmic, double first_pixel, double last_pixel);

  double pixel(double value) const;
  std::vector<Tick> ticks(int most) const;
  const Range& range() const { return range_; }

 private:
  double place(double value) const;

  Range range_;
  bool logarithmic_;
  double first_pixel_;
  double last_pixel_;
};

}  // namespace cairn::report
