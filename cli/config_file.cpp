#include "cli/config_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "cli/toml_file.h"
#include "cli/verb.h"
#include "core/error.h"

namespace cairn::cli {

namespace {

std::optional<ConfigEntry> entry_of(std::string_view name, const toml::node& node) {
  ConfigEntry entry{.name = std::string(name), .text = {}, .kind = {}, .line = node.source().begin.line};
  if (const auto* text = node.as_string()) {
    entry.kind = ValueKind::text;
    entry.text = text->get();
  } else if (const auto* integer = node.as_integer()) {
    entry.kind = ValueKind::integer;
    entry.text = fmt::format("{}", integer->get());
  } else if (const auto* number = node.as_floating_point()) {
    entry.kind = ValueKind::number;
    entry.text = fmt::format("{}", number->get());
  } else if (const auto* flag = node.as_boolean()) {
    entry.kind = ValueKind::flag;
    entry.text = flag->get() ? "true" : "false";
  } else {
    return std::nullopt;
  }
  return entry;
}

/// Adds the values of a table; a later one of the same name replaces the one before.
void add_values(const toml::table& table, const std::string& path, std::vector<ConfigEntry>& entries) {
  for (const auto& [key, node] : table) {
    if (node.is_table()) continue;
    const auto entry = entry_of(key.str(), node);
    if (!entry) {
      throw InputError(path, node.source().begin.line,
                       fmt::format("{}: expected a text, a number, true or false", key.str()));
    }
    std::erase_if(entries, [&](const ConfigEntry& before) { return before.name == entry->name; });
    entries.push_back(*entry);
  }
}

}  // namespace

std::vector<ConfigEntry> read_config_file(const std::string& path, std::string_view verb) {
  const toml::table file = read_toml(path);
  const auto all = verbs();
  for (const auto& [key, node] : file) {
    const std::string_view name = key.str();
    const bool known = std::any_of(all.begin(), all.end(), [=](const VerbEntry& v) { return v.name == name; });
    if (node.is_table() && !known) {
      throw InputError(path, node.source().begin.line,
                       fmt::format("expected a table named after a verb, found [{}]", name));
    }
  }
  std::vector<ConfigEntry> entries;
  add_values(file, path, entries);
  if (const toml::table* own = file[verb].as_table()) {
    for (const auto& [key, node] : *own) {
      if (node.is_table()) {
        throw InputError(path, node.source().begin.line,
                         fmt::format("expected no table inside [{}], found '{}'", verb, key.str()));
      }
    }
    add_values(*own, path, entries);
  }
  return entries;
}

}  // namespace cairn::cli
