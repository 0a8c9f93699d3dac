#include "position/fourier_features.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "core/error.h"
#include "core/rng.h"
#include "position/axis_grid.h"
#include "position/encoding_state.h"

namespace cairn {

namespace {

/// Widths below the range at which unknown coordinates stand: the kernel there is exp(-10^2 / 4) = 1e-11 at most.
constexpr double unknown_widths = 10;

}  // namespace

Index default_frequency_count(Frequencies kind) { return kind == Frequencies::random ? 64 : 8; }

std::vector<std::vector<double>> spaced_frequencies(Frequencies kind, const Coordinates& data,
                                                    const EncodingOptions& options, Index count) {
  std::vector<std::vector<double>> frequencies;
  for (const AxisRange range : fit_ranges(data, options)) {
    // Data of one value with no margin has no length: any one turn serves.
    const double length = range.high > range.low ? range.high - range.low : options.width;
    const double lowest = 1 / length;
    const double highest = std::max(lowest, 1 / options.width);
    std::vector<double>& of_axis = frequencies.emplace_back();
    for (Index j = 0; j < count; ++j) {
      const double part = count > 1 ? static_cast<double>(j) / static_cast<double>(count - 1) : 0;
      of_axis.push_back(kind == Frequencies::linear ? lowest + part * (highest - lowest)
                                                    : lowest * std::pow(highest / lowest, part));
    }
  }
  return frequencies;
}

namespace {

/// [K] lists of normal frequencies, each axis from a stream of its own.
std::vector<std::vector<double>> random_frequencies(Index axis_count, const EncodingOptions& options, Index count) {
  const Rng base = Rng(options.seed).split("encoding frequencies");
  const double deviation = 1 / (2 * std::numbers::sqrt2 * std::numbers::pi * options.width);
  std::vector<std::vector<double>> frequencies;
  for (Index axis = 0; axis < axis_count; ++axis) {
    Rng stream = base.split(static_cast<std::uint64_t>(axis));
    std::vector<double>& of_axis = frequencies.emplace_back();
    for (Index j = 0; j < count; ++j) of_axis.push_back(deviation * static_cast<double>(stream.normal()));
  }
  return frequencies;
}

}  // namespace

FourierFeatures::FourierFeatures(EncodingHead head, double basis_width, Index count, std::vector<double> frequencies)
    : Encoding(std::move(head)), basis_width_(basis_width), count_(count), frequencies_(std::move(frequencies)) {}

std::unique_ptr<Encoding> FourierFeatures::fit(Frequencies kind, const Coordinates& data,
                                               const EncodingOptions& options) {
  if (kind != Frequencies::random && options.mode == EncodingMode::product) {
    throw UsageError("encoding: linear and log frequencies have no product of several axes; take rff");
  }
  const EncodingHead head{options.name, options.mode, fit_ranges(data, options)};
  const Index count = options.count > 0 ? options.count : default_frequency_count(kind);
  if (count > most_places) throw UsageError("encoding: more frequencies an axis than are made");
  std::vector<double> frequencies;
  for (const std::vector<double>& of_axis : kind == Frequencies::random
                                                ? random_frequencies(data.axis_count(), options, count)
                                                : spaced_frequencies(kind, data, options, count)) {
    frequencies.insert(frequencies.end(), of_axis.begin(), of_axis.end());
  }
  std::unique_ptr<FourierFeatures> encoding(new FourierFeatures(head, options.width, count, std::move(frequencies)));
  encoding->fit_scale(data);
  return encoding;
}

Index FourierFeatures::width() const { return 2 * count_ * (mode() == EncodingMode::simple ? axis_count() : 1); }

void FourierFeatures::write_simple(const Coordinates& coordinates, Index node, double* row) const {
  for (Index axis = 0; axis < axis_count(); ++axis, row += 2 * count_) {
    if (!coordinates.is_valid(node, axis)) continue;
    const double turn = 2 * std::numbers::pi * static_cast<double>(coordinates.values.at(node, axis));
    for (Index j = 0; j < count_; ++j) {
      const double phase = turn * frequencies_[static_cast<std::size_t>(axis * count_ + j)];
      row[j] = std::sin(phase);
      row[count_ + j] = std::cos(phase);
    }
  }
}

void FourierFeatures::write_product(const Coordinates& coordinates, Index node, double* row) const {
  bool any = false;
  for (Index axis = 0; axis < axis_count(); ++axis) {
    const bool known = coordinates.is_valid(node, axis);
    any = any || known;
    const double place = known ? static_cast<double>(coordinates.values.at(node, axis))
                               : ranges()[static_cast<std::size_t>(axis)].low - unknown_widths * basis_width_;
    for (Index j = 0; j < count_; ++j) {
      row[j] += 2 * std::numbers::pi * place * frequencies_[static_cast<std::size_t>(axis * count_ + j)];
    }
  }
  for (Index j = 0; j < count_; ++j) {
    const double phase = row[j];
    row[j] = any ? std::sin(phase) : 0;
    row[count_ + j] = any ? std::cos(phase) : 0;
  }
}

void FourierFeatures::encode_rows(const Coordinates& coordinates, Index begin, Index end, double* rows) const {
  for (Index node = begin; node < end; ++node) {
    double* const row = rows + (node - begin) * width();
    if (mode() == EncodingMode::simple) {
      write_simple(coordinates, node, row);
    } else {
      write_product(coordinates, node, row);
    }
  }
}

void FourierFeatures::save_state(StateWriter& state) const {
  state.number("width", basis_width_);
  state.numbers("frequencies", frequencies_, count_);
}

std::unique_ptr<Encoding> FourierFeatures::load(EncodingHead head, const StateReader& state) {
  const double width = state.number("width");
  if (width <= 0) state.fail("width", "is not above 0");
  std::vector<double> frequencies = state.numbers("frequencies");
  const auto axes = static_cast<Index>(head.ranges.size());
  const auto size = static_cast<Index>(frequencies.size());
  if (size == 0 || size % axes != 0) state.fail("frequencies", "does not fit the axes");
  return std::unique_ptr<Encoding>(new FourierFeatures(std::move(head), width, size / axes, std::move(frequencies)));
}

}  // namespace cairn
