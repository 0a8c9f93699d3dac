#pragma once

#include "core/types.h"

namespace cairn {

/// A part of a model that waits for another is added to it times s, which is learned and starts at 0. s counts steps of
/// this size, so that an optimizer which moves every value by its learning rate lets the part in slowly.
inline constexpr Real waiting_share_step = Real(0.002);

}  // namespace cairn
