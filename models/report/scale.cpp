#include "models/report/scale.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/report/markup.h"

namespace cairn::report {

namespace {

constexpr double greatest = 1e300;
constexpr double least = 1e-280;  // so that a step of 1e-9 of it is still a normal number
// Below this share of its values a range is rounding noise, and neighboring ticks would need more digits than a label.
constexpr double least_share = 1e-9;
constexpr double slack = 1e-9;  // of a step: 0.3 / 0.1 must count as 3

/// count * 10^exponent, rounded once for the powers that double holds exactly: 3 * 0.1 would become
/// 0.30000000000000004.
double scaled(double count, int exponent) {
  return exponent < 0 ? count / std::pow(10.0, -exponent) : count * std::pow(10.0, exponent);
}

/// Label of a multiple of 10^exponent among those up to `greatest_value`: plain decimals, or a power of ten where those
/// would be mostly zeros.
std::string tick_label(double value, double greatest_value, int exponent) {
  if (value == 0) return "0";
  const int digits = 1 + static_cast<int>(std::floor(std::log10(greatest_value) + slack)) - exponent;
  const bool is_long = greatest_value >= 1e15 || (greatest_value >= 1e6 && digits <= 4);
  if (greatest_value >= 1e-3 && !is_long) return fmt::format("{:.{}f}", value, std::max(0, -exponent));
  return number_text(value, std::clamp(digits, 1, 15));
}

}  // namespace

bool has_place(double value, bool logarithmic) {
  return std::abs(value) <= greatest && (!logarithmic || value >= least);  // false for NaN
}

void Range::include(double value) {
  low = std::min(low, value);
  high = std::max(high, value);
}

Range widened(const Range& range, bool logarithmic, double share) {
  if (logarithmic) {
    if (range.empty()) return {1, 10};
    const double decades = std::log10(range.high) - std::log10(range.low);
    const double factor = decades < least_share ? 2 : std::pow(10.0, std::min(share * decades, 1.0));
    return {range.low / factor, range.high * factor};
  }
  if (range.empty()) return {0, 1};
  const double length = range.high - range.low;
  const double size = std::max(std::abs(range.low), std::abs(range.high));
  if (size < least) return {-1, 1};
  const double margin = length < least_share * size ? 0.1 * size : share * length;
  return {range.low - margin, range.high + margin};
}

std::vector<Tick> linear_ticks(double low, double high, int most) {
  const double wanted = (high - low) / most;
  int exponent = static_cast<int>(std::floor(std::log10(wanted)));
  int mantissa = 1;
  while (scaled(mantissa, exponent) < wanted * (1 - slack)) mantissa = mantissa == 1 ? 2 : mantissa == 2 ? 5 : 10;
  if (mantissa == 10) {
    mantissa = 1;
    ++exponent;
  }
  const double step = scaled(mantissa, exponent);
  std::vector<Tick> ticks;
  const double last = std::floor(high / step + slack);
  for (double i = std::ceil(low / step - slack); i <= last; ++i) {
    ticks.push_back({scaled(i * mantissa, exponent), ""});
  }
  double size = 0;
  for (const Tick& tick : ticks) size = std::max(size, std::abs(tick.value));
  for (Tick& tick : ticks) tick.label = tick_label(tick.value, size, exponent);
  return ticks;
}

std::vector<Tick> log_ticks(double low, double high, int most) {
  const int first = static_cast<int>(std::ceil(std::log10(low) - slack));
  const int last = static_cast<int>(std::floor(std::log10(high) + slack));
  const int decades = last - first + 1;
  constexpr int label_digits = 6;  // plain up to 100000
  std::vector<Tick> ticks;
  if (decades >= 3) {
    const int stride = (decades + most - 1) / most;
    for (int exponent = first; exponent <= last; ++exponent) {
      if (exponent % stride != 0) continue;
      const double value = scaled(1, exponent);
      ticks.push_back({value, number_text(value, label_digits)});
    }
    return ticks;
  }
  for (int exponent = first - 1; exponent <= last + 1; ++exponent) {
    for (const int mantissa : {1, 2, 5}) {
      const double value = scaled(mantissa, exponent);
      if (value < low * (1 - slack) || value > high * (1 + slack)) continue;
      ticks.push_back({value, number_text(value, label_digits)});
    }
  }
  return ticks.size() < 3 ? linear_ticks(low, high, most) : ticks;
}

Scale::Scale(const Range& range, bool logarithmic, double first_pixel, double last_pixel)
    : range_(range), logarithmic_(logarithmic), first_pixel_(first_pixel), last_pixel_(last_pixel) {}

double Scale::place(double value) const { return logarithmic_ ? std::log10(value) : value; }

double Scale::pixel(double value) const {
  const double low = place(range_.low);
  const double share = (place(value) - low) / (place(range_.high) - low);
  return first_pixel_ + share * (last_pixel_ - first_pixel_);
}

std::vector<Tick> Scale::ticks(int most) const {
  return logarithmic_ ? log_ticks(range_.low, range_.high, most) : linear_ticks(range_.low, range_.high, most);
}

}  // namespace cairn::report
