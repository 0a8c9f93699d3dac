// Laws, signals and images: encodings of lines and planes, read out by linear layers that are solved.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "benchmarks/encoding_experiments.h"
#include "benchmarks/encodings_sections.h"
#include "benchmarks/experiment_chart.h"
#include "benchmarks/experiment_claims.h"
#include "benchmarks/experiment_results.h"

namespace cairn::benchmarks {

namespace {

using Rows = std::vector<MeasuredRow>;

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

std::string width_text(double width) { return width > 0 ? fmt::format("{}", width) : std::string("-"); }

/// The best mean of a figure over the rows of an encoding, and the width it is at; NaN where there are none.
struct Best {
  double value = unknown;
  double width = unknown;
};
Best best_of(const ExperimentResults& results, std::string_view table, const std::string& encoding,
             std::size_t figure) {
  Best best;
  for (const ResultRow& row : results.rows) {
    if (row.table != table || row.labels.front() != encoding) continue;
    const double value = mean_of(row.figures[figure]);
    if (best.value >= value) continue;
    best = {value, row.labels[1] == "-" ? 0 : std::stod(row.labels[1])};
  }
  return best;
}

std::vector<ExperimentPart> law_parts(const PartOptions&) {
  return {{"all", {}, {}, [](std::uint64_t, const std::function<bool()>&) {
             Rows rows;
             for (const StableRankRow& row : stable_rank_laws()) {
               rows.push_back({"laws", {row.encoding, width_text(row.width)}, {row.measured, row.law}});
             }
             for (const TradeOffRow& row : trade_off_curve()) {
               rows.push_back(
                   {"trade-off", {width_text(row.width)}, {row.stable_rank, row.reach, row.stable_rank * row.reach}});
             }
             return std::optional(rows);
           }}};
}

void law_claims(const ExperimentResults& results, ClaimList& claims) {
  constexpr double rank_times_reach = 0.85612;  // sqrt(ln 10 / pi)
  double worst_law = 0;
  double worst_product = 0;
  for (const ResultRow& row : results.rows) {
    if (row.table == "laws") {
      const double law = mean_of(row.figures[1]);
      worst_law = std::max(worst_law, std::abs(mean_of(row.figures[0]) / law - 1));
    } else if (row.table == "trade-off") {
      worst_product = std::max(worst_product, std::abs(mean_of(row.figures[2]) / rank_times_reach - 1));
    }
  }
  claims.at_most("stable ranks: largest relative difference from their laws at most 0.01", worst_law, 0.01);
  claims.at_most("stable rank x reach: largest relative difference from 0.856 at most 0.03", worst_product, 0.03);
}

std::vector<ExperimentPart> signal_parts(const PartOptions& options) {
  return {{"all", {}, {}, [smoke = options.smoke](std::uint64_t seed, const std::function<bool()>&) {
             SignalOptions signals;
             signals.seed = seed;
             if (smoke) {
               signals.points = 64;
               signals.signals = 2;
               signals.count = 100;
               signals.widths = {0.1, 0.02, 0.0005};
             }
             Rows rows;
             for (const SignalRow& row : signal_readouts(signals)) {
               rows.push_back({"signals", {row.encoding, width_text(row.width)}, {row.train_psnr, row.test_psnr}});
             }
             return std::optional(rows);
           }}};
}

void signal_claims(const ExperimentResults& results, ClaimList& claims) {
  constexpr double training_points = 256;
  const Best peak = best_of(results, "signals", "gaussian", 1);
  claims.at_least("gaussian: best test at least 12 dB above the raw coordinate (difference)",
                  peak.value - results.mean("signals", {"raw", "-"}, 1), 12);
  claims.at_least("gaussian: the best width is at least 1 / (4 x 256 training points), in these units (width)",
                  peak.width * 4 * training_points, 1);
  claims.at_most("gaussian: the best width is at most 4 / 256 (width x 256)", peak.width * training_points, 4);
  const std::vector<std::string> narrow{"gaussian", "0.0005"};
  claims.at_least("gaussian of width 0.0005: train above 80 dB", results.mean("signals", narrow, 0), 80);
  claims.at_least("gaussian of width 0.0005: test at least 12 dB below the best (difference)",
                  peak.value - results.mean("signals", narrow, 1), 12);
  claims.at_least("gaussian: best test at least that of matched rff less 1 dB (difference)",
                  peak.value - best_of(results, "signals", "rff", 1).value, -1);
}

std::vector<LineChart> signal_charts(const ExperimentResults& results) {
  return {chart_over(results, "signals", 1, 1, "signals over the width")};
}

std::vector<ExperimentPart> image_parts(const PartOptions& options) {
  return {{"all", {}, {}, [smoke = options.smoke](std::uint64_t seed, const std::function<bool()>&) {
             ImageOptions image;
             image.seed = seed;
             if (smoke) {
               image.side = 16;
               image.count = 16;
               image.widths = {0.1, 0.06};
             }
             Rows rows;
             for (const ImageRow& row : image_readouts(image)) {
               rows.push_back({"images", {row.encoding, width_text(row.width)}, {row.train_psnr, row.test_psnr}});
             }
             return std::optional(rows);
           }}};
}

void image_claims(const ExperimentResults& results, ClaimList& claims) {
  const double product = best_of(results, "images", "product", 1).value;
  for (const char* rival : {"simple", "diagonals"}) {
    claims.at_least(fmt::format("product: best test at least 4 dB above {} (difference)", rival),
                    product - best_of(results, "images", rival, 1).value, 4);
  }
  claims.report("product: best test less that of the raw coordinates (dB)",
                product - results.mean("images", {"raw", "-"}, 1));
}

}  // namespace

ExperimentSection laws_section() {
  return {.name = "laws",
          .summary = "stable ranks against their laws, and stable rank x reach",
          .seeds = 0,
          .alone = false,
          .tables = {{.name = "laws",
                      .caption = "Stable rank of 256 places on a closed axis, 1000 shifts; widths of a range of 1.",
                      .labels = {"encoding", "width"},
                      .figures = {"stable rank", "law"}},
                     {.name = "trade-off",
                      .caption = "Gaussian: what it can tell apart times how far it sees is one number.",
                      .labels = {"width"},
                      .figures = {"stable rank", "reach", "rank x reach"}}},
          .parts = law_parts,
          .claim = law_claims};
}

ExperimentSection signals_section() {
  return {.name = "signals",
          .summary = "random signals, every second place seen: the inverted U over the width",
          .seeds = 3,
          .alone = false,
          .tables = {{.name = "signals",
                      .caption = "Signals of 512 points and amplitude 1 / frequency, even points train, odd ones test; "
                                 "a linear readout, solved.",
                      .labels = {"encoding", "width"},
                      .figures = {"train dB", "test dB"}}},
          .parts = signal_parts,
          .claim = signal_claims,
          .charts = signal_charts};
}

ExperimentSection images_section() {
  return {.name = "images",
          .summary = "a made image, a quarter of it seen: sums over axes against products",
          .seeds = 3,
          .alone = false,
          .tables = {{.name = "images",
                      .caption = "An image of 128 x 128, pixels even on both axes train, those odd on both test; a "
                                 "linear readout, solved.",
                      .labels = {"encoding", "width"},
                      .figures = {"train dB", "test dB"}}},
          .parts = image_parts,
          .claim = image_claims};
}

}  // namespace cairn::benchmarks
