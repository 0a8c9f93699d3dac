#include "benchmarks/position_results.h"

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "support/catch.h"
#include "support/temporary_folder.h"

using namespace cairn;
using namespace cairn::benchmarks;

namespace {

PositionRow row(const std::string& model, const std::vector<double>& roc_auc, std::uint64_t first_seed = 0) {
  PositionRow result;
  result.model = model;
  result.dataset = "grid";
  result.task = "link";
  result.anchor_rule = std::string("4");  // one character assigned as it is: gcc 12 warns of a copy that overlaps
  result.anchors = 4;
  for (std::size_t i = 0; i < roc_auc.size(); ++i) {
    PositionValue value;
    value.roc_auc = roc_auc[i];
    value.validation_roc_auc = roc_auc[i] / 3;
    value.best_epoch = 7;
    result.values[first_seed + i] = value;
  }
  return result;
}

PositionResults results_of(std::vector<PositionRow> rows) {
  PositionResults results;
  results.rows = std::move(rows);
  return results;
}

}  // namespace

TEST_CASE("compare: a model beats another where the paired mean difference exceeds two standard errors",
          "[benchmarks]") {
  // Differences 0.1, 0.2, 0.3: mean 0.2, standard error 0.1 / sqrt(3) = 0.0577.
  const auto wide = compare(results_of({row("gir", {0.9, 0.9, 0.9}), row("gcn", {0.8, 0.7, 0.6})}));
  REQUIRE(wide.size() == 1);
  CHECK(wide[0].model == "gir");
  CHECK(wide[0].other == "gcn");
  CHECK(wide[0].difference == Approx(0.2));
  CHECK(wide[0].standard_error == Approx(0.1 / std::sqrt(3.0)));
  CHECK(wide[0].beats);
  // Differences 0, 0, 0.3: mean 0.1, standard error 0.1.
  const auto narrow = compare(results_of({row("gir", {0.9, 0.9, 0.9}), row("gcn", {0.9, 0.9, 0.6})}));
  CHECK(narrow.at(0).standard_error == Approx(0.1));
  CHECK_FALSE(narrow.at(0).beats);
  // Differences 0, 0.2, 0.4: mean 0.2, standard error 0.115, of which it is 1.7 times.
  const auto between = compare(results_of({row("gir", {0.9, 0.9, 0.9}), row("gcn", {0.9, 0.7, 0.5})}));
  CHECK_FALSE(between.at(0).beats);
  // The seeds themselves differ far more than the models: only pairs tell.
  const auto paired = compare(results_of({row("gir", {0.5, 0.7, 0.9}), row("gcn", {0.48, 0.69, 0.88})}));
  CHECK(paired.at(0).beats);
}

TEST_CASE("compare: only seeds that both have are paired, and one pair decides nothing", "[benchmarks]") {
  const auto some = compare(results_of({row("gir", {0.1, 0.9, 0.8}), row("gcn", {0.5, 0.6, 0.9}, 1)}));
  CHECK(some.at(0).seeds == 2);
  CHECK(some.at(0).difference == Approx(0.3));  // seeds 1 and 2: 0.9 - 0.5, 0.8 - 0.6
  const auto one = compare(results_of({row("gir", {0.1, 0.9}), row("gcn", {0.5}, 1)}));
  CHECK(one.at(0).seeds == 1);
  CHECK(std::isnan(one.at(0).standard_error));
  CHECK_FALSE(one.at(0).beats);
  CHECK(compare(results_of({row("gir", {0.1}), row("gcn", {0.5}, 1)})).empty());
}

TEST_CASE("compare: gir against what is no fusion, X+gir against X and what else X is joined with", "[benchmarks]") {
  std::vector<std::string> pairs;
  for (const auto& c : compare(results_of({row("gin", {0}), row("gir", {0}), row("gir-dist", {0}), row("gin+gir", {0}),
                                           row("gin+gir-dist", {0}), row("gin+random", {0}), row("gcn+gir", {0})}))) {
    pairs.push_back(c.model + " " + c.other);
  }
  CHECK(pairs == std::vector<std::string>{"gir gin", "gir gir-dist", "gin+gir gin", "gin+gir gin+gir-dist",
                                          "gin+gir gin+random"});
  PositionRow elsewhere = row("gcn", {0});
  elsewhere.anchor_rule = "16";
  CHECK(compare(results_of({row("gir", {0}), elsewhere})).empty());
}

