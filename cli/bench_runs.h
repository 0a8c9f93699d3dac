#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/options.h"

namespace cairn::cli {

/// An option of `cairn bench` that has a value, and the subjects that it is for.
struct GivenOption {
  std::string name;
  std::vector<std::string_view> subjects;
};

/// What subjects share that are made of many runs with seeds, and can go on where they were stopped.
struct RunOptions {
  std::string data;  ///< folder of the real datasets; empty: none
  Index seeds = 0;   ///< 0: the subject's own number
  Index epochs = 0;  ///< 0: the subject's own
  bool resume = false;
  std::string report;              ///< empty: none
  std::vector<GivenOption> given;  ///< of these options and those of one subject alone
};
void declare(OptionList& options, RunOptions& runs);

/// Adds an option that is for these subjects alone, and notes in runs.given when it is set.
void add_option(OptionList& options, RunOptions& runs, std::vector<std::string_view> subjects, Option option);
/// Throws UsageError for the first option given that is not for this subject.
void check_given(const RunOptions& runs, std::string_view subject);

/// Whether to take up the file of --json. Throws UsageError where --resume has none, or none is there.
bool takes_up(const RunOptions& runs, const std::string& json);

/// "a,b" as {"a", "b"}. Throws UsageError "--name: ..." for an empty word.
std::vector<std::string> split_at_commas(std::string_view name, std::string_view text);

/// The exit code of a benchmark that has ended: 0, or after a signal 128 and its number, which it then says.
int end_of_runs(const std::string& json);

}  // namespace cairn::cli
