#pragma once

#include <span>
#include <string_view>

#include "autodiff/variable.h"

namespace cairn {

using Activation = Variable (*)(Variable);

/// "relu", "elu", "gelu", "tanh", "sigmoid" or "none". Throws UsageError for another name.
Activation find_activation(std::string_view name);
std::span<const std::string_view> activation_names();

}  // namespace cairn
