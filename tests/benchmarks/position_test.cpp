#include "benchmarks/position.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "benchmarks/position_columns.h"
#include "benchmarks/position_controls.h"
#include "benchmarks/position_report.h"
#include "core/error.h"
#include "models/training.h"
#include "support/catch.h"
#include "support/threads.h"

using namespace cairn;
using namespace cairn::benchmarks;

namespace {

PositionBenchOptions tiny() {
  PositionBenchOptions options;
  options.columns = {"grid/link", "communities/pair", "trees/path-sum"};
  options.models = {"gcn", "pgnn", "gir", "gir-dist", "untrained-distance", "gcn+gir", "gcn+random"};
  options.anchors = {1, 0};
  options.seeds = 2;
  options.smoke = true;
  return options;
}

/// The state file but for the time that was taken.
std::string text_of(PositionResults results) {
  for (PositionRow& row : results.rows) row.seconds = 0;
  return to_json(results);
}

PositionResults measured(const PositionBenchOptions& options, PositionResults from = {}) {
  return measure_position(options, std::move(from), {});
}

/// What is there when `runs` runs are finished.
PositionResults stopped_after(Index runs, const PositionBenchOptions& options, PositionResults from = {}) {
  Index done = 0;
  PositionResults last = from;
  PositionListener listener;
  listener.finished = [&](const PositionResults& results, const PositionProgress& progress) {
    done = progress.done;
    last = results;
  };
  listener.stopped = [&] { return done >= runs; };
  const PositionResults returned = measure_position(options, std::move(from), listener);
  CHECK(text_of(returned) == text_of(last));
  return last;
}

const PositionRow& row_of(const PositionResults& results, const std::string& model, const std::string& dataset,
                          const std::string& rule) {
  const auto found = std::find_if(results.rows.begin(), results.rows.end(), [&](const PositionRow& row) {
    return row.model == model && row.dataset == dataset && row.anchor_rule == rule;
  });
  REQUIRE(found != results.rows.end());
  return *found;
}

const PositionColumn& column_of(std::string_view name) {
  const auto& columns = position_columns();
  const auto found = std::find_if(columns.begin(), columns.end(), [&](const auto& c) { return c.name == name; });
  REQUIRE(found != columns.end());
  return *found;
}

}  // namespace

TEST_CASE("bench position: figures do not depend on the number of threads", "[benchmarks][slow]") {
  std::set<std::string> texts;
  for (const int count : {1, 2, 3}) {
    const support::Threads threads(count);
    texts.insert(text_of(measured(tiny())));
  }
  CHECK(texts.size() == 1);
}

TEST_CASE("bench position: stopped after any run, written, read and resumed, it ends with the same results",
          "[benchmarks][slow]") {
  const support::Threads threads(1);
  const PositionResults whole = measured(tiny());
  for (const Index runs : {1, 2, 7, 20}) {
    const PositionResults part = stopped_after(runs, tiny());
    CHECK(part.rows.size() < whole.rows.size() + 1);
    const PositionResults resumed = measured(tiny(), from_json(to_json(part), "part"));
    CHECK(text_of(resumed) == text_of(whole));
  }
}

TEST_CASE("bench position: a resumed one keeps what is there and adds rows and seeds that are new",
          "[benchmarks][slow]") {
  PositionBenchOptions few = tiny();
  few.models = {"gcn", "gir"};
  few.columns = {"grid/link"};
  few.anchors = {1};
  few.seeds = 1;
  PositionResults before = measured(few);
  before.rows.front().values.begin()->second.roc_auc = 0.125;  // kept, not measured again
  const PositionResults after = measured(tiny(), before);
  CHECK(row_of(after, "gcn", "grid", "1").values.at(0).roc_auc == 0.125);
  CHECK(row_of(after, "gcn", "grid", "1").values.size() == 2);
  const PositionResults whole = measured(tiny());
  CHECK(row_of(after, "gir", "grid", "log2^2").values.at(1).roc_auc ==
        row_of(whole, "gir", "grid", "log2^2").values.at(1).roc_auc);
  CHECK(after.rows.size() == whole.rows.size());

  Index runs = 0;  // all is there: nothing is left to do
  PositionListener listener;
  listener.finished = [&](const auto&, const auto&) { ++runs; };
  measure_position(tiny(), whole, listener);
  CHECK(runs == 0);
}

TEST_CASE("bench position: results of other epochs, sizes or settings are not mixed", "[benchmarks]") {
  PositionBenchOptions options = tiny();
  options.columns = {"grid/link"};
  options.models = {"gir"};
  options.anchors = {1};
  const PositionResults before = measured(options);
  options.epochs = 4;
  CHECK_THROWS_WITH(measured(options, before), Catch::Contains("--epochs 3") && Catch::Contains("found 4"));
  CHECK_THROWS_AS(measured(options, before), UsageError);
  options.epochs = 0;
  options.smoke = false;
  CHECK_THROWS_AS(measured(options, before), UsageError);
  options.smoke = true;
  PositionResults other = before;
  other.rows.front().settings["path_width"] = "64";
  CHECK_THROWS_WITH(measured(options, other), Catch::Contains("gir on grid/link") && Catch::Contains("other settings"));
  CHECK_THROWS_AS(measured(options, other), UsageError);
}

