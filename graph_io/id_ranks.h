#pragma once

#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include "core/types.h"
#include "data/id_map.h"

namespace cairn {

/// A column of integer ids as a file holds them, in the narrower of two types.
using IdColumn = std::variant<std::span<const std::int32_t>, std::span<const std::int64_t>>;

/// Different integers, numbered 0 .. N - 1 in ascending order.
/// 0 .. N - 1 themselves cost nothing; integers whose spread is at most 32 times the length of the columns cost 1.5
/// bits of memory for each integer of the spread and about a nanosecond a look-up; any others stand in a hash table.
class IdRanks {
 public:
  /// All integers of the columns. Throws Error for more than 2^31 - 1 different ones.
  explicit IdRanks(std::span<const IdColumn> columns);

  Index size() const { return count_; }
  /// True where the integers are 0 .. N - 1, each its own rank.
  bool identity() const { return identity_; }
  /// Rank of an integer; -1 where it is none of them.
  NodeId rank(std::int64_t id) const {
    if (identity_) return id >= 0 && id < count_ ? static_cast<NodeId>(id) : -1;
    return words_.empty() ? rank_in_table(id) : rank_in_words(id);
  }
  /// The integers as names of nodes.
  IdMap to_id_map() const;

 private:
  void mark(std::span<const IdColumn> columns, std::uint64_t spread);
  void collect(std::span<const IdColumn> columns);
  NodeId rank_in_words(std::int64_t id) const;
  NodeId rank_in_table(std::int64_t id) const;
  std::size_t slot_of(std::int64_t id) const;

  Index count_ = 0;
  bool identity_ = false;
  std::int64_t lowest_ = 0;
  std::vector<std::uint64_t> words_;         // bit i: lowest_ + i is there
  std::vector<std::uint32_t> ranks_before_;  // of the first bit of each word
  std::vector<std::int64_t> keys_;           // hash table, at most three of four slots taken
  std::vector<NodeId> ranks_;                // of each slot, -1: free
};

}  // namespace cairn
