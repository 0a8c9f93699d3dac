#include <fmt/format.h>

#include <bit>
#include <cstdint>
#include <span>
#include <type_traits>
#include <vector>

#include "core/rng.h"
#include "position/position_cache.h"

namespace cairn {

namespace {

// Raise it whenever the same options come to give other items.
constexpr std::uint64_t format_version = 1;

/// Two chains of 64 bits over the same words, of which each word enters both in a different way.
class Hash {
 public:
  void add(std::uint64_t word) {
    first_ = mix_bits(first_ ^ word) + 0x9e3779b97f4a7c15ULL;
    second_ = mix_bits(second_ + word * 0xd1342543de82ef95ULL) ^ 0xa0761d6478bd642fULL;
  }
  /// Length first, so that no two lists of lists give the same words.
  template <class Value>
  void add_all(std::span<const Value> values) {
    add(values.size());
    for (const Value value : values) add(word_of(value));
  }
  std::string digits() const { return fmt::format("{:016x}{:016x}", mix_bits(first_), mix_bits(second_)); }

 private:
  template <class Value>
  static std::uint64_t word_of(Value value) {
    if constexpr (std::is_floating_point_v<Value>) return std::bit_cast<std::uint64_t>(static_cast<double>(value));
    return static_cast<std::uint64_t>(value);
  }

  std::uint64_t first_ = 0x243f6a8885a308d3ULL;  // digits of pi
  std::uint64_t second_ = 0x13198a2e03707344ULL;
};

}  // namespace

std::string cache_key(const Graph& graph, const AnchorSet& anchors, const PathOptions& options) {
  Hash hash;
  hash.add(format_version);
  hash.add(graph.directed() ? 1 : 0);
  hash.add_all(graph.offsets());
  hash.add_all(graph.targets());
  hash.add_all(graph.weights());
  hash.add(anchors.groups.size());
  for (const std::vector<NodeId>& group : anchors.groups) hash.add_all(std::span<const NodeId>(group));
  const std::vector<std::int32_t> slots = anchors.slots();
  hash.add_all(std::span<const std::int32_t>(slots));
  hash.add(static_cast<std::uint64_t>(options.max_hops));
  hash.add(static_cast<std::uint64_t>(options.direction));
  hash.add(options.weighted ? 1 : 0);
  hash.add(options.siblings ? 1 : 0);
  hash.add(options.one_predecessor ? 1 : 0);
  hash.add(options.tree_key);
  hash.add(static_cast<std::uint64_t>(options.first_slot));
  return hash.digits();
}

}  // namespace cairn
