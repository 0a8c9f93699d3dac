#include "models/defaults.h"

#include <algorithm>
#include <array>

#include "core/error.h"

namespace cairn {

namespace {
constexpr std::array<std::string_view, 8> names{"mlp", "gcn", "gat", "sage", "gin", "cheb", "arma", "graph"};
}

std::span<const std::string_view> model_names() { return names; }

TrainConfig default_config(std::string_view model) {
  if (std::find(names.begin(), names.end(), model) == names.end()) throw_unknown_name("model", model, names);
  TrainConfig config;
  config.model = model;
  if (model == "gat") {  // Velickovic et al., ICLR 2018, section 3.3
    config.hidden = 8;
    config.heads = 8;
    config.dropout = 0.6;
    config.attention_dropout = 0.6;
    config.activation = "elu";
    config.learning_rate = 0.005;
    config.epochs = 1000;
    config.patience = 100;
  }
  return config;
}

}  // namespace cairn
