#include "models/models.h"

#include "models/layer_stack.h"

namespace cairn {

std::unique_ptr<Model> make_model(const TrainConfig& config, Index in, Index out, const Rng& rng) {
  const LayerStackOptions options{.layer = config.model == "mlp" ? "linear" : config.model,
                                  .layers = config.layers,
                                  .in = in,
                                  .hidden = config.hidden,
                                  .out = out,
                                  .heads = config.heads,
                                  .output_heads = config.output_heads,
                                  .dropout = static_cast<Real>(config.dropout),
                                  .attention_dropout = static_cast<Real>(config.attention_dropout),
                                  .activation = config.activation,
                                  .norm = config.norm,
                                  .residual = config.residual};
  return std::make_unique<LayerStack>(options, rng);
}

}  // namespace cairn
