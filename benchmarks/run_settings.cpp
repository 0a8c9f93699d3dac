#include "benchmarks/run_settings.h"

namespace cairn::benchmarks {

std::map<std::string, std::string> run_settings(const TrainConfig& config) {
  std::map<std::string, std::string> settings;
  const TrainConfig plain;
  for (const ConfigField& field : config_fields()) {
    if (field.name == "seed" || field.name == "anchors") continue;
    const std::string text = field_text(config, field);
    if (text != field_text(plain, field)) settings[std::string(field.name)] = text;
  }
  return settings;
}

}  // namespace cairn::benchmarks
