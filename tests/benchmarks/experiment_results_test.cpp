#include "benchmarks/experiment_results.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "benchmarks/encodings_sections.h"
#include "benchmarks/experiment_claims.h"
#include "benchmarks/experiment_report.h"
#include "benchmarks/experiments.h"
#include "core/error.h"
#include "support/catch.h"

namespace cairn::benchmarks {
namespace {

constexpr double never = std::numeric_limits<double>::infinity();

FinishedRun run_of(const std::string& section, const std::string& part, std::uint64_t seed) {
  return {.section = section, .part = part, .seed = seed, .settings = "epochs=3", .seconds = 0.1};
}

/// Sizes with CAPE better by 0.2 and 0.3, and convergence of which one seed never arrives.
ExperimentResults two_seeds() {
  ExperimentResults results(encodings_experiment());
  for (const std::uint64_t seed : {std::uint64_t{1}, std::uint64_t{0}}) {  // the order of work leaves no trace
    const double gain = seed == 0 ? 0.2 : 0.3;
    results.add(run_of("sizes", "all", seed), 0,
                {{"sizes", {"grid 8x8", "yes"}, {0.1, 0.1 + gain / 10, -gain / 10}},
                 {"sizes", {"grid 16x16", "no"}, {1.0, 1 - gain, gain}}});
    results.add(run_of("fourier", "rings, raw + mlp", seed), 7,
                {{"convergence", {"rings", "raw + mlp"}, {0.9, 0.8, seed == 0 ? never : 41.0}}});
    results.add(run_of("fourier", "rings, sinusoids", seed), 6,
                {{"convergence", {"rings", "sinusoids"}, {1.0 / 3, 0.8, never}}});
  }
  return results;
}

const ExperimentClaim& claim_of(const std::vector<ExperimentClaim>& claims, const std::string& part_of_text) {
  for (const ExperimentClaim& claim : claims) {
    if (claim.text.find(part_of_text) != std::string::npos) return claim;
  }
  FAIL("no claim about " << part_of_text);
  throw Error("unreachable");
}

}  // namespace

TEST_CASE("experiment results: rows come in the order of the tables, whatever the order of work", "[benchmarks]") {
  const ExperimentResults results = two_seeds();
  REQUIRE(results.rows.size() == 4);
  CHECK(results.rows[0].labels == std::vector<std::string>{"rings", "sinusoids"});
  CHECK(results.rows[1].labels == std::vector<std::string>{"rings", "raw + mlp"});
  CHECK(results.rows[2].labels == std::vector<std::string>{"grid 8x8", "yes"});
  CHECK(results.rows[3].figures[0] == SeedValues{{0, 1.0}, {1, 1.0}});
  CHECK(results.runs.size() == 6);
  CHECK(results.runs.front().section == "fourier");
  CHECK(results.find_run("sizes", "all", 1) != nullptr);
  CHECK(results.find_run("sizes", "all", 2) == nullptr);
}

TEST_CASE("experiment results: what is known is not replaced, and what does not fit its table is refused",
          "[benchmarks]") {
  ExperimentResults results = two_seeds();
  results.add(run_of("sizes", "all", 1), 0, {{"sizes", {"grid 8x8", "yes"}, {5, 5, 5}}});
  CHECK(results.mean("sizes", {"grid 8x8", "yes"}, 0) == Approx(0.1));
  CHECK(results.runs.size() == 6);
  CHECK_THROWS_AS(results.add(run_of("sizes", "all", 3), 0, {{"sizes", {"grid 8x8"}, {5, 5, 5}}}), ShapeError);
  CHECK_THROWS_AS(results.add(run_of("sizes", "all", 3), 0, {{"sizes", {"grid 8x8", "yes"}, {5, 5}}}), ShapeError);
  CHECK_THROWS_AS(results.add(run_of("sizes", "all", 3), 0, {{"sizes", {"grid 8x8", "yes"}, {5, std::nan(""), 5}}}),
                  NumericError);
}

TEST_CASE("experiment results: a mean over seeds is infinite where one is, and unknown without any", "[benchmarks]") {
  const ExperimentResults results = two_seeds();
  CHECK(std::isinf(results.mean("convergence", {"rings", "raw + mlp"}, 2)));
  CHECK(std::isnan(results.mean("convergence", {"rings", "nobody"}, 2)));
}

TEST_CASE("experiment results: survive their file without loss, what is infinite as null", "[benchmarks]") {
  const ExperimentResults results = two_seeds();
  const std::string text = to_json(results);
  const ExperimentResults again = results_from_json(encodings_experiment(), text, "bench.json");
  CHECK(to_json(again) == text);
  CHECK(again.rows[0].figures == results.rows[0].figures);
  CHECK(again.rows[1].figures == results.rows[1].figures);
  const auto json = nlohmann::json::parse(text);
  CHECK(json["benchmark"] == "encodings");
  CHECK(json["rows"][0]["figures"]["steps to 0.1"]["values"][0].is_null());
  CHECK(json["rows"][0]["labels"]["encoder"] == "sinusoids");
  CHECK(json["rows"][2]["seeds"] == std::vector<int>{0, 1});
  CHECK(json["runs"][0]["settings"] == "epochs=3");
}

TEST_CASE("experiment results: a file of something else is refused by name", "[benchmarks]") {
  const auto refused = [](const std::string& text) {
    try {
      static_cast<void>(results_from_json(encodings_experiment(), text, "bench.json"));
    } catch (const InputError& error) {
      return std::string(error.what()).rfind("bench.json: expected results of bench encodings", 0) == 0;
    }
    return false;
  };
  CHECK(refused("{"));
  CHECK(refused("{\"benchmark\": \"position\"}"));
  CHECK(refused("{\"benchmark\": \"encodings\"}"));
  std::string unknown = to_json(two_seeds());
  unknown.replace(unknown.find("\"table\":\"sizes\""), 15, "\"table\":\"sozes\"");
  CHECK(refused(unknown));
}

TEST_CASE("experiment claims: met, not met, and open where too little is known", "[benchmarks]") {
  const std::vector<ExperimentClaim> claims = experiment_claims(two_seeds());
  CHECK(claim_of(claims, "grid 16x16").verdict == Verdict::met);  // 0.25 +- 0.05
  CHECK(claim_of(claims, "grid 8x8").verdict == Verdict::reported);
  CHECK(claim_of(claims, "rings: raw coordinates never arrive").verdict == Verdict::not_met);  // one seed did
  CHECK(claim_of(claims, "anchors: raw coordinates never arrive").verdict == Verdict::open);
  CHECK(claim_of(claims, "kernel at the start").verdict == Verdict::open);
  for (const ExperimentClaim& claim : claims) CHECK(claim.section != "cape");  // which nobody ran
  ExperimentResults smoke = two_seeds();
  smoke.smoke = true;
  CHECK(claim_of(experiment_claims(smoke), "grid 16x16").verdict == Verdict::open);
}

TEST_CASE("experiment claims: a bound holds up to its last digit and no further", "[benchmarks]") {
  ClaimList claims("laws", false);
  claims.at_most("a", 0.02, 0.02);
  claims.at_most("b", 0.0201, 0.02);
  claims.at_least("c", 0.98, 0.98);
  claims.at_least("d", 0.9799, 0.98);
  claims.at_least("e", std::nan(""), 0.98);
  claims.beats("f", {{0, 1}, {1, 2}}, {{0, 1}, {1, 2}});
  claims.beats("g", {{0, 2}}, {{0, 1}});
  const std::vector<ExperimentClaim> list = claims.take();
  const std::vector<Verdict> expected{Verdict::met,  Verdict::not_met, Verdict::met, Verdict::not_met,
                                      Verdict::open, Verdict::not_met, Verdict::open};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    INFO(list[i].text);
    CHECK(list[i].verdict == expected[i]);
  }
}

