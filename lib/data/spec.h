#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/types.h"

namespace cairn {

/// The words of one synthetic dataset, "name:value:key=value,...", asked for by key. A value without a key belongs to
/// the first key, in the order of `keys`, that no earlier value without a key took.
class Spec {
 public:
  /// Name of `text`: what stands before its first ':'.
  static std::string_view name_of(std::string_view text);

  /// Throws UsageError, showing `pattern`, for an unknown key, a key given twice, an empty value or too many values.
  Spec(std::string_view text, std::string_view pattern, std::vector<std::string_view> keys);

  bool has(std::string_view key) const { return find(key) != nullptr; }
  /// The value as a whole number of at least `least`; `otherwise` where it was not given.
  Index integer(std::string_view key, Index least, Index otherwise) const;
  /// The same without a default: throws UsageError where it was not given.
  Index integer(std::string_view key, Index least) const;
  /// The value as a number in [least, most]; `otherwise` where it was not given.
  double real(std::string_view key, double least, double most, double otherwise) const;
  /// "20x30" as {20, 30}, each at least 1. Throws UsageError where it was not given or has fewer than `least_count`.
  std::vector<Index> extents(std::string_view key, std::size_t least_count) const;

  /// UsageError "<text>: <problem>; expected <pattern>".
  [[noreturn]] void fail(std::string_view problem) const;

 private:
  struct Value {
    std::string_view key;
    std::string_view text;
  };
  const std::string_view* find(std::string_view key) const;
  void set(std::string_view key, std::string_view text);
  Index parse_integer(std::string_view key, std::string_view text, Index least) const;

  std::string text_;
  std::string pattern_;
  std::vector<Value> values_;  // into text_ of the caller, which outlives the work on it
};

}  // namespace cairn
