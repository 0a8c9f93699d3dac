#include "data/id_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <functional>
#include <limits>
#include <numeric>
#include <utility>

#include "core/error.h"

namespace cairn {

namespace {

void check_count(std::size_t count) {
  if (count > static_cast<std::size_t>(std::numeric_limits<NodeId>::max())) {
    throw ShapeError(fmt::format("ids: {} nodes are more than {}", count, std::numeric_limits<NodeId>::max()));
  }
}

/// The integer whose decimal form is `text`; nothing for "007", "+7", "-0", " 7" or what 64 bits cannot hold.
std::optional<std::int64_t> canonical_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  const std::string_view digits = text.front() == '-' ? text.substr(1) : text;
  if (digits.front() == '0' && text != "0") return std::nullopt;
  return value;
}

}  // namespace

IdMap IdMap::range(Index count) {
  if (count < 0) throw ShapeError(fmt::format("ids: {} nodes", count));
  check_count(static_cast<std::size_t>(count));
  IdMap map;
  map.ids_ = count;
  return map;
}

IdMap IdMap::integers(std::vector<std::int64_t> ids) {
  check_count(ids.size());
  Integers integers{.ids = std::move(ids), .by_id = {}};
  const std::vector<std::int64_t>& kept = integers.ids;
  if (!std::is_sorted(kept.begin(), kept.end())) {
    integers.by_id.resize(kept.size());
    std::iota(integers.by_id.begin(), integers.by_id.end(), NodeId{0});
    std::sort(integers.by_id.begin(), integers.by_id.end(), [&](NodeId a, NodeId b) {
      return kept[static_cast<std::size_t>(a)] < kept[static_cast<std::size_t>(b)];
    });
  }
  for (std::size_t place = 1; place < kept.size(); ++place) {
    if (integers.at(place) == integers.at(place - 1)) {
      throw ShapeError(fmt::format("ids: {} names two nodes", integers.at(place)));
    }
  }
  // Ascending and unique from 0 to N - 1 leaves no gap.
  const bool ascending = integers.by_id.empty();
  if (kept.empty() || (ascending && kept.front() == 0 && kept.back() == static_cast<std::int64_t>(kept.size()) - 1)) {
    return range(static_cast<Index>(kept.size()));
  }
  IdMap map;
  map.ids_ = std::move(integers);
  return map;
}

IdMap IdMap::strings(std::vector<std::string> names) {
  check_count(names.size());
  Strings strings;
  strings.names = std::move(names);
  strings.slots.assign(std::bit_ceil(strings.names.size() * 4 / 3 + 1), -1);  // at most three of four are taken
  for (std::size_t i = 0; i < strings.names.size(); ++i) {
    NodeId& slot = strings.slots[strings.slot_of(strings.names[i])];
    if (slot >= 0) throw ShapeError(fmt::format("ids: '{}' names two nodes", strings.names[i]));
    slot = static_cast<NodeId>(i);
  }
  IdMap map;
  map.ids_ = std::move(strings);
  return map;
}

/// Where `name` stands, or the free slot where it would.
std::size_t IdMap::Strings::slot_of(std::string_view name) const {
  const std::size_t mask = slots.size() - 1;
  std::size_t slot = std::hash<std::string_view>{}(name)&mask;
  while (slots[slot] >= 0 && names[static_cast<std::size_t>(slots[slot])] != name) slot = (slot + 1) & mask;
  return slot;
}

/// The id at a place among all of them, ascending.
std::int64_t IdMap::Integers::at(std::size_t place) const {
  return ids[by_id.empty() ? place : static_cast<std::size_t>(by_id[place])];
}

std::optional<NodeId> IdMap::Integers::find(std::int64_t id) const {
  std::size_t first = 0;
  std::size_t last = ids.size();
  while (first < last) {
    const std::size_t middle = first + (last - first) / 2;
    if (at(middle) < id) {
      first = middle + 1;
    } else {
      last = middle;
    }
  }
  if (first == ids.size() || at(first) != id) return std::nullopt;
  return by_id.empty() ? static_cast<NodeId>(first) : by_id[first];
}

Index IdMap::size() const {
  if (const auto* count = std::get_if<Index>(&ids_)) return *count;
  if (const auto* integers = std::get_if<Integers>(&ids_)) return static_cast<Index>(integers->ids.size());
  return static_cast<Index>(std::get<Strings>(ids_).names.size());
}

std::span<const std::int64_t> IdMap::kept_integers() const {
  const auto* integers = std::get_if<Integers>(&ids_);
  return integers == nullptr ? std::span<const std::int64_t>() : std::span<const std::int64_t>(integers->ids);
}

std::span<const std::string> IdMap::kept_names() const {
  const auto* strings = std::get_if<Strings>(&ids_);
  return strings == nullptr ? std::span<const std::string>() : std::span<const std::string>(strings->names);
}

std::string IdMap::name(NodeId node) const {
  if (node < 0 || node >= size()) throw ShapeError(fmt::format("ids: node {} is outside 0 .. {}", node, size() - 1));
  const auto i = static_cast<std::size_t>(node);
  if (is_range()) return std::to_string(node);
  if (const auto* integers = std::get_if<Integers>(&ids_)) return std::to_string(integers->ids[i]);
  return std::get<Strings>(ids_).names[i];
}

std::optional<NodeId> IdMap::find(std::string_view name) const {
  if (const auto* strings = std::get_if<Strings>(&ids_)) {
    const NodeId node = strings->slots[strings->slot_of(name)];
    return node < 0 ? std::nullopt : std::optional(node);
  }
  const auto id = canonical_integer(name);
  return id ? find(*id) : std::nullopt;
}

std::optional<NodeId> IdMap::find(std::int64_t id) const {
  if (const auto* count = std::get_if<Index>(&ids_)) {
    return id >= 0 && id < *count ? std::optional(static_cast<NodeId>(id)) : std::nullopt;
  }
  if (const auto* integers = std::get_if<Integers>(&ids_)) return integers->find(id);
  return find(std::string_view(std::to_string(id)));
}

}  // namespace cairn
