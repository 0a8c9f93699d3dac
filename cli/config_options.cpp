#include "cli/config_options.h"
#include "cli/coordinates_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <variant>

#include "models/defaults.h"

namespace cairn::cli {

namespace {

ValueKind kind_of(const ConfigField& field) {
  struct Kind {
    ValueKind operator()(std::string TrainConfig::*) const { return ValueKind::text; }
    ValueKind operator()(Index TrainConfig::*) const { return ValueKind::integer; }
    ValueKind operator()(std::uint64_t TrainConfig::*) const { return ValueKind::integer; }
    ValueKind operator()(double TrainConfig::*) const { return ValueKind::number; }
    ValueKind operator()(bool TrainConfig::*) const { return ValueKind::flag; }
  };
  return std::visit(Kind{}, field.place);
}

std::string option_name(const ConfigField& field) {
  std::string name(field.name);
  std::replace(name.begin(), name.end(), '_', '-');
  return name;
}

bool is_of_batches(std::string_view name) {
  const std::vector<ConfigField>& fields = config_fields();
  return std::any_of(fields.begin(), fields.end(),
                     [name](const ConfigField& field) { return field.name == name && field.group == "batches"; });
}

std::string heading(std::string_view group) {
  std::string text(group);
  text.front() = static_cast<char>(text.front() - 'a' + 'A');
  return text;
}

}  // namespace

void ConfigOptions::declare(OptionList& options, const std::vector<std::string_view>& left_out) {
  const auto is_declared = [&left_out](std::string_view name) {
    return std::find(left_out.begin(), left_out.end(), name) == left_out.end();
  };
  for (const ConfigField& field : config_fields()) {
    if (!is_declared(field.name)) continue;
    if (field.name == "coordinates" && is_declared("model")) declare_encoding(options);
    options.add({.name = option_name(field),
                 .kind = kind_of(field),
                 .value_name = {},
                 .group = heading(field.group),
                 .help = std::string(field.help),
                 .set = [this, name = field.name](std::string_view text) { set(name, text); },
                 .default_text = [this, &field] { return field_text(default_config(model(), task_), field); }});
  }
}

void ConfigOptions::declare_encoding(OptionList& options) {
  options.add({.name = "encoding",
               .kind = ValueKind::text,
               .value_name = "NAME",
               .group = heading("coordinates"),
               .help = "joined to the model: --model gcn --encoding gaussian is --model gcn+gaussian",
               .set = [this](std::string_view text) { set_encodings(text); },
               .default_text = [] { return std::string("none"); }});
}

void ConfigOptions::set_encodings(std::string_view text) {
  encodings_.clear();
  if (text == "none") return;
  for (const std::string_view name : model_parts(text)) {
    if (!reads_coordinates(name)) {
      throw UsageError(
          fmt::format("--encoding: expected names of encodings, found '{}', which reads no coordinates", name));
    }
    encodings_.emplace_back(name);
  }
}

std::string ConfigOptions::model() const {
  std::string joined = model_;
  for (const std::string& name : encodings_) {
    const std::vector<std::string_view> parts = model_parts(joined);
    if (std::find(parts.begin(), parts.end(), name) == parts.end()) joined += "+" + name;
  }
  return joined;
}

void ConfigOptions::set(std::string_view name, std::string_view text) {
  if (name == "model") is_auto_ = allows_auto_ && text == "auto";
  if (name == "model" && is_auto_) return;
  if (name == "model") {
    default_config(text);
    model_ = text;
  }
  if (name == "task") {
    task_summary(text);
    task_ = text;
  }
  if (name == "coordinates") {
    if (text == "given") throw UsageError("--coordinates: expected a kind of coordinates or a file, found 'given'");
    coordinates_file_ = names_coordinates_file(text) ? text : "";
    if (!coordinates_file_.empty()) text = "given";
  }
  TrainConfig alone;
  set_field(alone, name, text);
  check_config(alone);
  fields_.emplace_back(name, text);
}

void ConfigOptions::check_auto() const {
  if (!encodings_.empty()) throw UsageError("--encoding: --model auto chooses it itself");
  for (const auto& [name, text] : fields_) {
    const auto& searched = searched_fields();
    if (name != "model" && std::find(searched.begin(), searched.end(), name) != searched.end()) {
      std::string option = name;
      std::replace(option.begin(), option.end(), '_', '-');
      throw UsageError(fmt::format("--{}: --model auto chooses it itself", option));
    }
    if (is_of_batches(name)) {
      throw UsageError("--batch-size: --model auto compares models of which some cannot be cut in batches");
    }
  }
}

const std::vector<std::string_view>& searched_fields() {
  static const std::vector<std::string_view> fields{"model",      "layers",      "layer_kinds",    "jump",
                                                    "fusion",     "coordinates", "cape_shift",     "cape_local",
                                                    "cape_scale", "cape_center", "cape_flip_signs"};
  return fields;
}

TrainConfig ConfigOptions::config() const {
  TrainConfig config = default_config(model(), task_);
  for (const auto& [name, text] : fields_) set_field(config, name, text);
  config.model = model();
  check_config(config);
  return config;
}

void declare_model_names(OptionList& options) {
  std::vector<std::pair<std::string, std::string>> models;
  for (const std::string_view name : model_names()) models.emplace_back(name, model_summary(name));
  options.names("Models, alone or joined by + (their defaults: --model NAME --task NAME --help)", std::move(models));
}

void declare_task_names(OptionList& options) {
  std::vector<std::pair<std::string, std::string>> tasks;
  for (const std::string_view name : task_names()) tasks.emplace_back(name, task_summary(name));
  options.names("Tasks", std::move(tasks));
}

}  // namespace cairn::cli