TEST_CASE("position results: what is written and read again is the same to the bit", "[benchmarks]") {
  PositionResults results = results_of({row("gir", {1.0 / 3, 0.1 + 0.2}), row("gcn", {2.0 / 7, 0.7})});
  results.epochs = 12;
  results.smoke = true;
  results.rows[0].control = true;
  results.rows[0].seconds = 0.1;
  results.rows[0].settings = {{"epochs", "12"}, {"features", "constant"}};
  results.rows[1].values.begin()->second.accuracy = 1.0 / 9;
  results.rows[1].values.rbegin()->second.accuracy = 1.0 / 11;
  results.left_out = {"cora/link: none"};
  results.curves = {{"gir", "grid", "link", "4", 0, {1, 2}, {0.5, 1.0 / 3}}};
  results.pictures = {{"grid",
                       "link",
                       "4",
                       0,
                       "distance",
                       {{0.1, 0.2}, {0.3, -1.0 / 3}},
                       {0, std::numeric_limits<double>::quiet_NaN()}}};
  const std::string text = to_json(results);
  const PositionResults read = from_json(text, "results.json");
  CHECK(to_json(read) == text);
  CHECK(read.epochs == 12);
  CHECK(read.smoke);
  REQUIRE(read.rows.size() == 2);
  CHECK(read.rows[0].values.at(0).roc_auc == 1.0 / 3);
  CHECK(read.rows[0].values.at(1).validation_roc_auc == (0.1 + 0.2) / 3);
  CHECK(std::isnan(read.rows[0].values.at(0).accuracy));
  CHECK(read.rows[0].settings == results.rows[0].settings);
  CHECK(read.rows[1].values.at(0).accuracy == 1.0 / 9);
  CHECK(read.curves.at(0).validation == results.curves[0].validation);
  CHECK(read.pictures.at(0).points == results.pictures[0].points);
  CHECK(std::isnan(read.pictures.at(0).values.at(1)));
  CHECK(read.left_out == results.left_out);
}

TEST_CASE("position results: the JSON has the keys that are promised", "[benchmarks]") {
  const auto json = nlohmann::json::parse(to_json(results_of({row("gir", {0.5, 1}), row("gcn", {0.5, 0.75})})));
  CHECK(json["benchmark"] == "position");
  CHECK(json["seeds"] == std::vector<int>{0, 1});
  REQUIRE(json["rows"].size() == 2);
  const auto& gir = json["rows"][0];
  CHECK(gir["model"] == "gir");
  CHECK(gir["dataset"] == "grid");
  CHECK(gir["task"] == "link");
  CHECK(gir["anchors"] == 4);
  CHECK(gir["anchor_rule"] == "4");
  CHECK(gir["control"] == false);
  CHECK(gir["roc_auc"]["mean"] == 0.75);
  CHECK(gir["roc_auc"]["std"].get<double>() == Approx(std::sqrt(0.125)));
  CHECK(gir["roc_auc"]["values"] == std::vector<double>{0.5, 1});
  CHECK_FALSE(gir.contains("accuracy"));
  CHECK(gir["beats"]["gcn"] == false);
  for (const char* key : {"dataset", "task", "anchors", "model", "other", "difference", "standard_error", "beats"}) {
    CHECK(json["comparisons"][0].contains(key));
  }
  CHECK(json.contains("left_out"));
  CHECK(json.contains("version"));
}

TEST_CASE("position results: a file that is something else is refused with its name", "[benchmarks]") {
  const support::TemporaryFolder folder;
  const auto refused = [&](const std::string& text) {
    const auto path = folder.write("results.json", text);
    CHECK_THROWS_AS(read_results(path), InputError);
    CHECK_THROWS_WITH(read_results(path), Catch::Contains("results.json") && Catch::Contains("bench position"));
  };
  refused("");
  refused("{\"benchmark\": \"kernels\"}");
  refused("[1, 2");
  refused("{\"benchmark\": \"position\"}");
  const std::string whole = to_json(results_of({row("gir", {0.5, 1})}));
  refused(whole.substr(0, whole.size() / 2));
  const std::string two = "\"values\":[0.5,1.0]";  // seeds, but one value
  const std::size_t place = whole.find(two);
  refused(whole.substr(0, place) + "\"values\":[0.5]" + whole.substr(place + two.size()));
  CHECK_THROWS_AS(read_results((folder.path() / "none.json").string()), InputError);
}
