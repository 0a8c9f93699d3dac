#include "graph_io/name_table.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <numeric>
#include <utility>

#include "core/error.h"
#include "graph_io/cells.h"

namespace cairn {

std::size_t NameTable::slot_of(std::string_view name) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = std::hash<std::string_view>{}(name)&mask;
  while (slots_[slot] >= 0 && names_[static_cast<std::size_t>(slots_[slot])] != name) slot = (slot + 1) & mask;
  return slot;
}

void NameTable::grow() {
  slots_.assign(std::max<std::size_t>(16, 2 * slots_.size()), -1);
  for (std::size_t i = 0; i < names_.size(); ++i) slots_[slot_of(names_[i])] = static_cast<std::int32_t>(i);
}

std::int32_t NameTable::number_of(std::string_view name) {
  if (4 * (names_.size() + 1) > 3 * slots_.size()) grow();
  const std::size_t slot = slot_of(name);
  if (slots_[slot] < 0) {
    if (size() == std::numeric_limits<std::int32_t>::max()) throw Error("expected at most 2147483647 different names");
    slots_[slot] = size();
    names_.emplace_back(name);
  }
  return slots_[slot];
}

std::int32_t NameTable::find(std::string_view name) const { return slots_.empty() ? -1 : slots_[slot_of(name)]; }

std::vector<std::string> NameTable::take_names() {
  slots_ = {};
  std::vector<std::string> taken;
  taken.reserve(names_.size());
  for (; !names_.empty(); names_.pop_front()) taken.push_back(std::move(names_.front()));
  return taken;
}

bool all_integers(const std::deque<std::string>& names) {
  return std::all_of(names.begin(), names.end(), [](const std::string& name) { return as_integer(name).has_value(); });
}

std::vector<std::int32_t> sorted_places(const std::deque<std::string>& names) {
  std::vector<std::size_t> order(names.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (all_integers(names)) {
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return *as_integer(names[a]) < *as_integer(names[b]); });
  } else {
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return names[a] < names[b]; });
  }
  std::vector<std::int32_t> places(names.size());
  for (std::size_t place = 0; place < order.size(); ++place) places[order[place]] = static_cast<std::int32_t>(place);
  return places;
}

}  // namespace cairn
