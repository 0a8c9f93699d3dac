#pragma once

#include <cstdint>
#include <vector>

#include "core/types.h"

namespace cairn::kernels {

/// Items in levels with lists of other items, as kernels read them: level t holds items level_offsets[t] ..
/// level_offsets[t + 1] - 1, whose predecessors lie in levels below, successors above, siblings in the same.
/// Successors are the predecessors turned around, and siblings are symmetric: all directions pull.
struct LevelLists {
  std::vector<std::int32_t> level_offsets;        // levels + 1
  std::vector<std::int32_t> predecessor_offsets;  // items + 1
  std::vector<std::int32_t> predecessors;         // of an item: by ascending node
  std::vector<std::int32_t> successor_offsets;    // items + 1
  std::vector<std::int32_t> successors;           // of an item: by ascending node
  std::vector<std::int32_t> sibling_offsets;      // items + 1, or empty: no siblings listed
  std::vector<std::int32_t> siblings;             // of an item: by ascending node

  Index level_count() const { return level_offsets.empty() ? 0 : static_cast<Index>(level_offsets.size()) - 1; }
  Index item_count() const { return level_offsets.empty() ? 0 : level_offsets.back(); }
};

}  // namespace cairn::kernels
