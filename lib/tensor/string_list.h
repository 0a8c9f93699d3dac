#pragma once

#include <string>
#include <vector>

#include "tensor/named_tensors.h"

namespace cairn {

/// Strings as two arrays, "<name>.text" (all letters) and "<name>.ends" (where each string ends): any string survives.
void save_strings(const std::vector<std::string>& strings, const std::string& name, NamedTensors& to);
/// Throws Error naming the array that is missing or makes no sense.
std::vector<std::string> load_strings(const NamedTensors& from, const std::string& name);

}  // namespace cairn
