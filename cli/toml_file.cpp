#include "cli/toml_file.h"

#include <fmt/format.h>

#include <cstdint>

#include "core/error.h"
#include "graph_io/input_file.h"

namespace cairn::cli {

namespace {

constexpr std::int64_t most_bytes = std::int64_t{1} << 20;  // a configuration has a few hundred

std::string read_all(const std::string& path) {
  InputFile file(path);
  if (file.size() > most_bytes) {
    file.fail("expected a configuration of at most {} bytes, found {}", most_bytes, file.size());
  }
  std::string text(static_cast<std::size_t>(file.size()), '\0');
  file.read_exact(text.data(), text.size());
  return text;
}

}  // namespace

toml::table read_toml(const std::string& path) {
  try {
    return toml::parse(read_all(path), path);
  } catch (const toml::parse_error& error) {
    throw InputError(path, error.source().begin.line, fmt::format("expected TOML: {}", error.description()));
  }
}

}  // namespace cairn::cli
