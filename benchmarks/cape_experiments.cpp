#include "benchmarks/cape_experiments.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "autodiff/ops_loss.h"
#include "benchmarks/attention_model.h"
#include "core/error.h"
#include "data/metrics.h"
#include "optim/optimizers.h"
#include "position/cape.h"

namespace cairn::benchmarks {

namespace {

constexpr Index table_rows = 192;  // beyond 96 nodes, and 24 at offset 40

struct PathPositions {
  std::string_view name;
  bool table = false;
  CapeOptions cape = {};
};

const std::array<PathPositions, 8> kinds{{
    {"learned table", true, {}},
    {"sinusoid", false, {}},
    {"cape 20", false, {.global_shift = 20}},
    {"cape 100", false, {.global_shift = 100}},
    {"cape 100 + local 0.5", false, {.global_shift = 100, .local_shift = Real(0.5)}},
    {"cape 100 + local 0.5 + scale 1.4",
     false,
     {.global_shift = 100, .local_shift = Real(0.5), .max_scale = Real(1.4)}},
    {"control: a shift a node", false, {.local_shift = 100}},
    {"control: local 2", false, {.global_shift = 100, .local_shift = 2}},
}};

constexpr std::array<std::string_view, 2> of_sweep{"sinusoid", "cape 100 + local 0.5"};

/// Path graphs with their tokens.
struct Paths {
  Coordinates places;
  Tensor content;                    // [N, vocabulary], one-hot
  std::vector<std::int32_t> labels;  // token of the predecessor; -1 where there is none
  std::vector<NodeId> asked;         // nodes with a predecessor
};

Paths draw_paths(Index graphs, Index length, Index vocabulary, Rng& rng) {
  Paths paths;
  paths.places.values = Tensor(Shape{graphs * length, 1});
  paths.content = Tensor(Shape{graphs * length, vocabulary});
  std::int32_t before = -1;
  for (Index u = 0; u < graphs * length; ++u) {
    const Index place = u % length;
    const auto token = static_cast<std::int32_t>(rng.below(vocabulary));
    paths.places.values.at(u, 0) = static_cast<Real>(place);
    paths.places.graph_of_node.push_back(static_cast<std::int32_t>(u / length));
    paths.content.at(u, token) = 1;
    paths.labels.push_back(place == 0 ? -1 : before);
    if (place != 0) paths.asked.push_back(static_cast<NodeId>(u));
    before = token;
  }
  return paths;
}

/// Test graphs of a condition.
Paths draw_test(std::size_t condition, const PathTaskOptions& options, Rng rng) {
  const bool is_long = path_conditions[condition] == "length 96";
  Paths paths = draw_paths(options.test_graphs, is_long ? 96 : options.length, options.vocabulary, rng);
  for (Real& place : paths.places.values.values()) {
    if (path_conditions[condition] == "offset +40") place += 40;
    if (path_conditions[condition] == "spacing x1.3") place *= Real(1.3);
    if (path_conditions[condition] == "spacing x0.75") place *= Real(0.75);
    if (path_conditions[condition] == "jitter +-0.3") place += rng.uniform(Real(-0.3), Real(0.3));
  }
  return paths;
}

double accuracy_on(const AttentionModel& model, const Paths& paths) {
  const WithoutGradients without_gradients;
  const Tensor scores = model.forward(paths.places, paths.content).value();
  return classification_metrics(scores, paths.labels, paths.asked).accuracy;
}

void run_seed(const PathPositions& kind, const PathTaskOptions& options, std::uint64_t seed, PathTaskRow& row) {
  const Rng rng = Rng(seed).split("paths");
  Rng of_weights = rng.split("weights");
  const AttentionModel model(
      {.content = options.vocabulary, .out = options.vocabulary, .table_rows = kind.table ? table_rows : 0},
      of_weights);
  const auto parameters = parameters_of(model);
  const auto optimizer = make_optimizer({});
  for (Index step = 0; step < options.steps; ++step) {
    Rng of_step = rng.split("step").split(static_cast<std::uint64_t>(step));
    const Paths paths = draw_paths(options.batch, options.length, options.vocabulary, of_step);
    const Coordinates places = cape_in_training(paths.places, kind.cape, of_step.split("cape"));
    clear_gradients(parameters);
    backward(cross_entropy(model.forward(places, paths.content), paths.labels, paths.asked));
    optimizer->step(parameters, static_cast<Real>(options.learning_rate));
  }
  for (std::size_t c = 0; c < path_conditions.size(); ++c) {
    row.accuracy[c].push_back(accuracy_on(model, draw_test(c, options, rng.split("test").split(c))));
  }
}

}  // namespace

double PathTaskRow::mean(std::size_t condition) const {
  const std::vector<double>& values = accuracy[condition];
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

const std::vector<std::string_view>& path_positions() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> found;
    for (const PathPositions& kind : kinds) found.push_back(kind.name);
    return found;
  }();
  return names;
}

std::vector<PathTaskRow> path_task(const PathTaskOptions& options,
                                   const std::function<void(const PathTaskRow&)>& progress) {
  for (const std::string& name : options.positions) {
    const auto& known = path_positions();
    if (std::find(known.begin(), known.end(), name) == known.end()) throw_unknown_name("positions", name, known);
  }
  const auto expect = [](Index found, Index fewest, std::string_view what) {
    if (found < fewest)
      throw UsageError(fmt::format("path task: expected at least {} {}, found {}", fewest, what, found));
  };
  expect(options.seeds, 1, "seed");
  expect(options.steps, 1, "step");
  expect(options.batch, 1, "graph a step");
  expect(options.length, 2, "nodes a graph");
  expect(options.vocabulary, 2, "tokens");
  expect(options.test_graphs, 1, "test graph");
  std::vector<PathTaskRow> rows;
  for (const PathPositions& kind : kinds) {
    const auto& asked = options.positions;
    if (!asked.empty() && std::find(asked.begin(), asked.end(), kind.name) == asked.end()) continue;
    PathTaskRow row{.positions = std::string(kind.name), .learning_rate = options.learning_rate, .accuracy = {}};
    for (Index s = 0; s < options.seeds; ++s) {
      run_seed(kind, options, options.seed + static_cast<std::uint64_t>(s), row);
    }
    rows.push_back(std::move(row));
    if (progress) progress(rows.back());
  }
  return rows;
}

std::vector<PathTaskRow> learning_rate_sweep(PathTaskOptions options, const std::vector<double>& learning_rates,
                                             const std::function<void(const PathTaskRow&)>& progress) {
  options.positions.assign(of_sweep.begin(), of_sweep.end());
  std::vector<PathTaskRow> rows;
  for (const double rate : learning_rates) {
    options.learning_rate = rate;
    for (PathTaskRow& row : path_task(options, progress)) rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace cairn::benchmarks
