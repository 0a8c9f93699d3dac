#include "cli/options.h"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <charconv>
#include <memory>

#include "cli/config_file.h"
#include "core/error.h"

namespace cairn::cli {

namespace {

template <class Number>
Number parsed(std::string_view name, std::string_view text, std::string_view what, Number least) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !(value >= least)) {
    throw UsageError(fmt::format("--{}: expected {} of at least {}, found '{}'", name, what, least, text));
  }
  return value;
}

std::string_view kind_name(ValueKind kind) {
  switch (kind) {
    case ValueKind::text:
      return "a text in quotes";
    case ValueKind::integer:
      return "a whole number";
    case ValueKind::number:
      return "a number";
    case ValueKind::flag:
      return "true or false";
  }
  return "";
}

std::string shown_value(const Option& option) {
  if (!option.value_name.empty()) return option.value_name;
  if (option.kind == ValueKind::text) return "NAME";
  return option.kind == ValueKind::integer ? "N" : "X";
}

/// How help spells an option: "--learning-rate X".
std::string spelled(const Option& option) {
  if (option.kind == ValueKind::flag) return fmt::format("--{}{}", option.default_text ? "[no-]" : "", option.name);
  return fmt::format("--{} {}", option.name, shown_value(option));
}

/// A line of the help; what does not fit its column gets a line of its own.
std::string help_line(const std::string& name, const std::string& meaning) {
  constexpr std::size_t width = 27;
  if (name.size() <= width) return fmt::format("  {:<{}} {}\n", name, width, meaning);
  return fmt::format("  {}\n  {:<{}} {}\n", name, "", width, meaning);
}

std::string key_of(std::string name) {
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

}  // namespace

Index parse_integer(std::string_view name, std::string_view text, Index least) {
  return parsed(name, text, "a whole number", least);
}

double parse_number(std::string_view name, std::string_view text, double least) {
  return parsed(name, text, "a number", least);
}

void OptionList::positional(std::string name, std::string help, std::string& to, bool required) {
  positionals_.push_back({std::move(name), std::move(help), &to, required});
}

void OptionList::text(std::string name, std::string value_name, std::string group, std::string help, std::string& to) {
  add({.name = std::move(name),
       .kind = ValueKind::text,
       .value_name = std::move(value_name),
       .group = std::move(group),
       .help = std::move(help),
       .set = [&to](std::string_view value) { to = value; },
       .default_text = [value = to] { return value; }});
}

void OptionList::integer(const std::string& name, std::string group, std::string help, Index& to, Index least) {
  add({.name = name,
       .kind = ValueKind::integer,
       .value_name = "N",
       .group = std::move(group),
       .help = std::move(help),
       .set = [&to, name, least](std::string_view value) { to = parse_integer(name, value, least); },
       .default_text = [value = to] { return fmt::format("{}", value); }});
}

void OptionList::number(const std::string& name, std::string group, std::string help, double& to, double least) {
  add({.name = name,
       .kind = ValueKind::number,
       .value_name = "X",
       .group = std::move(group),
       .help = std::move(help),
       .set = [&to, name, least](std::string_view value) { to = parse_number(name, value, least); },
       .default_text = [value = to] { return fmt::format("{}", value); }});
}

void OptionList::flag(std::string name, std::string group, std::string help, bool& to) {
  add({.name = std::move(name),
       .kind = ValueKind::flag,
       .value_name = {},
       .group = std::move(group),
       .help = std::move(help),
       .set = [&to](std::string_view value) { to = value == "true"; },
       .default_text = {}});
}

void OptionList::names(std::string title, std::vector<std::pair<std::string, std::string>> rows) {
  tables_.emplace_back(std::move(title), std::move(rows));
}

