#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
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
  const std::vector<std::string>& names() const { return names_; }
  std::vector<std::string> take_names() { return std::exchange(names_, {}); }

 private:
  std::size_t slot_of(std::string_view name) const;
  void grow();

  std::vector<std::string> names_;
  std::vector<std::int32_t> slots_;  // number, or -1: free. Open addressing, at most three of four taken
};

/// Orders names as people do: by value where all are integers (and says so), else by bytes.
/// Returns new numbers: name i becomes the result[i]-th.
std::vector<std::int32_t> sorted_places(const std::vector<std::string>& names);

/// True where every name is an integer in its decimal form.
bool all_integers(const std::vector<std::string>& names);

}  // namespace cairn
