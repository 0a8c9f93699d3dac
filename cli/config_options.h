#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/options.h"
#include "models/config.h"

namespace cairn::cli {

/// The fields of a training configuration as options. What is not given has the default of model and task, whichever
/// order they are given in.
class ConfigOptions {
 public:
  ConfigOptions(std::string_view model, std::string_view task) : model_(model), task_(task) {}

  /// Options for all fields but those `left_out`, which the verb decides itself, and with the model --encoding, which
  /// joins an encoding to it.
  void declare(OptionList& options, const std::vector<std::string_view>& left_out = {});
  /// --model auto is understood: a search is to choose the model.
  void allow_auto() { allows_auto_ = true; }
  /// Whether it was asked for. config() then has the model's place filled by the first one.
  bool is_auto() const { return is_auto_; }
  /// Throws UsageError for fields that were set though a search decides them.
  void check_auto() const;
  /// Checks the value here, where it is known which line of a configuration file brought it.
  void set(std::string_view name, std::string_view text);
  TrainConfig config() const;
  /// What was set, of fields other than the model's name, over the defaults of whatever model.
  const std::vector<std::pair<std::string, std::string>>& given() const { return fields_; }
  /// The file that --coordinates names, which the configuration calls `given`; empty where it names none.
  const std::string& coordinates_file() const { return coordinates_file_; }

 private:
  void declare_encoding(OptionList& options);
  void set_encodings(std::string_view text);
  /// --model with what --encoding joins to it.
  std::string model() const;

  bool allows_auto_ = false;
  bool is_auto_ = false;
  std::string model_;  // model and task decide the defaults of the other fields
  std::vector<std::string> encodings_;
  std::string task_;
  std::string coordinates_file_;
  std::vector<std::pair<std::string, std::string>> fields_;  // name and text, as given
};

/// Fields that a search decides.
const std::vector<std::string_view>& searched_fields();

/// The tables of models and tasks, for help.
void declare_model_names(OptionList& options);
void declare_task_names(OptionList& options);

}  // namespace cairn::cli
