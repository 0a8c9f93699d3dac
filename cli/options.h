#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/types.h"

namespace cairn::cli {

/// What the value of an option is: how a configuration file must write it, and what help shows.
enum class ValueKind : std::uint8_t { text, integer, number, flag };

struct Option {
  std::string name;  // "learning-rate"
  ValueKind kind = ValueKind::text;
  std::string value_name;  // "FILE", shown by help; empty: by kind
  std::string group;       // heading in the help
  std::string help;
  std::function<void(std::string_view)> set;  // a flag gets "true" or "false"; throws UsageError for a bad value
  std::function<std::string()> default_text;  // shown by help; empty: none
};

/// Numbers as options take them. Throw UsageError "--name: expected ..., found 'text'" for anything else or less.
Index parse_integer(std::string_view name, std::string_view text, Index least);
double parse_number(std::string_view name, std::string_view text, double least);

/// The words that a verb understands. Values come from the command line, else from the file of --config, else stay as
/// they are.
class OptionList {
 public:
  explicit OptionList(std::string verb) : verb_(std::move(verb)) {}

  const std::string& verb() const { return verb_; }
  void summary(std::string text) { summary_ = std::move(text); }
  /// A word without a dash. Those that are required come first.
  void positional(std::string name, std::string help, std::string& to, bool required = true);
  void add(Option option) { options_.push_back(std::move(option)); }

  void text(std::string name, std::string value_name, std::string group, std::string help, std::string& to);
  /// Throws UsageError, when set, for less than `least`.
  void integer(const std::string& name, std::string group, std::string help, Index& to, Index least);
  void number(const std::string& name, std::string group, std::string help, double& to, double least);
  /// --name, or --no-name.
  void flag(std::string name, std::string group, std::string help, bool& to);
  /// A table of names that stands below the options in the help.
  void names(std::string title, std::vector<std::pair<std::string, std::string>> rows);

  /// Takes the command line apart and gives every option its value. Returns false where help was asked for instead.
  /// Throws UsageError for unknown words (listing the options) and missing ones; InputError for the configuration file.
  bool read(std::span<const std::string> words);
  std::string help_text() const;

 private:
  struct Positional {
    std::string name;
    std::string help;
    std::string* to;
    bool required;
  };
  struct Given {  // as the command line has it, in the order of options_ and positionals_
    std::vector<std::optional<std::string>> options;
    std::vector<std::string> positionals;
    std::string config_file;
    bool help = false;
  };
  Given take_apart(std::span<const std::string> words) const;
  void set_from_file(const std::string& path) const;
  [[noreturn]] void refuse(const std::string& word) const;

  std::string verb_;
  std::string summary_;
  std::vector<Positional> positionals_;
  std::vector<Option> options_;
  std::vector<std::pair<std::string, std::vector<std::pair<std::string, std::string>>>> tables_;
};

}  // namespace cairn::cli
