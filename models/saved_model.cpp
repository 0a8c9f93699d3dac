#include "models/saved_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "core/error.h"
#include "models/attention_plan.h"
#include "models/batch_plan.h"
#include "models/coordinate_plan.h"
#include "models/defaults.h"
#include "models/position_plan.h"
#include "position/encodings.h"
#include "tensor/string_list.h"

namespace cairn {

namespace {
constexpr std::string_view format_name = "cairn model 3";

Index count_in(const NamedTensors& from, std::string_view name) {
  const std::string& text = find_metadata(from, name);
  Index count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  constexpr Index most = Index{1} << 31;
  if (error != std::errc{} || end != text.data() + text.size() || count < 0 || count > most) {
    throw Error(fmt::format("metadata '{}': expected a count, found '{}'", name, text));
  }
  return count;
}

std::string encoding_prefix(std::string_view name) { return fmt::format("encodings.{}.", name); }

/// Whether anchors of another graph, selected in the same way, can stand for those of training.
bool takes_other_anchors(const TrainConfig& config) {
  if (!needs_anchors(config.model)) return config.split_graphs;  // encodings alone, of graphs with anchors of their own
  return (config.read_out == "scalar" || config.read_out == "structure") && model_parts(config.model).size() == 1 &&
         config.model.starts_with("gir");
}
}  // namespace

void save_description(const SavedModel& saved, NamedTensors& to) {
  to.metadata["format"] = format_name;
  to.metadata["directed"] = saved.directed ? "true" : "false";
  for (const ConfigField& field : config_fields()) {
    to.metadata["config." + std::string(field.name)] = field_text(saved.config, field);
  }
  const std::array<std::pair<const char*, Index>, 4> counts{
      {{"nodes", saved.nodes}, {"slots", saved.slots}, {"out", saved.out}, {"axes", saved.axes}}};
  for (const auto& [name, count] : counts) to.metadata[name] = fmt::format("{}", count);
  if (attends(saved.config)) to.metadata["attention_biases"] = fmt::format("{}", saved.attention_biases);
  save_plan(saved.plan, to);
  save_strings(saved.class_names, "classes", to);
  for (const auto& [name, encoding] : saved.encodings) encoding->save(to, encoding_prefix(name));
}

TrainConfig load_config(const NamedTensors& from) {
  if (const std::string& format = find_metadata(from, "format"); format != format_name) {
    throw Error(fmt::format("expected '{}', found '{}'", format_name, format));
  }
  TrainConfig config;
  for (const ConfigField& field : config_fields()) {
    const std::string key = "config." + std::string(field.name);
    // Files that are older than attention hold models without it; likewise batches. Older ones than recomputing ran as
    // by default.
    const bool may_lack = field.group == "attention" || field.group == "batches" || field.name == "recompute";
    if (may_lack && from.metadata.find(key) == from.metadata.end()) continue;
    set_field(config, field.name, find_metadata(from, key));
  }
  check_config(config);
  return config;
}

SavedModel load_model(const NamedTensors& from) {
  SavedModel saved;
  saved.config = load_config(from);
  saved.plan = load_plan(from);
  saved.class_names = load_strings(from, "classes");
  saved.directed = find_metadata(from, "directed") == "true";
  saved.nodes = count_in(from, "nodes");
  saved.slots = count_in(from, "slots");
  saved.out = count_in(from, "out");
  saved.axes = count_in(from, "axes");
  if (reads_coordinates(saved.config.model)) {
    for (const std::string_view part : model_parts(saved.config.model)) {
      if (part != "lff" && reads_coordinates(part)) {
        saved.encodings.emplace(part, load_encoding(from, encoding_prefix(part)));
      }
    }
  }
  if (attends(saved.config)) saved.attention_biases = count_in(from, "attention_biases");
  saved.model = make_model(saved.config,
                           {.in = saved.plan.width,
                            .out = saved.out,
                            .nodes = saved.nodes,
                            .slots = saved.slots,
                            .features = saved.plan.features,
                            .axes = saved.axes,
                            .encodings = saved.encodings,
                            .attention_biases = saved.attention_biases},
                           Rng(0));
  for (const NamedParameter& parameter : parameters_of(*saved.model)) {
    const Tensor stored = to_tensor(find_array(from, "model." + parameter.name));
    Tensor& value = parameter.value.mutable_value();
    if (stored.shape() != value.shape()) {
      throw Error(fmt::format("tensor 'model.{}': expected {}, found {}", parameter.name, to_string(value.shape()),
                              to_string(stored.shape())));
    }
    std::copy(stored.values().begin(), stored.values().end(), value.data());
  }
  return saved;
}

ModelInput input_for(const SavedModel& saved, const NamedTensors& from, const Dataset& dataset,
                     const std::optional<Coordinates>& given) {
  const std::vector<std::string_view> parts = model_parts(saved.config.model);
  const bool has_vectors = std::any_of(parts.begin(), parts.end(), [](auto p) { return p == "random" || p == "free"; });
  if (has_vectors && dataset.node_count() != saved.nodes) {
    throw InputError(dataset.name, 0,
                     fmt::format("expected the {} nodes that the model was trained with (it has a vector for each), "
                                 "found {}",
                                 saved.nodes, dataset.node_count()));
  }
  ModelInput input = prepare_input(dataset, saved.plan);
  if (const auto batches = path_batches(saved.config)) input = input.with_path_batches(*batches);
  if (attends(saved.config)) {
    input = input.with_attention(prepare_attention(saved.config, dataset, input));
    if (const Index biases = input.attention().op->bias_count(); biases != saved.attention_biases) {
      throw InputError(dataset.name, 0,
                       fmt::format("expected graphs with as many axes as the model was trained on ({} biases), found "
                                   "others ({})",
                                   saved.attention_biases, biases));
    }
  }
  const bool encodes = reads_coordinates(saved.config.model);
  if (saved.slots > 0) {
    const PositionPlan plan = load_position_plan(from, saved.config);
    const bool select = plan.names.empty() && takes_other_anchors(saved.config) && dataset.node_count() != saved.nodes;
    find_array(from, "anchors.ends");  // whoever looks from anchors was saved with some
    input = input.with_position(
        prepare_position(plan, dataset, select ? anchors_at(plan, dataset, 0) : load_anchors(from, dataset)));
  }
  if (!encodes) return input;
  Coordinates coordinates =
      make_coordinates(saved.config, dataset, input.has_position() ? &input.position() : nullptr, given);
  if (coordinates.axis_count() != saved.axes) {
    throw InputError(dataset.name, 0,
                     fmt::format("expected coordinates on {} axes, which the model was trained with, found {}",
                                 saved.axes, coordinates.axis_count()));
  }
  return input.with_coordinates(std::move(coordinates));
}

}  // namespace cairn
