#include "models/saved_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/error.h"
#include "models/string_list.h"

namespace cairn {

namespace {
constexpr std::string_view format_name = "cairn model 1";
}

void save_weights(const Model& model, NamedTensors& to) {
  for (const NamedParameter& parameter : parameters_of(model)) {
    to.arrays["model." + parameter.name] = to_stored(parameter.value.value());
  }
}

void save_description(const SavedModel& saved, NamedTensors& to) {
  to.metadata["format"] = format_name;
  to.metadata["directed"] = saved.directed ? "true" : "false";
  for (const ConfigField& field : config_fields()) {
    to.metadata["config." + std::string(field.name)] = field_text(saved.config, field);
  }
  save_plan(saved.plan, to);
  save_strings(saved.class_names, "classes", to);
}

TrainConfig load_config(const NamedTensors& from) {
  if (const std::string& format = find_metadata(from, "format"); format != format_name) {
    throw Error(fmt::format("expected '{}', found '{}'", format_name, format));
  }
  TrainConfig config;
  for (const ConfigField& field : config_fields()) {
    set_field(config, field.name, find_metadata(from, "config." + std::string(field.name)));
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
  saved.model = make_model(saved.config, saved.plan.width, static_cast<Index>(saved.class_names.size()), Rng(0));
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

}  // namespace cairn
