#pragma once

#include "position/path_items.h"

namespace cairn {

/// Fills what predecessors hand on, level by level: the anchor of each item above level 0, and all log path counts, by
/// log-sum-exp over the predecessors in double.
void follow_paths(PathItems& items);

}  // namespace cairn
