#include "nn/activation.h"

#include <algorithm>
#include <array>
#include <utility>

#include "autodiff/ops_elementwise.h"

namespace cairn {

namespace {
constexpr std::array<std::string_view, 6> names{"relu", "elu", "gelu", "tanh", "sigmoid", "none"};
constexpr std::array<Activation, 6> functions{relu, elu, gelu, tanh, sigmoid, [](Variable x) { return x; }};
}  // namespace

Activation find_activation(std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) throw_unknown_name("activation", name, names);
  return functions[static_cast<std::size_t>(found - names.begin())];
}

std::span<const std::string_view> activation_names() { return names; }

}  // namespace cairn