OptionList::Given OptionList::take_apart(std::span<const std::string> words) const {
  Given given;
  CLI::App app;
  app.set_help_flag();  // help is ours: a plain flag
  app.allow_extras();   // so that what is unknown can be refused with a list of what is known
  const CLI::Option* const help = app.add_flag("-h,--help");
  const CLI::Option* const config = app.add_option("--config");
  const auto ignore = [](const CLI::results_t&) { return true; };
  std::vector<const CLI::Option*> options;
  for (const Option& option : options_) {
    options.push_back(option.kind == ValueKind::flag ? app.add_flag(fmt::format("--{0},!--no-{0}", option.name))
                                                     : app.add_option("--" + option.name, ignore)->expected(1));
  }
  std::vector<std::string> reversed(words.rbegin(), words.rend());  // as CLI11 wants them
  try {
    app.parse(std::move(reversed));
  } catch (const CLI::ParseError& error) {
    throw UsageError(error.what());
  }
  given.help = help->count() > 0;
  if (config->count() > 0) given.config_file = config->results().back();
  for (const CLI::Option* option : options) {
    given.options.push_back(option->count() > 0 ? std::optional(option->results().back()) : std::nullopt);
  }
  given.positionals = app.remaining();
  return given;
}

void OptionList::refuse(const std::string& word) const {
  std::vector<std::string> spellings;
  for (const Option& option : options_) spellings.push_back("--" + option.name);
  spellings.insert(spellings.end(), {"--config", "--help"});
  throw_unknown_name("option", word, std::vector<std::string_view>(spellings.begin(), spellings.end()));
}

void OptionList::set_from_file(const std::string& path) const {
  for (const ConfigEntry& entry : read_config_file(path, verb_)) {
    const auto found = std::find_if(options_.begin(), options_.end(),
                                    [&](const Option& option) { return key_of(option.name) == key_of(entry.name); });
    if (found == options_.end()) {
      std::vector<std::string> known;
      for (const Option& option : options_) known.push_back(key_of(option.name));
      throw InputError(path, entry.line,
                       fmt::format("expected one of {}, found '{}'", fmt::join(known, ", "), entry.name));
    }
    const bool fits =
        entry.kind == found->kind || (entry.kind == ValueKind::integer && found->kind == ValueKind::number);
    if (!fits) {
      throw InputError(path, entry.line,
                       fmt::format("{}: expected {}, found {}", entry.name, kind_name(found->kind), entry.text));
    }
    try {
      found->set(entry.text);
    } catch (const UsageError& error) {
      throw InputError(path, entry.line, error.what());
    }
  }
}

bool OptionList::read(std::span<const std::string> words) {
  const Given given = take_apart(words);
  for (const std::string& word : given.positionals) {
    if (word.size() > 1 && word.front() == '-' && word != "--") refuse(word);
  }
  if (given.positionals.size() > positionals_.size()) {
    throw UsageError(fmt::format("{}: one word too many: '{}'", verb_, given.positionals[positionals_.size()]));
  }
  if (!given.config_file.empty()) set_from_file(given.config_file);
  for (std::size_t i = 0; i < options_.size(); ++i) {  // after the file: the later word wins
    if (given.options[i]) options_[i].set(*given.options[i]);
  }
  if (given.help) return false;
  for (std::size_t i = 0; i < positionals_.size(); ++i) {
    if (i < given.positionals.size()) {
      *positionals_[i].to = given.positionals[i];
    } else if (positionals_[i].required) {
      throw UsageError(fmt::format("{}: expected {}, found nothing", verb_, positionals_[i].name));
    }
  }
  return true;
}

std::string OptionList::help_text() const {
  std::string text = fmt::format("cairn {}", verb_);
  for (const Positional& word : positionals_) {
    text += word.required ? fmt::format(" {}", word.name) : fmt::format(" [{}]", word.name);
  }
  text += fmt::format(" [options]\n\n{}\n\n", summary_);
  for (const Positional& word : positionals_) text += help_line(word.name, word.help);

  std::vector<std::string> groups;
  for (const Option& option : options_) {
    if (std::find(groups.begin(), groups.end(), option.group) == groups.end()) groups.push_back(option.group);
  }
  for (const std::string& group : groups) {
    text += fmt::format("\n{}:\n", group);
    for (const Option& option : options_) {
      if (option.group != group) continue;
      const std::string value = option.default_text ? option.default_text() : "";
      text += help_line(spelled(option), value.empty() ? option.help : fmt::format("{} [{}]", option.help, value));
    }
  }
  text += help_line("--config FILE", "TOML with any of these options, by name (learning_rate = 0.01)");
  text += help_line("--help", "this text");
  for (const auto& [title, rows] : tables_) {
    text += fmt::format("\n{}:\n", title);
    for (const auto& [name, meaning] : rows) text += help_line(name, meaning);
  }
  return text;
}

}  // namespace cairn::cli
