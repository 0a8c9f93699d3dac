#include "position/encoding_state.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace cairn {

void StateWriter::numbers(std::string_view name, std::span<const double> values, Index columns) {
  const auto count = static_cast<Index>(values.size());
  tensors_.arrays[prefix_ + std::string(name)] = {columns > 0 ? Shape{count / columns, columns} : Shape{count},
                                                  std::vector<double>(values.begin(), values.end())};
}

void StateWriter::whole(std::string_view name, std::span<const std::int64_t> values) {
  tensors_.arrays[prefix_ + std::string(name)] = {Shape{static_cast<Index>(values.size())},
                                                  std::vector<std::int64_t>(values.begin(), values.end())};
}

void StateWriter::text(std::string_view name, std::string_view value) {
  tensors_.metadata[prefix_ + std::string(name)] = value;
}

void StateReader::fail(std::string_view name, std::string_view what) const {
  throw Error(fmt::format("encoding: '{}{}' {}", prefix_, name, what));
}

std::vector<double> StateReader::numbers(std::string_view name, Index count) const {
  const auto* values = std::get_if<std::vector<double>>(&find_array(tensors_, prefix_ + std::string(name)).values);
  if (values == nullptr) fail(name, "is not of double precision");
  if (count >= 0 && static_cast<Index>(values->size()) != count) {
    fail(name, fmt::format("has {} values in place of {}", values->size(), count));
  }
  if (!std::all_of(values->begin(), values->end(), [](double value) { return std::isfinite(value); })) {
    fail(name, "holds a value that is not finite");
  }
  return *values;
}

std::vector<std::int64_t> StateReader::whole(std::string_view name, Index count) const {
  const auto* values =
      std::get_if<std::vector<std::int64_t>>(&find_array(tensors_, prefix_ + std::string(name)).values);
  if (values == nullptr) fail(name, "does not hold whole numbers");
  if (count >= 0 && static_cast<Index>(values->size()) != count) {
    fail(name, fmt::format("has {} values in place of {}", values->size(), count));
  }
  return *values;
}

const std::string& StateReader::text(std::string_view name) const {
  return find_metadata(tensors_, prefix_ + std::string(name));
}

std::string_view to_string(EncodingMode mode) { return mode == EncodingMode::simple ? "simple" : "product"; }

void save_head(StateWriter& state, const EncodingHead& head) {
  state.text("name", head.name);
  state.text("mode", to_string(head.mode));
  state.number("scale", head.scale);
  std::vector<double> ends;
  for (const AxisRange range : head.ranges) ends.insert(ends.end(), {range.low, range.high});
  state.numbers("ranges", ends, 2);
}

EncodingHead load_head(const StateReader& state) {
  EncodingHead head;
  head.name = state.text("name");
  const std::string& mode = state.text("mode");
  if (mode != "simple" && mode != "product") state.fail("mode", fmt::format("is '{}'", mode));
  head.mode = mode == "simple" ? EncodingMode::simple : EncodingMode::product;
  head.scale = state.number("scale");
  if (head.scale <= 0) state.fail("scale", "is not above 0");
  const std::vector<double> ends = state.numbers("ranges");
  if (ends.empty() || ends.size() % 2 != 0) state.fail("ranges", "is not a list of ranges");
  for (std::size_t i = 0; i < ends.size(); i += 2) {
    if (!(ends[i] <= ends[i + 1])) state.fail("ranges", "has a range that ends before it starts");
    head.ranges.push_back({ends[i], ends[i + 1]});
  }
  return head;
}

}  // namespace cairn
