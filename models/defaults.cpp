#include "models/defaults.h"

#include <algorithm>
#include <array>

#include "core/error.h"

namespace cairn {

namespace {
constexpr std::array<std::string_view, 8> names{"mlp", "gcn", "gat", "sage", "gin", "cheb", "arma", "graph"};
constexpr std::array<std::string_view, 8> summaries{
    "features alone: the control that never looks at an edge",
    "graph convolution (Kipf and Welling 2017)",
    "graph attention (Velickovic et al. 2018)",
    "GraphSAGE with the mean (Hamilton et al. 2017)",
    "graph isomorphism network (Xu et al. 2019)",
    "Chebyshev filter, K = 2 (Defferrard et al. 2016)",
    "auto-regressive moving average, one step (Bianchi et al. 2021)",
    "plain graph convolution (Morris et al. 2019)",
};

std::size_t place_of(std::string_view model) {
  const auto found = std::find(names.begin(), names.end(), model);
  if (found == names.end()) throw_unknown_name("model", model, names);
  return static_cast<std::size_t>(found - names.begin());
}
}  // namespace

std::span<const std::string_view> model_names() { return names; }

std::string_view model_summary(std::string_view model) { return summaries[place_of(model)]; }

TrainConfig default_config(std::string_view model) {
  place_of(model);  // an unknown name fails here
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
