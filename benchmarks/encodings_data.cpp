// Node classification and link prediction on real data: a GCN with every encoding against one with none, and what
// diagnostics knew of the order beforehand.

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <map>
#include <utility>

#include "benchmarks/encodings_sections.h"
#include "benchmarks/experiment_claims.h"
#include "benchmarks/experiment_results.h"
#include "benchmarks/experiment_training.h"
#include "data/ranking.h"
#include "models/coordinate_plan.h"
#include "models/embedding_report.h"
#include "nn/position_input.h"
#include "position/diagnostics.h"
#include "position/encodings.h"

namespace cairn::benchmarks {

namespace {

// A node that has no features of its own gets its degree: one-hot ids would say who it is without any encoding.
constexpr std::array<TrainingColumn, 7> columns{{
    {.name = "cora/node", .task = "node", .folder = "cora", .smoke_spec = "communities:4x6"},
    {.name = "citeseer/node", .task = "node", .folder = "citeseer", .smoke_spec = "communities:4x6"},
    {.name = "email_eu_core/node",
     .task = "node",
     .folder = "email_eu_core",
     .smoke_spec = "communities:4x6",
     .features = "degree"},
    {.name = "cora/link", .task = "link", .folder = "cora", .smoke_spec = "grid:6x6"},
    {.name = "citeseer/link", .task = "link", .folder = "citeseer", .smoke_spec = "grid:6x6"},
    {.name = "email_eu_core/link",
     .task = "link",
     .folder = "email_eu_core",
     .smoke_spec = "grid:6x6",
     .features = "degree"},
    {.name = "power/link", .task = "link", .folder = "power", .smoke_spec = "grid:6x6", .features = "degree"},
}};

constexpr std::array<double, 5> widths{0.5, 1, 2, 4, 8};  // of gaussians, in hops

/// What stands beside the GCN in a row.
struct Rival {
  std::string label;     // "gaussian product"
  std::string part;      // of the model; empty: none
  std::string encoding;  // name in the table of encodings; empty: none that diagnostics could look at
  std::string mode = "simple";
  double width = 0;  // 0: as suggested
};

std::string width_label(double width) { return fmt::format("gaussian, {} hops", width); }

/// None, random vectors (the control), every encoding in every mode at the suggested width, gaussians of other widths,
/// and learnable Fourier features.
std::vector<Rival> rivals() {
  std::vector<Rival> all{{.label = "none", .part = {}, .encoding = {}},
                         {.label = "control: random", .part = "random", .encoding = {}}};
  for (const EncodingKind& kind : encoding_kinds()) {
    const std::string name(kind.name);
    all.push_back({.label = name, .part = name, .encoding = name});
    if (kind.has_product)
      all.push_back({.label = name + " product", .part = name, .encoding = name, .mode = "product"});
  }
  for (const double width : widths) {
    all.push_back({.label = width_label(width), .part = "gaussian", .encoding = "gaussian", .width = width});
  }
  all.push_back({.label = "lff", .part = "lff", .encoding = {}});
  return all;
}

TrainConfig config_of(const TrainingColumn& column, const Rival& rival, const PartOptions& options) {
  TrainConfig config = column_config(column, rival.part.empty() ? "gcn" : "gcn+" + rival.part, options);
  config.encoding_mode = rival.mode;
  config.encoding_width = rival.width;
  return config;
}

/// The encoding that a training used, on the whole graph, from the anchors it had.
MeasuredRow diagnose(const TrainingColumn& column, const Rival& rival, const Dataset& data, const Training& training,
                     std::uint64_t seed) {
  const PositionInput position(data.graph, data.graph_of_node, *training.anchors());
  const Coordinates coordinates = make_coordinates(training.config(), data, &position);
  const Tensor rows = fit_encoding(rival.encoding, training.config(), coordinates, seed)->encode(coordinates);
  const EmbeddingReport report = report_embedding(data.graph, data.graph_of_node, rows, {.pairs = 20000, .seed = seed});
  return {"data diagnostics",
          {std::string(column.name), rival.label},
          {report.stable_rank, report.rank_correlation, report.distortion.mean, static_cast<double>(report.collisions),
           suggested_width(coordinates)}};
}

ExperimentPart part_of(const TrainingColumn& column, const Rival& rival, const ColumnData& data,
                       const PartOptions& options) {
  ExperimentPart part{fmt::format("{}, {}", column.name, rival.label), {}, data.missing, {}};
  if (!data.missing.empty()) return part;
  const TrainConfig config = config_of(column, rival, options);
  part.settings = settings_text(config);
  part.run = [&column, rival, config, dataset = data.dataset](
                 std::uint64_t seed, const std::function<bool()>& stopped) -> std::optional<std::vector<MeasuredRow>> {
    std::vector<MeasuredRow> rows{{"data", {std::string(column.name), rival.label}, {}}};
    const auto score = test_score(column, *dataset, config, seed, stopped, [&](const Training& training) {
      if (!rival.encoding.empty()) rows.push_back(diagnose(column, rival, *dataset, training, seed));
    });
    if (!score) return std::nullopt;
    rows.front().figures = {*score};
    return rows;
  };
  return part;
}

std::vector<ExperimentPart> parts(const PartOptions& options) {
  std::vector<ExperimentPart> all;
  for (const TrainingColumn& column : columns) {
    const ColumnData data = column_data(column, options);
    for (const Rival& rival : rivals()) all.push_back(part_of(column, rival, data, options));
  }
  return all;
}

void add_name(std::string& list, const std::string& name) { list += list.empty() ? name : ", " + name; }

/// Who is better than none, and who worse, by two standard errors.
std::string against_none(const ExperimentResults& results, const std::string& column) {
  const SeedValues& none = results.values("data", {column, "none"}, 0);
  std::string better;
  std::string worse;
  bool is_known = false;
  for (const ResultRow& row : results.rows) {
    if (row.table != "data" || row.labels[0] != column || row.labels[1] == "none") continue;
    is_known = is_known || paired_difference(row.figures[0], none).seeds > 1;
    if (paired_difference(row.figures[0], none).beats) add_name(better, row.labels[1]);
    if (paired_difference(none, row.figures[0]).beats) add_name(worse, row.labels[1]);
  }
  if (!is_known) return {};
  return fmt::format("better: {}; worse: {}", better.empty() ? "nobody" : better, worse.empty() ? "nobody" : worse);
}

/// Spearman's, over the encodings of a column at their suggested widths, of a diagnostic figure with the score.
double knew_order(const ExperimentResults& results, const std::string& column, std::size_t figure) {
  std::vector<Real> said;
  std::vector<Real> scored;
  for (const Rival& rival : rivals()) {
    if (rival.width > 0) continue;
    const double diagnostic = results.mean("data diagnostics", {column, rival.label}, figure);
    const double score = results.mean("data", {column, rival.label}, 0);
    if (std::isnan(diagnostic) || std::isnan(score)) continue;
    said.push_back(static_cast<Real>(diagnostic));
    scored.push_back(static_cast<Real>(score));
  }
  return said.size() < 3 ? std::nan("") : rank_correlation(said, scored);
}

/// Spearman's, over the widths of a column, of nearness to the suggested one with the score.
double knew_width(const ExperimentResults& results, const std::string& column) {
  constexpr std::size_t suggested = 4;
  std::vector<Real> nearness;
  std::vector<Real> scored;
  for (const double width : widths) {
    const std::vector<std::string> labels{column, width_label(width)};
    const double score = results.mean("data", labels, 0);
    if (std::isnan(score)) continue;
    nearness.push_back(
        static_cast<Real>(-std::abs(std::log2(width / results.mean("data diagnostics", labels, suggested)))));
    scored.push_back(static_cast<Real>(score));
  }
  return nearness.size() < 3 ? std::nan("") : rank_correlation(nearness, scored);
}

void claim(const ExperimentResults& results, ClaimList& claims) {
  for (const TrainingColumn& column : columns) {
    const std::string name(column.name);
    if (results.find("data", {name, "none"}) == nullptr) continue;
    claims.say(name + ": against none, by two standard errors", against_none(results, name));
    claims.report(name + ": rank correlation, over encodings, of stable rank with the score",
                  knew_order(results, name, 0));
    claims.report(name + ": rank correlation, over encodings, of kept distances (rank correlation) with the score",
                  knew_order(results, name, 1));
    claims.report(name + ": rank correlation, over gaussians, of nearness to the suggested width with the score",
                  knew_width(results, name));
  }
}

}  // namespace

ExperimentSection data_section() {
  return {
      .name = "data",
      .summary = "cora, citeseer, email_eu_core, power: a GCN with every encoding against one with none (long)",
      .seeds = 10,
      .alone = false,
      .tables = {{.name = "data",
                  .caption = "Test accuracy of nodes, ROC AUC of links, at the best validation epoch, by a GCN "
                             "fused with an encoding of the distances to anchors.",
                  .labels = {"column", "encoding"},
                  .figures = {"score"}},
                 {.name = "data diagnostics",
                  .caption = "What could be said of these encodings before anything was trained.",
                  .labels = {"column", "encoding"},
                  .figures = {"stable rank", "rank correlation", "mean distortion", "collisions", "suggested width"}}},
      .parts = parts,
      .claim = claim};
}

}  // namespace cairn::benchmarks
