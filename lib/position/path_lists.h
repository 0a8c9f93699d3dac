#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "position/path_levels.h"

namespace cairn {

/// Fills predecessors and successors. numbers: [N, K], the item of each pair that is reached.
void list_paths(const PathGraphs& graphs, const PathLevels& levels, std::span<const std::int32_t> numbers,
                const PathOptions& options, kernels::LevelLists& lists);
/// Fills siblings.
void list_siblings(const Graph& graph, const PathLevels& levels, std::span<const std::int32_t> numbers,
                   kernels::LevelLists& lists);

/// Pairs that list_paths would list as predecessors, and list_siblings as siblings, without listing them.
struct ListedPairs {
  Index predecessors = 0;
  Index siblings = 0;
};
ListedPairs count_pairs(const PathGraphs& graphs, const PathLevels& levels);

/// Throws UsageError for `count` of 2^31 or more: lists number with 32 bits.
void check_list_size(std::int64_t count, std::string_view what);

}  // namespace cairn