TEST_CASE("bench position: a model without anchors has one figure, which stands at every number of them",
          "[benchmarks]") {
  const PositionResults results = measured(tiny());
  for (const std::string model : {"gcn", "gcn+random"}) {
    for (const std::uint64_t seed : {0U, 1U}) {
      CHECK(row_of(results, model, "grid", "1").values.at(seed).roc_auc ==
            row_of(results, model, "grid", "log2^2").values.at(seed).roc_auc);
    }
  }
  const auto& one = row_of(results, "untrained-distance", "grid", "1").values;
  const auto& many = row_of(results, "untrained-distance", "grid", "log2^2").values;
  CHECK((one.at(0).roc_auc != many.at(0).roc_auc || one.at(1).roc_auc != many.at(1).roc_auc));
  CHECK(row_of(results, "gir", "grid", "log2^2").anchors == 25);  // floor(log2 36)^2
  CHECK(row_of(results, "gir", "trees", "roots").anchors == 1);
}

TEST_CASE("bench position: figures are those of the test part that a training by itself ends with", "[benchmarks]") {
  const PositionResults results = measured(tiny());
  for (const std::string_view name : {"grid/link", "trees/path-sum"}) {
    const PositionColumn& column = column_of(name);
    const std::uint64_t seed = 1;
    const Dataset dataset = synthetic_dataset(column, true, seed);
    TrainConfig config = position_config(column, "gir", 1, 3);
    config.seed = seed;
    Training training(dataset, config);
    while (!training.done()) training.advance();
    const SeedResult& expected = training.results().front();
    const PositionValue& found =
        row_of(results, "gir", std::string(column.dataset), anchor_rule(column, 1)).values.at(seed);
    CHECK(found.roc_auc == expected.test.at("roc_auc"));
    CHECK(found.validation_roc_auc == expected.validation.at("roc_auc"));
    CHECK(found.roc_auc != found.validation_roc_auc);
    CHECK(found.best_epoch == expected.best_epoch);
    if (column.is_path_sum()) CHECK(found.accuracy == expected.test.at("accuracy"));
  }
}

TEST_CASE("bench position: untrained rows are measured from the anchors of gir and the sets of P-GNN", "[benchmarks]") {
  PositionBenchOptions options = tiny();
  options.columns = {"communities/pair"};
  options.models = {"untrained-distance", "untrained-sets"};
  options.anchors = {4};
  const PositionResults results = measured(options);
  const PositionColumn& column = column_of("communities/pair");
  for (const std::uint64_t seed : {0U, 1U}) {
    const Dataset dataset = synthetic_dataset(column, true, seed);
    for (const auto& [control, model] : {std::pair{"untrained-distance", "gir"}, {"untrained-sets", "pgnn"}}) {
      TrainConfig config = position_config(column, model, 4, 0);
      config.seed = seed;
      const double expected = untrained_result(control, dataset, config).test.at("roc_auc");
      CHECK(row_of(results, control, "communities", "4").values.at(seed).roc_auc == expected);
    }
    CHECK(row_of(results, "untrained-distance", "communities", "4").values.at(seed).roc_auc !=
          row_of(results, "untrained-sets", "communities", "4").values.at(seed).roc_auc);
  }
}

TEST_CASE("bench position: controls are marked, path-sum has accuracy, curves and pictures are those of seed 0",
          "[benchmarks]") {
  const PositionResults results = measured(tiny());
  const std::map<std::string, bool> controls{{"gcn", false},
                                             {"pgnn", false},
                                             {"gir", false},
                                             {"gir-dist", true},
                                             {"gcn+gir", false},
                                             {"gcn+random", true},
                                             {"untrained-distance", true}};
  for (const PositionRow& row : results.rows) {
    CAPTURE(row.model, row.dataset);
    CHECK(row.control == controls.at(row.model));
    for (const auto& [seed, value] : row.values) {
      CHECK(value.roc_auc >= 0);
      CHECK(value.roc_auc <= 1);
      CHECK((value.accuracy == value.accuracy) == (row.task == "path-sum"));
      CHECK((value.best_epoch == 0) == (row.model == "untrained-distance"));
    }
  }
  CHECK(results.curves.size() == 12);  // gcn, pgnn, gir, gir-dist in three columns
  for (const PositionCurve& curve : results.curves) {
    CHECK(curve.seed == 0);
    CHECK(curve.epochs == std::vector<double>{1, 2, 3});
  }
  REQUIRE(results.pictures.size() == 2);
  CHECK(results.pictures[0].color == "distance");
  CHECK(results.pictures[0].points.size() == 36);
  CHECK(std::count(results.pictures[0].values.begin(), results.pictures[0].values.end(), 0) == 1);
  CHECK(results.pictures[1].color == "label");
  CHECK(results.pictures[1].points.size() == 24);
}