TEST_CASE("experiment claims: one graph out of four that breaks a claim about each of them breaks it", "[benchmarks]") {
  const auto verdict_of = [](std::uint64_t graphs, double last_simple) {
    ExperimentResults results(encodings_experiment());
    for (std::uint64_t seed = 0; seed < graphs; ++seed) {
      const double simple = seed + 1 == graphs ? last_simple : 0.1;
      results.add(run_of("graphs", "all", seed), 0,
                  {{"graphs", {"raw", "simple", "-"}, {1, 0.4, 0.4}},
                   {"graphs", {"gaussian", "simple", "2"}, {2, 0.1, simple}},
                   {"graphs", {"gaussian", "product", "2"}, {9, 0.02, 0.03}}});
    }
    return claim_of(experiment_claims(results), "simple gaussian at most half of raw").verdict;
  };
  CHECK(verdict_of(4, 0.1) == Verdict::met);
  CHECK(verdict_of(4, 0.21) == Verdict::not_met);
  CHECK(verdict_of(3, 0.1) == Verdict::open);
}

TEST_CASE("experiment report: means with deviations, and a dash where a seed never arrives", "[benchmarks]") {
  const std::vector<ExperimentReport> reports = experiment_reports(two_seeds());
  REQUIRE(reports.size() == 2);
  CHECK(reports[0].section == "fourier");
  REQUIRE(reports[0].tables.size() == 1);
  CHECK(reports[0].tables[0].title == "convergence, 2 seeds");
  CHECK(reports[0].tables[0].cells[2] == std::vector<std::string>{"rings", "raw + mlp", "0.9", "0.8", "-"});
  CHECK(reports[1].tables[0].cells[2] ==
        std::vector<std::string>{"grid 16x16", "no", "1", "0.75 +- 0.071", "0.25 +- 0.071"});
  CHECK(reports[1].claims.back().back() == "met");
}

TEST_CASE("experiment sections: names of tables and of the parts of a section are unique, and rows have heads",
          "[benchmarks]") {
  for (const Experiment* experiment : experiments()) {
    std::vector<std::string_view> tables;
    for (const ExperimentSection& section : experiment->sections) {
      for (const TableShape& shape : section.tables) {
        INFO(experiment->name << ", " << shape.name);
        CHECK(std::count(tables.begin(), tables.end(), shape.name) == 0);
        CHECK_FALSE((shape.labels.empty() || shape.figures.empty() || shape.caption.empty()));
        tables.push_back(shape.name);
      }
      for (const bool smoke : {true, false}) {
        std::vector<std::string> parts;
        for (const ExperimentPart& part : section.parts({.data = {}, .epochs = 0, .smoke = smoke})) {
          CHECK(std::count(parts.begin(), parts.end(), part.name) == 0);
          CHECK(part.missing.empty() == static_cast<bool>(part.run));
          parts.push_back(part.name);
        }
        CHECK_FALSE(parts.empty());
      }
    }
  }
}

}  // namespace cairn::benchmarks
