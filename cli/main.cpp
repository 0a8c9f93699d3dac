#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include "cli/common.h"
#include "cli/console.h"
#include "cli/process.h"
#include "cli/verb.h"
#include "core/error.h"

namespace cairn::cli {

namespace {

enum ExitCode : int { done = 0, internal = 1, usage = 2, bad_input = 3, bad_numbers = 4, no_output = 5 };

void print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

std::string overview() {
  std::string text = fmt::format("cairn {}: learning on graphs\n\ncairn VERB [words and options]\n\n", version());
  for (const VerbEntry& entry : verbs()) text += fmt::format("  {:<10} {}\n", entry.name, entry.summary);
  return text + "\n`cairn VERB --help` lists its options. `cairn demo` needs nothing and takes seconds.\n";
}

int run_verb(std::string_view name, std::span<const std::string> words) {
  const auto table = verbs();
  const auto found = std::find_if(table.begin(), table.end(), [=](const VerbEntry& v) { return v.name == name; });
  if (found == table.end()) {
    std::vector<std::string_view> known;
    for (const VerbEntry& entry : table) known.push_back(entry.name);
    throw_unknown_name("verb", name, known);
  }
  const std::unique_ptr<Verb> verb = found->make();
  OptionList options{std::string(name)};
  options.summary(std::string(found->summary));
  verb->declare(options);
  if (options.read(words)) return verb->run();
  print(options.help_text());
  return done;
}

int run(const std::vector<std::string>& words) {
  if (words.empty()) {
    std::fputs(overview().c_str(), stderr);
    return usage;
  }
  const std::string& first = words.front();
  if (first == "--version" || first == "-V") {
    print(fmt::format("cairn {}\n", version()));
  } else if (first == "--help" || first == "-h" || first == "help") {
    print(overview());
  } else {
    return run_verb(first, std::span(words).subspan(1));
  }
  return done;
}

int fail(ExitCode code, std::string_view message) {
  std::fflush(stdout);
  std::fputs(fmt::format("cairn: error: {}\n", message).c_str(), stderr);
  return code;
}

int run_guarded(const std::vector<std::string>& words) {
  try {
    const int code = run(words);
    finish_standard_output();
    return code;
  } catch (const UsageError& error) {
    const bool has_verb = !words.empty() && std::any_of(verbs().begin(), verbs().end(),
                                                        [&](const VerbEntry& v) { return v.name == words.front(); });
    return fail(usage, fmt::format("{}\nSee `cairn {}--help`.", error.what(), has_verb ? words.front() + " " : ""));
  } catch (const InputError& error) {
    return fail(bad_input, error.what());
  } catch (const NumericError& error) {
    return fail(bad_numbers, error.what());
  } catch (const OutputError& error) {
    return fail(no_output, error.what());
  } catch (const std::bad_alloc&) {
    return fail(internal, "out of memory");
  } catch (const std::exception& error) {
    return fail(internal, error.what());
  }
}

}  // namespace

}  // namespace cairn::cli

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
  const auto verbs = cairn::cli::verbs();
  const bool computes = !words.empty() && std::any_of(verbs.begin(), verbs.end(), [&](const cairn::cli::VerbEntry& v) {
    return v.computes && v.name == words.front();
  });
  if (computes) cairn::cli::restart_with_blas_settings(argv);
  return cairn::cli::run_guarded(words);
}
