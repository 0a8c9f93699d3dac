#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "core/rng.h"
#include "core/types.h"

/// Draws of orders and of sets.
namespace cairn {

/// Puts values into an order of which each is equally likely.
template <class T>
void shuffle(std::vector<T>& values, Rng& rng) {
  for (auto left = static_cast<Index>(values.size()); left > 1; --left) {
    std::swap(values[static_cast<std::size_t>(left - 1)], values[static_cast<std::size_t>(rng.below(left))]);
  }
}

/// `count` different numbers of 0 .. bound - 1, ascending, each such set equally likely; all of them where count >=
/// bound. Time and memory grow with count alone. Source: Floyd, in Bentley, "Programming Pearls", CACM 30, 1987.
std::vector<std::int64_t> sample_below(std::int64_t bound, std::int64_t count, Rng& rng);

}  // namespace cairn
