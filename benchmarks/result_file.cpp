#include "benchmarks/result_file.h"

#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "graph_io/output_file.h"

namespace cairn::benchmarks {

std::string lines_of(const nlohmann::ordered_json& object) {
  std::string text = "{\n";
  std::size_t member = 0;
  for (const auto& [key, value] : object.items()) {
    text += fmt::format("  {}: ", nlohmann::ordered_json(key).dump());
    if (value.is_array() && !value.empty() && value.front().is_object()) {
      text += "[\n";
      for (std::size_t i = 0; i < value.size(); ++i) {
        text += fmt::format("    {}{}\n", value[i].dump(), i + 1 < value.size() ? "," : "");
      }
      text += "  ]";
    } else {
      text += value.dump();
    }
    text += ++member < object.size() ? ",\n" : "\n";
  }
  return text + "}\n";
}

void write_result_file(const std::string& text, const std::string& path) {
  OutputFile file(path);
  file.write(text);
  file.commit();
}

std::string read_result_file(const std::string& path, const std::string& benchmark) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    throw InputError(path, 0, fmt::format("expected results of {}, found nothing that can be read", benchmark));
  }
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace cairn::benchmarks
