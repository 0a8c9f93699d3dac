// Fusions of three parts against each of their pairs.

#include <fmt/format.h>

#include <array>
#include <utility>

#include "benchmarks/encodings_sections.h"
#include "benchmarks/experiment_claims.h"
#include "benchmarks/experiment_results.h"
#include "benchmarks/experiment_training.h"

namespace cairn::benchmarks {

namespace {

constexpr std::array<TrainingColumn, 2> columns{{
    {.name = "email_eu_core/node",
     .task = "node",
     .folder = "email_eu_core",
     .smoke_spec = "communities:4x6",
     .features = "degree"},
    {.name = "grid/link", .task = "link", .spec = "grid:20x20", .smoke_spec = "grid:6x6", .features = "constant"},
}};

/// A fusion and the pairs of its parts.
struct Fusion {
  std::string_view whole;
  std::array<std::string_view, 3> pairs;
};
constexpr std::array<Fusion, 2> fusions{
    {{"gcn+gir+lff", {"gcn+gir", "gcn+lff", "gir+lff"}}, {"gat+gir+rff", {"gat+gir", "gat+rff", "gir+rff"}}}};

ExperimentPart part_of(const TrainingColumn& column, std::string_view model, const ColumnData& data,
                       const PartOptions& options) {
  ExperimentPart part{fmt::format("{}, {}", column.name, model), {}, data.missing, {}};
  if (!data.missing.empty()) return part;
  const TrainConfig config = column_config(column, model, options);
  part.settings = settings_text(config);
  part.run = [&column, config, dataset = data.dataset](
                 std::uint64_t seed, const std::function<bool()>& stopped) -> std::optional<std::vector<MeasuredRow>> {
    const std::optional<double> score = test_score(column, *dataset, config, seed, stopped);
    if (!score) return std::nullopt;
    return std::vector<MeasuredRow>{{"fusions", {std::string(column.name), config.model}, {*score}}};
  };
  return part;
}

std::vector<ExperimentPart> parts(const PartOptions& options) {
  std::vector<ExperimentPart> all;
  for (const TrainingColumn& column : columns) {
    const ColumnData data = column_data(column, options);
    for (const Fusion& fusion : fusions) {
      all.push_back(part_of(column, fusion.whole, data, options));
      for (const std::string_view pair : fusion.pairs) all.push_back(part_of(column, pair, data, options));
    }
  }
  return all;
}

void claim(const ExperimentResults& results, ClaimList& claims) {
  for (const TrainingColumn& column : columns) {
    const std::string name(column.name);
    for (const Fusion& fusion : fusions) {
      const SeedValues& whole = results.values("fusions", {name, std::string(fusion.whole)}, 0);
      if (whole.empty()) continue;
      for (const std::string_view pair : fusion.pairs) {
        claims.report_difference(fmt::format("{}: {} less {}", name, fusion.whole, pair), whole,
                                 results.values("fusions", {name, std::string(pair)}, 0));
      }
    }
  }
}

}  // namespace

ExperimentSection fusions_section() {
  return {.name = "fusions",
          .summary = "gcn+gir+lff and gat+gir+rff against each of their pairs, on email_eu_core and a grid",
          .seeds = 10,
          .alone = false,
          .tables = {{.name = "fusions",
                      .caption = "Test accuracy of nodes, ROC AUC of links, at the best validation epoch.",
                      .labels = {"column", "model"},
                      .figures = {"score"}}},
          .parts = parts,
          .claim = claim};
}

}  // namespace cairn::benchmarks
