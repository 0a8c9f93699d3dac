// Smooth targets on random geometric graphs, read out of the distances to anchors.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "benchmarks/encoding_experiments.h"
#include "benchmarks/encodings_sections.h"
#include "benchmarks/experiment_chart.h"
#include "benchmarks/experiment_claims.h"
#include "benchmarks/experiment_results.h"

namespace cairn::benchmarks {

namespace {

constexpr std::size_t test_error = 2;  // of the figures of a row
constexpr std::size_t fewest_graphs = 4;

std::string width_text(double width) { return width > 0 ? fmt::format("{}", width) : std::string("-"); }

std::vector<ExperimentPart> parts(const PartOptions& options) {
  return {{"all", {}, {}, [smoke = options.smoke](std::uint64_t seed, const std::function<bool()>&) {
             GraphReadoutOptions graph;
             graph.graphs = 1;
             graph.seed = seed;
             if (smoke) {
               graph.nodes = 150;
               graph.radius = 0.15;
               graph.targets = 2;
               graph.landmarks = 64;
             }
             const GraphReadouts readouts = graph_readouts(graph).front();
             std::vector<MeasuredRow> rows;
             for (const GraphRow& row : readouts.rows) {
               rows.push_back(
                   {"graphs",
                    {row.encoding, row.mode == EncodingMode::product ? "product" : "simple", width_text(row.width)},
                    {row.stable_rank, row.train_nmse, row.test_nmse}});
             }
             rows.push_back({"graph sizes",
                             {"largest component"},
                             {static_cast<double>(readouts.nodes), static_cast<double>(readouts.largest_hops),
                              readouts.suggested_width}});
             return std::optional(rows);
           }}};
}

/// Largest ratio over graphs of one row's test error to another's; NaN where no graph has both.
double worst_ratio(const ExperimentResults& results, const std::vector<std::string>& row,
                   const std::vector<std::string>& other) {
  double worst = std::numeric_limits<double>::quiet_NaN();
  const SeedValues& others = results.values("graphs", other, test_error);
  for (const auto& [seed, value] : results.values("graphs", row, test_error)) {
    const auto found = others.find(seed);
    if (found != others.end()) worst = std::fmax(worst, value / found->second);
  }
  return worst;
}

void claim(const ExperimentResults& results, ClaimList& claims) {
  const std::vector<std::string> raw{"raw", "simple", "-"};
  const std::vector<std::string> simple{"gaussian", "simple", "2"};
  const std::vector<std::string> product{"gaussian", "product", "2"};
  const std::vector<std::string> one_hot{"impulse", "product", "1"};
  // Fewer graphs than the claims are about leave them open.
  const bool enough = results.values("graphs", product, test_error).size() >= fewest_graphs;
  const auto known = [&](double value) { return enough ? value : std::numeric_limits<double>::quiet_NaN(); };
  const auto error_of = [&](const std::vector<std::string>& row) {
    return known(results.mean("graphs", row, test_error));
  };
  claims.at_most("product gaussian of 2 hops: mean test error at most 0.05, of at least 4 graphs", error_of(product),
                 0.05);
  claims.at_least("raw hops: mean test error at least 0.3", error_of(raw), 0.3);
  claims.at_most("each graph: product gaussian at most half of simple (largest ratio)",
                 known(worst_ratio(results, product, simple)), 0.5);
  claims.at_most("each graph: simple gaussian at most half of raw hops (largest ratio)",
                 known(worst_ratio(results, simple, raw)), 0.5);
  claims.at_least("each graph: one-hot product at least 5 times the product gaussian (smallest ratio)",
                  known(1 / worst_ratio(results, product, one_hot)), 5);
  claims.at_least("product gaussian: half a hop is worse than 2 hops (ratio)",
                  error_of({"gaussian", "product", "0.5"}) / error_of(product), 1);
  claims.at_least("product gaussian: 8 hops are worse than 2 hops (ratio)",
                  error_of({"gaussian", "product", "8"}) / error_of(product), 1);
}

std::vector<LineChart> charts(const ExperimentResults& results) {
  LineChart chart = chart_over(results, "graphs", 2, test_error, "graphs over the width, in hops");
  chart.log_y = true;
  return {std::move(chart)};
}

}  // namespace

ExperimentSection graphs_section() {
  return {.name = "graphs",
          .summary = "smooth targets on random geometric graphs, out of hops to anchors: modes and widths",
          .seeds = 4,
          .alone = false,
          .tables = {{.name = "graphs",
                      .caption = "Geometric graphs of 900 nodes (a graph a seed), hops to 6 random anchors, 10 smooth "
                                 "targets, half of the nodes train; errors over the variance; widths in hops.",
                      .labels = {"encoding", "mode", "width"},
                      .figures = {"stable rank", "train NMSE", "test NMSE"}},
                     {.name = "graph sizes",
                      .caption = "What all of it is measured on.",
                      .labels = {"part"},
                      .figures = {"nodes", "most hops to an anchor", "suggested width"}}},
          .parts = parts,
          .claim = claim,
          .charts = charts};
}

}  // namespace cairn::benchmarks
