#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "cli/options.h"

namespace cairn::cli {

/// One thing that the program does: declares its options, then runs with their values.
class Verb {
 public:
  Verb() = default;
  Verb(const Verb&) = delete;
  Verb& operator=(const Verb&) = delete;
  virtual ~Verb() = default;

  virtual void declare(OptionList& options) = 0;
  /// Returns the exit code; errors are thrown.
  virtual int run() = 0;
};

std::unique_ptr<Verb> make_bench();
std::unique_ptr<Verb> make_convert();
std::unique_ptr<Verb> make_demo();
std::unique_ptr<Verb> make_embed();
std::unique_ptr<Verb> make_info();
std::unique_ptr<Verb> make_inspect();
std::unique_ptr<Verb> make_predict();
std::unique_ptr<Verb> make_search();
std::unique_ptr<Verb> make_train();

struct VerbEntry {
  std::string_view name;
  std::string_view summary;
  std::unique_ptr<Verb> (*make)();
  bool computes;  // multiplies matrices: worth a restart with other settings of OpenBLAS
};
/// The table of verbs.
std::span<const VerbEntry> verbs();

}  // namespace cairn::cli
