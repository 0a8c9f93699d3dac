#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "core/rng.h"

namespace cairn {

/// A set of 64-bit keys by open addressing: one array, where std::unordered_set takes a block of memory for each key.
/// Every key but 2^64 - 1.
class KeySet {
 public:
  /// expected: keys to be inserted; more make it grow.
  explicit KeySet(std::size_t expected = 0) : slots_(std::bit_ceil(2 * expected + 16), free) {}

  std::size_t size() const { return size_; }
  bool contains(std::uint64_t key) const { return slots_[slot_of(key)] == key; }
  /// Whether the key was not in the set before.
  bool insert(std::uint64_t key) {
    if (2 * (size_ + 1) > slots_.size()) grow();
    std::uint64_t& slot = slots_[slot_of(key)];
    if (slot == key) return false;
    slot = key;
    ++size_;
    return true;
  }

 private:
  static constexpr std::uint64_t free = ~std::uint64_t{0};

  /// Where the key is, or would go. At least half of the slots are free, so that the search ends soon.
  std::size_t slot_of(std::uint64_t key) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t slot = mix_bits(key) & mask;
    while (slots_[slot] != free && slots_[slot] != key) slot = (slot + 1) & mask;
    return slot;
  }
  void grow() {
    const std::vector<std::uint64_t> before = std::move(slots_);
    slots_.assign(2 * before.size(), free);
    for (const std::uint64_t key : before) {
      if (key != free) slots_[slot_of(key)] = key;
    }
  }

  std::vector<std::uint64_t> slots_;
  std::size_t size_ = 0;
};

}  // namespace cairn