TEST_CASE("bench position: learning curves are thinned to 50 points, the first and last epoch among them",
          "[benchmarks]") {
  PositionBenchOptions options = tiny();
  options.columns = {"grid/link"};
  options.models = {"gir"};
  options.anchors = {1};
  options.seeds = 1;
  for (const Index epochs : {49, 50, 51, 52, 99, 101, 137}) {
    options.epochs = epochs;
    const PositionResults results = measured(options);
    REQUIRE(results.curves.size() == 1);
    CHECK(results.curves.front().epochs.size() <= 50);
    CHECK(results.curves.front().epochs.size() >= 25);
    CHECK(results.curves.front().epochs.front() == 1);
    CHECK(results.curves.front().epochs.back() == static_cast<double>(epochs));
  }
}

TEST_CASE("bench position: unknown columns and models are refused, with a list of the known ones", "[benchmarks]") {
  PositionBenchOptions options = tiny();
  options.columns = {"grid/pair"};
  CHECK_THROWS_WITH(measured(options), Catch::Contains("grid/pair") && Catch::Contains("email/pair-node-disjoint"));
  CHECK_THROWS_AS(measured(options), UsageError);
  options = tiny();
  options.models = {"gcn", "gri"};
  CHECK_THROWS_WITH(measured(options), Catch::Contains("'gri'") && Catch::Contains("untrained-sets"));
  CHECK_THROWS_AS(measured(options), UsageError);
}

TEST_CASE("bench position: columns without data are left out and said to be, unless they are asked for by name",
          "[benchmarks]") {
  PositionBenchOptions options = tiny();
  options.columns.clear();
  options.models = {"untrained-distance"};
  options.anchors = {1};
  options.seeds = 1;
  const PositionResults results = measured(options);
  const auto real = static_cast<std::size_t>(std::count_if(position_columns().begin(), position_columns().end(),
                                                           [](const PositionColumn& c) { return c.is_real(); }));
  CHECK(results.left_out.size() == real);
  CHECK_THAT(results.left_out.front(), Catch::Contains("email/pair") && Catch::Contains("--data"));
  CHECK(results.rows.size() == 3);
  PositionResults before;  // of a call that had the data
  before.epochs = 3;
  before.smoke = true;
  before.rows.push_back(results.rows.front());
  before.rows.front().dataset = "power";
  CHECK(measured(options, before).left_out.size() == real - 1);
  options.columns = {"power/link"};
  CHECK_THROWS_WITH(measured(options), Catch::Contains("power/link") && Catch::Contains("--data"));
  CHECK_THROWS_AS(measured(options), UsageError);
  options.data = "no/such/folder";
  CHECK_THROWS_AS(measured(options), InputError);
}

TEST_CASE("bench position: all models of a column have the same inputs, splits and epochs", "[benchmarks]") {
  for (const PositionColumn& column : position_columns()) {
    for (const PositionModel& model : models_of(column)) {
      CAPTURE(column.name, model.name);
      const TrainConfig config = position_config(column, model.name, 4, 0);
      const TrainConfig gir = position_config(column, "gir", 4, 0);
      check_config(config);
      // Ids or given features would say where a node is, or what it is.
      CHECK((config.features == "constant" || config.features == "degree" || column.is_path_sum()));
      for (const ConfigField& field : config_fields()) {
        const bool is_of_the_task = field.group == "features" || field.group == "split" || field.name == "task" ||
                                    field.name == "epochs" || field.name == "anchors" ||
                                    field.name == "redraw_negatives";
        if (!is_of_the_task) continue;
        CAPTURE(field.name);
        CHECK(field_text(config, field) == field_text(gir, field));
      }
    }
  }
  CHECK(position_config(column_of("email/pair-node-disjoint"), "gir", 1, 0).node_disjoint);
  CHECK(position_config(column_of("email/pair-node-disjoint"), "gir", 1, 0).test_ratio == 0.2);
  CHECK_FALSE(position_config(column_of("email/pair"), "gir", 1, 0).node_disjoint);
  CHECK(position_config(column_of("grid/link"), "gir", 1, 7).epochs == 7);
}

TEST_CASE("bench position: a table a column, rows in the order of the models, and a page that holds them",
          "[benchmarks]") {
  const PositionResults results = measured(tiny());
  const std::vector<PositionTable> tables = position_tables(results);
  REQUIRE(tables.size() == 3);
  const PositionTable& grid = tables.front();
  CHECK(grid.cells.front() == std::vector<std::string>{"", "K = 1", "K = 25 (log2^2)"});
  std::vector<std::string> names;
  for (std::size_t row = 1; row < grid.cells.size(); ++row) names.push_back(grid.cells[row].front());
  CHECK(names ==
        std::vector<std::string>{"gcn", "pgnn", "gir", "gir-dist", "untrained-distance", "gcn+gir", "gcn+random"});
  CHECK(grid.controls == std::vector<std::size_t>{4, 5, 7});
  CHECK(tables[2].cells.front() == std::vector<std::string>{"", "ROC AUC", "accuracy"});
  const std::string html = to_html(position_page(results));
  for (const std::string text : {"grid/link", "communities/pair", "trees/path-sum", "untrained-distance",
                                 "validation ROC AUC", "hops from the first anchor"}) {
    CAPTURE(text);
    CHECK(html.find(text) != std::string::npos);
  }
}
