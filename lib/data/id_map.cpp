#include "data/id_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <functional>
#include <limits>
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
  for (std::size_t i = 1; i < ids.size(); ++i) {
    if (ids[i] <= ids[i - 1]) throw ShapeError(fmt::format("ids: {} follows {}", ids[i], ids[i - 1]));
  }
  // Ascending and unique from 0 to N - 1 leaves no gap.
  if (ids.empty() || (ids.front() == 0 && ids.back() == static_cast<std::int64_t>(ids.size()) - 1)) {
    return range(static_cast<Index>(ids.size()));
  }
  IdMap map;
  map.ids_ = std::move(ids);
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

Index IdMap::size() const {
  if (const auto* count = std::get_if<Index>(&ids_)) return *count;
  if (const auto* ids = std::get_if<std::vector<std::int64_t>>(&ids_)) return static_cast<Index>(ids->size());
  return static_cast<Index>(std::get<Strings>(ids_).names.size());
}

std::span<const std::int64_t> IdMap::kept_integers() const {
  const auto* ids = std::get_if<std::vector<std::int64_t>>(&ids_);
  return ids == nullptr ? std::span<const std::int64_t>() : std::span<const std::int64_t>(*ids);
}

std::span<const std::string> IdMap::kept_names() const {
  const auto* strings = std::get_if<Strings>(&ids_);
  return strings == nullptr ? std::span<const std::string>() : std::span<const std::string>(strings->names);
}

std::string IdMap::name(NodeId node) const {
  if (node < 0 || node >= size()) throw ShapeError(fmt::format("ids: node {} is outside 0 .. {}", node, size() - 1));
  const auto i = static_cast<std::size_t>(node);
  if (is_range()) return std::to_string(node);
  if (const auto* ids = std::get_if<std::vector<std::int64_t>>(&ids_)) return std::to_string((*ids)[i]);
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
  if (const auto* ids = std::get_if<std::vector<std::int64_t>>(&ids_)) {
    const auto found = std::lower_bound(ids->begin(), ids->end(), id);
    if (found == ids->end() || *found != id) return std::nullopt;
    return static_cast<NodeId>(found - ids->begin());
  }
  return find(std::string_view(std::to_string(id)));
}

}  // namespace cairn
