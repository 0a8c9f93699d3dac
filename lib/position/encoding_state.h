/// @file
/// How encodings keep what they were fitted to among NamedTensors: numbers in double, so that a saved encoding gives
/// the same bits again.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "position/encoding.h"
#include "tensor/named_tensors.h"

namespace cairn {

/// Puts values under names that start with a prefix.
class StateWriter {
 public:
  /// tensors: outlives this writer.
  StateWriter(NamedTensors& tensors, std::string_view prefix) : tensors_(tensors), prefix_(prefix) {}

  /// A list of numbers, or a matrix of `columns` columns where that is above 0.
  void numbers(std::string_view name, std::span<const double> values, Index columns = 0);
  /// One number.
  void number(std::string_view name, double value) { numbers(name, std::span(&value, 1)); }
  /// Whole numbers.
  void whole(std::string_view name, std::span<const std::int64_t> values);
  /// Text.
  void text(std::string_view name, std::string_view value);

 private:
  NamedTensors& tensors_;
  std::string prefix_;
};

/// Reads them back. Every function throws Error, naming the array, where it is missing or not what was asked for.
class StateReader {
 public:
  /// tensors: outlives this reader.
  StateReader(const NamedTensors& tensors, std::string_view prefix) : tensors_(tensors), prefix_(prefix) {}

  /// Finite numbers; `count` of them unless that is below 0.
  [[nodiscard]] std::vector<double> numbers(std::string_view name, Index count = -1) const;
  /// One finite number.
  [[nodiscard]] double number(std::string_view name) const { return numbers(name, 1).front(); }
  /// Whole numbers; `count` of them unless that is below 0.
  [[nodiscard]] std::vector<std::int64_t> whole(std::string_view name, Index count = -1) const;
  /// Text.
  [[nodiscard]] const std::string& text(std::string_view name) const;
  /// Throws Error "<array> <what>": for values that no encoding could have saved.
  [[noreturn]] void fail(std::string_view name, std::string_view what) const;

 private:
  const NamedTensors& tensors_;
  std::string prefix_;
};

/// Writes and reads what all encodings have in common. load_head throws Error for a head that none could have saved;
/// the name is for the table of encodings to judge.
void save_head(StateWriter& state, const EncodingHead& head);
[[nodiscard]] EncodingHead load_head(const StateReader& state);

/// "simple" or "product".
[[nodiscard]] std::string_view to_string(EncodingMode mode);

}  // namespace cairn
