#include "benchmarks/experiment_claims.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <utility>

namespace cairn::benchmarks {

namespace {

constexpr double rounding = 1e-9;  // of a limit that a difference of decimals should meet

std::string difference_text(const PairedDifference& difference) {
  if (difference.seeds < 2) return fmt::format("{:+.4g}, one seed", difference.mean);
  return fmt::format("{:+.4g} +- {:.2g}", difference.mean, difference.standard_error);
}

}  // namespace

std::string_view verdict_text(Verdict verdict) {
  constexpr std::array<std::string_view, 4> texts{"met", "not met", "open", "reported"};
  return texts[static_cast<std::size_t>(verdict)];
}

void ClaimList::add(std::string text, std::string found, bool known, bool holds) {
  const Verdict verdict = !known || smoke_ ? Verdict::open : holds ? Verdict::met : Verdict::not_met;
  claims_.push_back({section_, std::move(text), std::move(found), verdict});
}

void ClaimList::at_least(std::string text, double found, double least) {
  const bool known = !std::isnan(found);
  add(std::move(text), known ? fmt::format("{:.4g}", found) : std::string(), known, found >= least - rounding);
}

void ClaimList::at_most(std::string text, double found, double most) {
  const bool known = !std::isnan(found);
  add(std::move(text), known ? fmt::format("{:.4g}", found) : std::string(), known, found <= most + rounding);
}

void ClaimList::beats(std::string text, const SeedValues& better, const SeedValues& worse) {
  const PairedDifference difference = paired_difference(better, worse);
  add(std::move(text), difference.seeds > 0 ? difference_text(difference) : std::string(), difference.seeds > 1,
      difference.beats);
}

void ClaimList::report(std::string text, double found) {
  if (std::isnan(found)) {
    claims_.push_back({section_, std::move(text), {}, Verdict::open});
  } else {
    claims_.push_back({section_, std::move(text), fmt::format("{:.4g}", found), Verdict::reported});
  }
}

void ClaimList::report_difference(std::string text, const SeedValues& model, const SeedValues& other) {
  const PairedDifference difference = paired_difference(model, other);
  if (difference.seeds == 0) {
    claims_.push_back({section_, std::move(text), {}, Verdict::open});
    return;
  }
  const bool loses = paired_difference(other, model).beats;
  const std::string_view remark = difference.beats ? " (better)" : loses ? " (worse)" : "";
  claims_.push_back({section_, std::move(text), difference_text(difference) + std::string(remark), Verdict::reported});
}

void ClaimList::say(std::string text, std::string found) {
  const Verdict verdict = found.empty() ? Verdict::open : Verdict::reported;
  claims_.push_back({section_, std::move(text), std::move(found), verdict});
}

std::vector<ExperimentClaim> experiment_claims(const ExperimentResults& results) {
  std::vector<ExperimentClaim> claims;
  for (const ExperimentSection& section : results.experiment->sections) {
    bool has_rows = false;
    for (const FinishedRun& run : results.runs) has_rows = has_rows || run.section == section.name;
    if (!has_rows) continue;
    ClaimList list(section.name, results.smoke);
    section.claim(results, list);
    for (ExperimentClaim& claim : list.take()) claims.push_back(std::move(claim));
  }
  return claims;
}

}  // namespace cairn::benchmarks
