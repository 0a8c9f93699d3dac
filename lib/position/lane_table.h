#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "core/large_pages.h"
#include "core/parallel.h"
#include "core/types.h"

namespace cairn {

/// Words of lanes, W a node, undefined until cleared. The first starts a line of the cache, so that a node's lie within
/// one (W up to 8), and large pages are asked for: searches read nodes at random.
class LaneTable {
 public:
  explicit LaneTable(Index count)
      : count_(count), memory_(new std::uint64_t[static_cast<std::size_t>(count) + line_words - 1]) {
    const auto past_line = reinterpret_cast<std::uintptr_t>(memory_.get()) / sizeof(std::uint64_t) % line_words;
    words_ = memory_.get() + (line_words - past_line) % line_words;
    advise_large_pages(words_, static_cast<std::size_t>(count) * sizeof(std::uint64_t));
  }

  std::uint64_t* data() const { return words_; }
  void clear() {
    parallel_blocks(count_, block, [&](Index begin, Index end) { std::fill(words_ + begin, words_ + end, 0); });
  }
  void swap(LaneTable& other) {
    std::swap(count_, other.count_);
    std::swap(memory_, other.memory_);
    std::swap(words_, other.words_);
  }

 private:
  static constexpr std::size_t line_words = 64 / sizeof(std::uint64_t);
  static constexpr Index block = 65536;

  Index count_;
  std::unique_ptr<std::uint64_t[]> memory_;
  std::uint64_t* words_;
};

}  // namespace cairn
