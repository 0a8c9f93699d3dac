/// @file
/// What must hold of the figures of a benchmark, and whether it does.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "benchmarks/experiment_results.h"

namespace cairn::benchmarks {

/// Whether a claim holds.
enum class Verdict : std::uint8_t {
  met,
  not_met,
  open,     ///< too little was measured to say, or all of it at smoke size
  reported  ///< a finding, nothing that must hold
};
/// "met", "not met", "open", "reported".
[[nodiscard]] std::string_view verdict_text(Verdict verdict);

/// A claim, what was found, and what follows.
struct ExperimentClaim {
  std::string section;
  std::string text;   ///< "raw coordinates: mean test error above 0.3"
  std::string found;  ///< "0.455"; empty where open
  Verdict verdict = Verdict::open;
};

/// Claims of one section, one after the other, of a number each. A NaN leaves a claim open, and so does smoke size.
class ClaimList {
 public:
  /// smoke: figures say nothing of what holds.
  ClaimList(std::string_view section, bool smoke) : section_(section), smoke_(smoke) {}

  /// found >= least; at most a rounding of 1e-9 below.
  void at_least(std::string text, double found, double least);
  /// found <= most.
  void at_most(std::string text, double found, double most);
  /// `better` exceeds `worse` over the seeds of both by more than two standard errors; open below two seeds.
  void beats(std::string text, const SeedValues& better, const SeedValues& worse);
  /// Says what was found and judges nothing. NaN: not known.
  void report(std::string text, double found);
  /// The paired difference of two figures, judging nothing: "+0.012 +- 0.003 (beats)".
  void report_difference(std::string text, const SeedValues& model, const SeedValues& other);

  /// A finding in words; empty: nothing was found out.
  void say(std::string text, std::string found);

  [[nodiscard]] std::vector<ExperimentClaim> take() { return std::move(claims_); }

 private:
  void add(std::string text, std::string found, bool known, bool holds);

  std::string section_;
  bool smoke_;
  std::vector<ExperimentClaim> claims_;
};

/// The claims of all sections of which there are results, in the order of the sections.
[[nodiscard]] std::vector<ExperimentClaim> experiment_claims(const ExperimentResults& results);

}  // namespace cairn::benchmarks
