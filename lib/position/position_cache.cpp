#include "position/position_cache.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

#include "core/error.h"

namespace cairn {

namespace {

using Numbers = std::vector<std::int32_t>;

// Names of arrays and texts in the file.
constexpr std::string_view kind_name = "kind";
constexpr std::string_view items_kind = "cairn path items";
constexpr std::string_view distances_kind = "cairn hop distances";

template <class... Arguments>
[[noreturn]] void fail(fmt::format_string<Arguments...> text, Arguments&&... arguments) {
  throw Error("position cache: " + fmt::format(text, std::forward<Arguments>(arguments)...));
}

template <class Value>
void put(NamedTensors& named, const char* name, std::vector<Value> values) {
  const Shape shape{static_cast<Index>(values.size())};
  named.arrays.emplace(name, StoredArray{shape, std::move(values)});
}

template <class Value>
std::vector<Value> take(NamedTensors& named, const char* name) {
  const auto found = named.arrays.find(name);
  if (found == named.arrays.end()) fail("array '{}' is missing", name);
  auto* const values = std::get_if<std::vector<Value>>(&found->second.values);
  if (values == nullptr) fail("array '{}' holds another type of number", name);
  if (static_cast<Index>(values->size()) != found->second.shape.size()) fail("array '{}' does not fit its shape", name);
  return std::move(*values);
}

Index count_of(const NamedTensors& named, const char* name) {
  const std::string& text = find_metadata(named, name);
  Index count = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (problem != std::errc() || end != text.data() + text.size() || count < 0 ||
      count > std::numeric_limits<std::int32_t>::max()) {
    fail("'{}': expected a count, found '{}'", name, text);
  }
  return count;
}

void require_kind(const NamedTensors& named, std::string_view kind) {
  const std::string& found = find_metadata(named, kind_name);
  if (found != kind) fail("expected '{}', found '{}'", kind, found);
}

template <class Value>
void require_size(const char* name, const std::vector<Value>& values, std::size_t size) {
  if (values.size() != size) fail("array '{}': expected {} values, found {}", name, size, values.size());
}

void require_below(const char* name, const Numbers& values, Index end) {
  const auto outside = std::find_if(values.begin(), values.end(), [&](std::int32_t v) { return v < 0 || v >= end; });
  if (outside != values.end()) fail("array '{}': expected 0 to {}, found {}", name, end - 1, *outside);
}

/// Offsets of `count` lists that together hold `total` entries.
void require_offsets(const char* name, const Numbers& offsets, std::size_t count, std::size_t total) {
  require_size(name, offsets, count + 1);
  if (offsets.front() != 0 || offsets.back() != static_cast<Index>(total) ||
      !std::is_sorted(offsets.begin(), offsets.end())) {
    fail("array '{}': expected to ascend from 0 to {}", name, total);
  }
}

/// Where the items that a list names must lie, seen from the level of the item that lists them.
enum class Where : std::uint8_t { below, same, above };

void require_levels(const char* name, const Numbers& level_offsets, const Numbers& offsets, const Numbers& listed,
                    Where where) {
  for (std::size_t level = 0; level + 1 < level_offsets.size(); ++level) {
    const std::int32_t first = where == Where::below ? 0 : level_offsets[level + (where == Where::above ? 1 : 0)];
    const std::int32_t end = where == Where::below  ? level_offsets[level]
                             : where == Where::same ? level_offsets[level + 1]
                                                    : level_offsets.back();
    for (auto i = static_cast<std::size_t>(level_offsets[level]);
         i < static_cast<std::size_t>(level_offsets[level + 1]); ++i) {
      if (where == Where::below && level > 0 && offsets[i] == offsets[i + 1]) fail("item {} has no predecessor", i);
      for (auto k = static_cast<std::size_t>(offsets[i]); k < static_cast<std::size_t>(offsets[i + 1]); ++k) {
        if (listed[k] < first || listed[k] >= end)
          fail("array '{}': item {} names {}, in another level", name, i, listed[k]);
      }
    }
  }
}

void require_consistent(const PathItems& items) {
  const std::size_t count = items.node.size();
  const kernels::LevelLists& lists = items.lists;
  require_size("anchor", items.anchor, count);
  require_size("log_path_count", items.log_path_count, count);
  if (!items.distance.empty()) require_size("distance", items.distance, count);
  require_below("node", items.node, items.node_count);
  require_below("anchor", items.anchor, items.anchor_count);
  if (items.slot_count > items.anchor_count) fail("more slots than anchors");
  if (lists.level_offsets.empty()) fail("array 'level_offsets' is empty");
  require_offsets("level_offsets", lists.level_offsets, lists.level_offsets.size() - 1, count);
  require_offsets("predecessor_offsets", lists.predecessor_offsets, count, lists.predecessors.size());
  require_offsets("successor_offsets", lists.successor_offsets, count, lists.successors.size());
  require_levels("predecessors", lists.level_offsets, lists.predecessor_offsets, lists.predecessors, Where::below);
  require_levels("successors", lists.level_offsets, lists.successor_offsets, lists.successors, Where::above);
  if (lists.predecessors.size() != lists.successors.size()) fail("not as many successors as predecessors");
  if (lists.sibling_offsets.empty()) {
    require_size("siblings", lists.siblings, 0);
  } else {
    require_offsets("sibling_offsets", lists.sibling_offsets, count, lists.siblings.size());
    require_levels("siblings", lists.level_offsets, lists.sibling_offsets, lists.siblings, Where::same);
  }
}

}  // namespace

NamedTensors to_named(PathItems items) {
  NamedTensors named;
  named.metadata[std::string(kind_name)] = items_kind;
  named.metadata["nodes"] = fmt::to_string(items.node_count);
  named.metadata["anchors"] = fmt::to_string(items.anchor_count);
  named.metadata["slots"] = fmt::to_string(items.slot_count);
  put(named, "node", std::move(items.node));
  put(named, "anchor", std::move(items.anchor));
  put(named, "log_path_count", std::move(items.log_path_count));
  put(named, "distance", std::move(items.distance));
  put(named, "level_offsets", std::move(items.lists.level_offsets));
  put(named, "predecessor_offsets", std::move(items.lists.predecessor_offsets));
  put(named, "predecessors", std::move(items.lists.predecessors));
  put(named, "successor_offsets", std::move(items.lists.successor_offsets));
  put(named, "successors", std::move(items.lists.successors));
  put(named, "sibling_offsets", std::move(items.lists.sibling_offsets));
  put(named, "siblings", std::move(items.lists.siblings));
  return named;
}

PathItems path_items_from(NamedTensors tensors) {
  require_kind(tensors, items_kind);
  PathItems items;
  items.node_count = count_of(tensors, "nodes");
  items.anchor_count = count_of(tensors, "anchors");
  items.slot_count = count_of(tensors, "slots");
  items.node = take<std::int32_t>(tensors, "node");
  items.anchor = take<std::int32_t>(tensors, "anchor");
  items.log_path_count = take<float>(tensors, "log_path_count");
  items.distance = take<double>(tensors, "distance");
  items.lists.level_offsets = take<std::int32_t>(tensors, "level_offsets");
  items.lists.predecessor_offsets = take<std::int32_t>(tensors, "predecessor_offsets");
  items.lists.predecessors = take<std::int32_t>(tensors, "predecessors");
  items.lists.successor_offsets = take<std::int32_t>(tensors, "successor_offsets");
  items.lists.successors = take<std::int32_t>(tensors, "successors");
  items.lists.sibling_offsets = take<std::int32_t>(tensors, "sibling_offsets");
  items.lists.siblings = take<std::int32_t>(tensors, "siblings");
  require_consistent(items);
  return items;
}

NamedTensors to_named(const HopDistances& distances) {
  NamedTensors named;
  named.metadata[std::string(kind_name)] = distances_kind;
  // Low byte, high byte: there is no stored type of 16 bits.
  std::vector<std::uint8_t> bytes;
  bytes.reserve(distances.hops.values().size() * 2);
  for (const std::uint16_t hops : distances.hops.values()) {
    bytes.push_back(static_cast<std::uint8_t>(hops & 0xff));
    bytes.push_back(static_cast<std::uint8_t>(hops >> 8));
  }
  const Shape shape{distances.node_count, distances.anchor_count, 2};
  named.arrays.emplace("hops", StoredArray{shape, std::move(bytes)});
  return named;
}

HopDistances hop_distances_from(const NamedTensors& tensors) {
  require_kind(tensors, distances_kind);
  const StoredArray& array = find_array(tensors, "hops");
  const auto* const bytes = std::get_if<std::vector<std::uint8_t>>(&array.values);
  if (bytes == nullptr || array.shape.rank() != 3 || array.shape[2] != 2 ||
      static_cast<Index>(bytes->size()) != array.shape.size()) {
    fail("array 'hops': expected bytes [N, K, 2], found {}", to_string(array.shape));
  }
  HopDistances distances;
  distances.node_count = array.shape[0];
  distances.anchor_count = array.shape[1];
  std::vector<std::uint16_t> hops(bytes->size() / 2);
  for (std::size_t i = 0; i < hops.size(); ++i) {
    hops[i] = static_cast<std::uint16_t>((*bytes)[2 * i] | ((*bytes)[2 * i + 1] << 8));
  }
  distances.hops = SharedArray<std::uint16_t>(std::move(hops));
  return distances;
}

}  // namespace cairn
