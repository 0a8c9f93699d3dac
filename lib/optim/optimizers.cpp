#include "optim/optimizers.h"

#include <array>

#include "optim/adam.h"
#include "optim/sgd.h"

namespace cairn {

namespace {
constexpr std::array<std::string_view, 3> names{"sgd", "adam", "adamw"};
}

std::unique_ptr<Optimizer> make_optimizer(const OptimizerOptions& options) {
  if (!(options.weight_decay >= 0)) throw UsageError("optimizer: expected a weight decay of at least 0");
  for (const Real average : {options.momentum, options.beta1, options.beta2}) {
    if (!(average >= 0 && average < 1)) throw UsageError("optimizer: expected momentum and betas in [0, 1)");
  }
  if (!(options.epsilon >= 0)) throw UsageError("optimizer: expected an epsilon of at least 0");
  if (options.name == "sgd") return std::make_unique<Sgd>(options);
  if (options.name == "adam" || options.name == "adamw") return std::make_unique<Adam>(options);
  throw_unknown_name("optimizer", options.name, names);
}

std::span<const std::string_view> optimizer_names() { return names; }

}  // namespace cairn
