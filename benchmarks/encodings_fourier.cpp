// Learnable Fourier features: the kernel at the start, its isotropy, and how soon they arrive.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "benchmarks/encodings_sections.h"
#include "benchmarks/experiment_claims.h"
#include "benchmarks/experiment_results.h"
#include "benchmarks/fourier_experiments.h"

namespace cairn::benchmarks {

namespace {

using Rows = std::vector<MeasuredRow>;

constexpr Index features = 4096;  // of kernel and isotropy, whose tolerances are stated for so many

Rows kernel_rows(std::uint64_t seed) {
  Rows rows;
  for (const FourierKernelRow& row : fourier_kernel(features, seed)) {
    rows.push_back({"fourier kernel",
                    {fmt::format("{}", row.gamma), fmt::format("{:g}", row.distance / row.gamma)},
                    {row.measured, row.expected, std::abs(row.measured - row.expected)}});
  }
  for (const IsotropyRow& row : fourier_isotropy(features, seed)) {
    rows.push_back({"isotropy",
                    {row.encoder, fmt::format("{}", row.distance)},
                    {row.along_axis, row.diagonal, std::abs(row.along_axis - row.diagonal)}});
  }
  return rows;
}

Rows convergence_rows(const std::string& target, const std::string& encoder, bool smoke, std::uint64_t seed) {
  ConvergenceOptions options{.seeds = 1, .seed = seed, .targets = {target}, .encoders = {encoder}};
  if (smoke) {
    options.points = 30;
    options.steps = 4;
    options.early = 2;
  }
  const ConvergenceRow row = fourier_convergence(options).front();
  return {{"convergence", {target, encoder}, {row.mean_early(), row.mean_final(), row.mean_steps()}}};
}

std::vector<ExperimentPart> parts(const PartOptions& options) {
  std::vector<ExperimentPart> all{{"kernel", {}, {}, [](std::uint64_t seed, const std::function<bool()>&) {
                                     return std::optional(kernel_rows(seed));
                                   }}};
  for (const std::string_view target : convergence_targets()) {
    for (const std::string_view encoder : convergence_encoders()) {
      all.push_back({fmt::format("{}, {}", target, encoder),
                     {},
                     {},
                     [target = std::string(target), encoder = std::string(encoder), smoke = options.smoke](
                         std::uint64_t seed, const std::function<bool()>&) {
                       return std::optional(convergence_rows(target, encoder, smoke, seed));
                     }});
    }
  }
  return all;
}

/// The largest value of a figure over seeds and the rows of a table whose first label is as given.
double largest(const ExperimentResults& results, std::string_view table, std::string_view first, std::size_t figure) {
  double most = std::nan("");
  for (const ResultRow& row : results.rows) {
    if (row.table != table || (!first.empty() && row.labels.front() != first)) continue;
    for (const auto& [seed, value] : row.figures[figure]) most = std::fmax(most, value);
  }
  return most;
}

/// How many seeds of a row have a finite figure: 0 where there is no row that says otherwise; NaN where there is none.
double arrivals(const SeedValues& steps) {
  if (steps.empty()) return std::nan("");
  return static_cast<double>(
      std::count_if(steps.begin(), steps.end(), [](const auto& step) { return std::isfinite(step.second); }));
}

void claim(const ExperimentResults& results, ClaimList& claims) {
  constexpr std::size_t final_error = 1;
  constexpr std::size_t steps = 2;
  claims.at_most("kernel at the start: largest difference from exp(-d^2 / (2 gamma^2)) / 2 at most 0.02",
                 largest(results, "fourier kernel", "", 2), 0.02);
  claims.at_most("isotropy: axis and diagonal differ by less than 4 / sqrt(4096) (difference)",
                 largest(results, "isotropy", "fourier features", 2), 4 / std::sqrt(static_cast<double>(features)));
  for (const std::string_view name : convergence_targets()) {
    const std::string target(name);
    const auto mean = [&](const std::string& encoder, std::size_t figure) {
      return results.mean("convergence", {target, encoder}, figure);
    };
    claims.at_most(
        fmt::format("{}: learnable features below an MLP take at most 0.7 of the steps of sinusoids", target),
        mean("learnable + mlp, gamma 0.25", steps) / mean("sinusoids + mlp", steps), 0.7);
    claims.at_most(fmt::format("{}: raw coordinates never arrive (seeds that do)", target),
                   arrivals(results.values("convergence", {target, "raw + mlp"}, steps)), 0);
    claims.at_most(
        fmt::format("{}: where gamma is off, learnable frequencies end below fixed ones (ratio of errors)", target),
        mean("learnable + mlp, gamma 1.5", final_error) / mean("fixed + mlp, gamma 1.5", final_error), 1);
  }
  claims.at_most("rings: without an MLP, learnable frequencies end at half of fixed ones' error at most (ratio)",
                 results.mean("convergence", {"rings", "learnable, gamma 0.25"}, final_error) /
                     results.mean("convergence", {"rings", "fixed, gamma 0.25"}, final_error),
                 0.5);
}

}  // namespace

ExperimentSection fourier_section() {
  return {
      .name = "fourier",
      .summary = "learnable Fourier features: kernel, isotropy, and steps to arrive beside fixed ones and sinusoids",
      .seeds = 3,
      .alone = false,
      .tables = {{.name = "fourier kernel",
                  .caption = "Products of rows as drawn, 4096 features, distances in units of gamma.",
                  .labels = {"gamma", "distance"},
                  .figures = {"measured", "expected", "difference"}},
                 {.name = "isotropy",
                  .caption = "Likeness of two points at a distance in pixels, gamma = 3 pixels.",
                  .labels = {"encoder", "distance"},
                  .figures = {"along an axis", "diagonal", "difference"}},
                 {.name = "convergence",
                  .caption = "Functions on a square from 600 points, full-batch Adam, 1500 steps; errors over the "
                             "variance; \"-\": some seed never gets to 0.1.",
                  .labels = {"target", "encoder"},
                  .figures = {"error at step 200", "error at the end", "steps to 0.1"}}},
      .parts = parts,
      .claim = claim};
}

}  // namespace cairn::benchmarks
