#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace cairn {

/// Different texts, numbered in the order of their first appearance.
class NameTable {
 public:
  std::int32_t size() const { return static_cast<std::int32_t>(names_.size()); }
  /// The number of `name`, a new one where it is new.
  std::int32_t number_of(std::string_view name);
  /// The number of `name`; -1 where it has none.
  std::int32_t find(std::string_view name) const;
  const std::deque<std::string>& names() const { return names_; }
  /// All names; the table is of no use afterwards.
  std::vector<std::string> take_names();

 private:
  std::size_t slot_of(std::string_view name) const;
  void grow();

  std::deque<std::string> names_;    // a vector would hold three times as much while it grows
  std::vector<std::int32_t> slots_;  // number, or -1: free. Open addressing, at most three of four taken
};

/// Orders names as people do: by value where all are integers (and says so), else by bytes.
/// Returns new numbers: name i becomes the result[i]-th.
std::vector<std::int32_t> sorted_places(const std::deque<std::string>& names);

/// True where every name is an integer in its decimal form.
bool all_integers(const std::deque<std::string>& names);

}  // namespace cairn
