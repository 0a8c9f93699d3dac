#include "models/models.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "core/error.h"
#include "models/attention_plan.h"
#include "models/coordinate_plan.h"
#include "models/defaults.h"
#include "models/encoding_models.h"
#include "models/fused.h"
#include "models/layer_kinds.h"
#include "models/layer_stack.h"
#include "models/pgnn_model.h"
#include "models/position_models.h"
#include "models/transformer_model.h"

namespace cairn {

namespace {

/// What is trained as one: a name of the table, of layers perhaps with a global half.
struct ModelPart {
  std::string_view name;
  bool attends = false;
};

/// kernel-attention beside exactly one kind of layers is their global half; by itself, or beside several, a part.
std::vector<ModelPart> parts_of(std::string_view model) {
  const std::vector<std::string_view> names = model_parts(model);
  const auto is_local = [](std::string_view name) { return !is_position_model(name) && name != "kernel-attention"; };
  const bool joined = std::count_if(names.begin(), names.end(), is_local) == 1 &&
                      std::count(names.begin(), names.end(), "kernel-attention") == 1;
  std::vector<ModelPart> parts;
  for (const std::string_view name : names) {
    if (joined && name == "kernel-attention") continue;
    parts.push_back({name, joined && is_local(name)});
  }
  return parts;
}

KernelAttentionOptions attention_options(const TrainConfig& config, const ModelExtents& extents) {
  return {.heads = config.heads,
          .biases = extents.attention_biases,
          .normalize = config.attention_normalize,
          .features = attention_features(config)};
}

std::unique_ptr<Model> make_transformer(const TrainConfig& config, const ModelExtents& extents, Index out,
                                        const Rng& rng) {
  const TransformerOptions options{.layers = config.layers,
                                   .in = extents.in,
                                   .width = config.hidden,
                                   .out = out,
                                   .dropout = static_cast<Real>(config.dropout),
                                   .in_is_ids = extents.features == "onehot",
                                   .attention = attention_options(config, extents),
                                   .recompute = config.recompute};
  return std::make_unique<TransformerModel>(options, rng);
}

std::unique_ptr<Model> make_layers(const ModelPart& part, const TrainConfig& config, const ModelExtents& extents,
                                   Index out, const Rng& rng) {
  const std::string_view name = part.name;
  // Heads of layers that have none are those of their global half.
  const bool heads_of_layers = !part.attends || name == "gat";
  const std::vector<std::string> kinds = name == "stack" ? layer_kinds(config) : std::vector<std::string>{};
  const LayerStackOptions options{
      .layer = name == "mlp" ? "linear" : std::string(name),
      .layers = config.layers,
      .kinds = kinds,
      .in = extents.in,
      .hidden = config.hidden,
      .out = out,
      .heads = heads_of_layers ? config.heads : 1,
      .output_heads = config.output_heads,
      .dropout = static_cast<Real>(config.dropout),
      .attention_dropout = static_cast<Real>(config.attention_dropout),
      .activation = config.activation,
      .norm = config.norm,
      .residual = config.residual,
      .all_layers = config.jump == "cat",
      .in_is_ids = extents.features == "onehot",
      .attention = part.attends ? std::optional(attention_options(config, extents)) : std::nullopt,
      .attention_layer = attention_options(config, extents),
      .recompute = config.recompute};
  return std::make_unique<LayerStack>(options, rng);
}

RowScore row_score(const TrainConfig& config) {
  if (is_node_task(config.task)) return RowScore::classes;
  return config.score == "dot" ? RowScore::dot : RowScore::distance;
}

std::unique_ptr<Model> make_paths(const TrainConfig& config, std::string paths, const ModelExtents& extents, Index out,
                                  const Rng& rng) {
  const PathEncoderOptions options{.width = config.path_width,
                                   .out = out,
                                   .cell = config.path_cell,
                                   .aggregate = config.path_aggregate,
                                   .path_counts = config.path_counts,
                                   .attributes = config.path_attributes,
                                   .read_out = config.read_out == "auto" ? "linear" : config.read_out,
                                   .numbers = config.anchor_width,
                                   .unit_rows = row_score(config) == RowScore::dot,  // distances carry a scale
                                   .paths = std::move(paths),
                                   .steps = config.path_steps,
                                   .layers = config.path_layers,
                                   .dropout = static_cast<Real>(config.path_dropout),
                                   .depth = extents.depth};
  return std::make_unique<PathModel>(extents.in, extents.slots, options, rng);
}

/// One part, giving `out` columns (or what its read-out gives).
std::unique_ptr<Model> make_part(const ModelPart& part, const TrainConfig& config, const ModelExtents& extents,
                                 Index out, const Rng& rng) {
  const std::string_view name = part.name;
  if (name == "kernel-attention") return make_transformer(config, extents, out, rng);
  if (name == "gir") return make_paths(config, config.paths, extents, out, rng);
  if (name == "gir-dist") return make_paths(config, "distance", extents, out, rng);
  if (name == "pgnn") return std::make_unique<PgnnModel>(extents.in, extents.slots, config, rng);
  if (name == "lff") {
    return std::make_unique<FourierModel>(LearnableFourierOptions{.axes = extents.axes,
                                                                  .groups = config.fourier_groups,
                                                                  .features = config.fourier_features,
                                                                  .hidden = config.fourier_hidden,
                                                                  .gamma = static_cast<Real>(extents.length_scale)},
                                          out, cape_options(config), rng);
  }
  if (const auto encoding = extents.encodings.find(name); encoding != extents.encodings.end()) {
    return std::make_unique<EncodingModel>(encoding->second, out, cape_options(config), rng);
  }
  if (reads_coordinates(name))
    throw ShapeError(fmt::format("model: expected a fitted encoding '{}', found none", name));
  if (name == "random") return std::make_unique<RandomVectors>(extents.nodes, out, rng);
  if (name == "free") return std::make_unique<FreeVectors>(extents.nodes, out, rng);
  return make_layers(part, config, extents, out, rng);
}

}  // namespace

std::unique_ptr<Model> make_model(const TrainConfig& config, const ModelExtents& extents, const Rng& rng) {
  const std::vector<ModelPart> listed = parts_of(config.model);
  const RowScore score = row_score(config);
  const bool classes = score == RowScore::classes;
  if (listed.size() == 1 && (!classes || !is_position_model(listed.front().name))) {
    return make_part(listed.front(), config, extents, extents.out, rng);
  }
  const Index graph_parts =
      std::count_if(listed.begin(), listed.end(), [](const ModelPart& part) { return !is_position_model(part.name); });
  // Layers over features that are the same everywhere, or noise, have nothing to say that positions should wait for.
  const bool speaks = extents.features == "given" || extents.features == "onehot";
  const FusedOptions options{.fusion = find_fusion(config.fusion),
                             .score = score,
                             .out = extents.out,
                             // What is dropped from two rows apart would count as their distance.
                             .dropout = classes ? static_cast<Real>(config.dropout) : Real(0),
                             .positions_wait = config.task == "node" && config.fusion == "late" && graph_parts > 0 &&
                                               graph_parts < static_cast<Index>(listed.size()) && speaks};
  const bool by_scores = classes && (options.fusion == Fusion::score || options.fusion == Fusion::sum);
  std::vector<FusedPart> parts;
  std::unique_ptr<Linear> features;
  ModelExtents extended = extents;  // early: what graph parts see
  if (options.fusion == Fusion::early && listed.size() > 1) {
    Rng features_rng = rng.split("features");
    features = std::make_unique<Linear>(extents.in, config.dim, features_rng);
    extended.in = config.dim;
    extended.features = "given";
  }
  for (int turn = 0; turn < 2; ++turn) {  // positions first: early fusion needs to know their columns
    for (std::size_t p = 0; p < listed.size(); ++p) {
      const bool position = is_position_model(listed[p].name);
      if (position != (turn == 0)) continue;
      const Rng part_rng = rng.split(fmt::format("part {} {}", p, listed[p].name));
      if (by_scores && position) {  // scores of classes need a head of their own
        std::vector<FusedPart> alone;
        alone.push_back({make_part(listed[p], config, extents, config.dim, part_rng), true});
        parts.push_back(
            {std::make_unique<FusedModel>(std::move(alone), nullptr,
                                          FusedOptions{.out = extents.out, .dropout = options.dropout}, part_rng),
             true});
        continue;
      }
      const bool last =
          !position && (options.positions_wait || (options.fusion == Fusion::early && graph_parts == 1) || by_scores);
      std::unique_ptr<Model> model =
          make_part(listed[p], config, position ? extents : extended, last ? extents.out : config.dim, part_rng);
      if (options.fusion == Fusion::sum && model->out_width() != options.out) {  // only rows of one width can be added
        std::vector<FusedPart> alone;
        alone.push_back({std::move(model), position});
        model = std::make_unique<FusedModel>(std::move(alone), nullptr, FusedOptions{.out = options.out}, part_rng);
      }
      if (features != nullptr && position) extended.in += model->out_width();
      parts.push_back({std::move(model), position});
    }
  }
  return std::make_unique<FusedModel>(
      std::move(parts), std::move(features),
      listed.size() == 1 ? FusedOptions{.out = options.out, .dropout = options.dropout} : options, rng);
}

}  // namespace cairn
