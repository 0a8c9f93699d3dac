// Graph neural networks with kernelized attention: what they answer who would have to see far, and what it costs them
// where nobody has to.

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <string>

#include "benchmarks/attention_sections.h"
#include "benchmarks/experiment_claims.h"
#include "benchmarks/experiment_results.h"
#include "benchmarks/experiment_training.h"
#include "data/synthetic.h"
#include "models/defaults.h"

namespace cairn::benchmarks {

namespace {

using Rows = std::vector<MeasuredRow>;

constexpr std::array<std::string_view, 3> models{"gcn", "kernel-attention", "gcn+kernel-attention"};

/// A task of data/long_range.h, and how right one is who knows nothing.
struct FarTask {
  std::string_view spec;
  double chance;
  bool in_smoke = false;
};
constexpr std::array<FarTask, 12> far_tasks{{{"carry:8", 0.25, true},
                                             {"carry:16", 0.25},
                                             {"carry:32", 0.25},
                                             {"carry:64", 0.25},
                                             {"ring-transfer:8", 0.25, true},
                                             {"ring-transfer:16", 0.25},
                                             {"ring-transfer:32", 0.25},
                                             {"ring-transfer:64", 0.25},
                                             // Corners 8, 16, 32 and 64 hops apart.
                                             {"corners:5x5", 0.5, true},
                                             {"corners:9x9", 0.5},
                                             {"corners:8x26", 0.5},
                                             {"corners:8x58", 0.5}}};
constexpr std::string_view smoke_graphs = ":graphs=10";
constexpr double near_chance = 0.1;  // 400 test graphs in 10 seeds: four standard deviations of a guess

std::vector<ExperimentPart> far_parts(const PartOptions& options) {
  std::vector<ExperimentPart> all;
  for (const FarTask& task : far_tasks) {
    if (options.smoke && !task.in_smoke) continue;
    for (const std::string_view model : models) {
      const TrainingColumn column{.name = task.spec, .task = "node", .spec = task.spec, .smoke_spec = task.spec};
      TrainConfig config = column_config(column, model, options);
      config.features = "auto";  // also at smoke size: the questions are in the features
      all.push_back({fmt::format("{}, {}", task.spec, model),
                     settings_text(config),
                     {},
                     [column, config, model, smoke = options.smoke](
                         std::uint64_t seed, const std::function<bool()>& stopped) -> std::optional<Rows> {
                       const std::string spec = std::string(column.spec) + std::string(smoke ? smoke_graphs : "");
                       const Dataset data = make_synthetic(spec, seed);  // other questions with every seed
                       const auto score = test_score(column, data, config, seed, stopped);
                       if (!score) return std::nullopt;
                       return Rows{{"long-range", {std::string(column.spec), std::string(model)}, {*score}}};
                     }});
    }
  }
  return all;
}

void far_claims(const ExperimentResults& results, ClaimList& claims) {
  for (const FarTask& task : far_tasks) {
    const auto mean = [&](std::string_view model) {
      return results.mean("long-range", {std::string(task.spec), std::string(model)}, 0);
    };
    claims.at_least(fmt::format("{}: gcn+kernel-attention at least 0.95", task.spec), mean("gcn+kernel-attention"),
                    0.95);
    claims.at_most(fmt::format("{}, control: gcn within {} of chance, {}", task.spec, near_chance, task.chance),
                   mean("gcn"), task.chance + near_chance);
  }
}

constexpr std::array<TrainingColumn, 2> citation_columns{
    {{.name = "cora", .task = "node", .folder = "cora", .smoke_spec = "communities:4x6"},
     {.name = "citeseer", .task = "node", .folder = "citeseer", .smoke_spec = "communities:4x6"}}};

std::vector<ExperimentPart> citation_parts(const PartOptions& options) {
  std::vector<ExperimentPart> all;
  for (const TrainingColumn& column : citation_columns) {
    const ColumnData data = column_data(column, options);
    for (const std::string_view model : models) {
      ExperimentPart part{fmt::format("{}, {}", column.name, model), {}, data.missing, {}};
      if (data.missing.empty()) {
        const TrainConfig config = column_config(column, model, options);
        part.settings = settings_text(config);
        part.run = [&column, config, model, dataset = data.dataset](
                       std::uint64_t seed, const std::function<bool()>& stopped) -> std::optional<Rows> {
          const auto score = test_score(column, *dataset, config, seed, stopped);
          if (!score) return std::nullopt;
          return Rows{{"citation", {std::string(column.name), std::string(model)}, {*score}}};
        };
      }
      all.push_back(std::move(part));
    }
  }
  return all;
}

void citation_claims(const ExperimentResults& results, ClaimList& claims) {
  for (const TrainingColumn& column : citation_columns) {
    const auto values = [&](const char* model) -> const SeedValues& {
      return results.values("citation", {std::string(column.name), model}, 0);
    };
    const PairedDifference difference = paired_difference(values("gcn+kernel-attention"), values("gcn"));
    claims.at_least(fmt::format("{}: gcn+kernel-attention at most one point below gcn (mean difference)", column.name),
                    difference.seeds > 0 ? difference.mean : std::nan(""), -0.01);
    claims.report_difference(fmt::format("{}: gcn+kernel-attention less gcn", column.name),
                             values("gcn+kernel-attention"), values("gcn"));
  }
}

}  // namespace

ExperimentSection long_range_section() {
  return {.name = "long-range",
          .summary = "what a node far away carries: layers over neighbors against attention, 8 to 64 hops (long)",
          .seeds = 10,
          .alone = false,
          .tables = {{.name = "long-range",
                      .caption = "Test accuracy at the best validation epoch; 200 graphs, split as wholes, drawn anew "
                                 "with every seed; rings are asked across, corners:5x5, 9x9, 8x26 and 8x58 lie 8, 16, "
                                 "32 and 64 hops apart.",
                      .labels = {"task", "model"},
                      .figures = {"accuracy"}}},
          .parts = far_parts,
          .claim = far_claims};
}

ExperimentSection citation_section() {
  return {.name = "citation",
          .summary = "cora and citeseer: attention beside the layers of a GCN, against the GCN",
          .seeds = 10,
          .alone = false,
          .tables = {{.name = "citation",
                      .caption = "Test accuracy at the best validation epoch, the split that comes with the data.",
                      .labels = {"dataset", "model"},
                      .figures = {"accuracy"}}},
          .parts = citation_parts,
          .claim = citation_claims};
}

}  // namespace cairn::benchmarks
