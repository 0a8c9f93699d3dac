#include "benchmarks/experiment_run.h"

#include <cmath>

#include "benchmarks/encodings_sections.h"
#include "benchmarks/experiment_report.h"
#include "core/error.h"
#include "support/catch.h"
#include "support/threads.h"

namespace cairn::benchmarks {
namespace {

ExperimentOptions smoke_options(std::vector<std::string> only) {
  ExperimentOptions options;
  options.only = std::move(only);
  options.smoke = true;
  return options;
}

ExperimentResults nothing() { return ExperimentResults(encodings_experiment()); }

ExperimentResults measure(const ExperimentOptions& options, ExperimentResults from = nothing()) {
  return run_experiment(options, std::move(from), {});
}

/// The state but for the time that was taken.
std::string untimed(ExperimentResults results) {
  for (FinishedRun& run : results.runs) run.seconds = 0;
  return to_json(results);
}

}  // namespace

TEST_CASE("encodings: signals, cape and sizes at smoke size have a row of every kind and two seeds", "[benchmarks]") {
  const ExperimentResults results = measure(smoke_options({"signals", "cape", "sizes"}));
  CHECK(results.find("signals", {"gaussian", "0.0005"}) != nullptr);
  CHECK(results.values("cape", {"sinusoid"}, 0).size() == 2);
  CHECK(results.find("cape", {"control: local 2"}) != nullptr);
  CHECK(results.find("sizes", {"grid 16x16", "no"}) != nullptr);
  const SeedValues& figures = results.values("sizes", {"grid 16x16", "no"}, 0);
  CHECK(figures.at(0) != figures.at(1));
}

TEST_CASE("encodings: fewer seeds, then more from there, is the same as all at once, for any number of threads",
          "[benchmarks]") {
  ExperimentOptions options = smoke_options({"images", "graphs", "rates"});
  options.seeds = 3;
  const ExperimentResults whole = measure(options);
  options.seeds = 1;
  const support::Threads two(2);
  ExperimentResults begun = measure(options);
  CHECK(untimed(begun) != untimed(whole));
  options.seeds = 3;
  CHECK(untimed(measure(options, std::move(begun))) == untimed(whole));
}

TEST_CASE("encodings: nothing that is known is measured again", "[benchmarks]") {
  const ExperimentOptions options = smoke_options({"signals"});
  Index runs = 0;
  const ExperimentListener listener{.finished = [&](const ExperimentResults&, const ExperimentProgress&) { ++runs; },
                                    .stopped = [] { return false; }};
  const ExperimentResults results = run_experiment(options, nothing(), listener);
  CHECK(runs == 2);
  CHECK(untimed(run_experiment(options, results, listener)) == untimed(results));
  CHECK(runs == 2);
}

TEST_CASE("encodings: stopped, it keeps what is done and begins no more", "[benchmarks]") {
  const support::Threads one(1);
  bool stop = false;
  const ExperimentListener listener{
      .finished = [&](const ExperimentResults&, const ExperimentProgress&) { stop = true; },
      .stopped = [&] { return stop; }};
  const ExperimentResults results = run_experiment(smoke_options({"signals", "cape"}), nothing(), listener);
  CHECK(results.runs.size() == 1);
}

TEST_CASE("encodings: eigenvectors of a drawn graph are right before they are timed, and real graphs are left out",
          "[benchmarks]") {
  const ExperimentResults results = measure(smoke_options({"spectral"}));
  CHECK(results.rows.size() == 1);
  CHECK(results.mean("spectral", {"rmat"}, 2) > 0);
  CHECK(results.mean("spectral", {"rmat"}, 3) <= 1e-6);
  CHECK(results.mean("spectral", {"rmat"}, 3) > 0);
  CHECK(results.mean("spectral", {"rmat"}, 4) == 1);
  REQUIRE(results.left_out.size() == 2);
  CHECK(results.left_out[0] == "spectral: needs --data DIR with a folder power");
}

TEST_CASE("encodings: options that make no sense are refused with what is known", "[benchmarks]") {
  CHECK_THROWS_AS(measure(smoke_options({"spectrum"})), UsageError);
  ExperimentOptions without_data;
  without_data.only = {"data"};
  CHECK_THROWS_WITH(measure(without_data), Catch::Contains("--data"));
  without_data.data = "no/such/folder";
  CHECK_THROWS_WITH(measure(without_data), Catch::Contains("no folder cora"));
  ExperimentOptions options = smoke_options({"signals"});
  ExperimentResults known = measure(options);
  ExperimentOptions large = options;
  large.smoke = false;
  CHECK_THROWS_AS(measure(large, known), UsageError);
  known.runs.front().settings = "epochs=7";
  CHECK_THROWS_WITH(measure(options, known), Catch::Contains("epochs=7"));
}

TEST_CASE("encodings: data and fusions train every model of their columns", "[benchmarks][slow]") {
  const ExperimentResults results = measure(smoke_options({"data", "fusions"}));
  CHECK(results.left_out.empty());
  CHECK(results.values("data", {"cora/node", "none"}, 0).size() == 2);
  CHECK(results.values("data", {"power/link", "gaussian product"}, 0).size() == 2);
  CHECK(results.values("data", {"power/link", "lff"}, 0).size() == 2);
  CHECK(results.find("data diagnostics", {"power/link", "lff"}) == nullptr);
  const double raw = results.mean("data diagnostics", {"power/link", "raw"}, 0);
  const double one_hot = results.mean("data diagnostics", {"power/link", "impulse product"}, 0);
  CHECK(raw >= 1);
  CHECK(one_hot > raw);
  CHECK(results.values("fusions", {"grid/link", "gcn+gir+lff"}, 0).size() == 2);
  CHECK(results.values("fusions", {"email_eu_core/node", "gat+rff"}, 0).size() == 2);
}

TEST_CASE("encodings: the page has a table a table, and curves over the width", "[benchmarks]") {
  const ReportPage page = experiment_page(measure(smoke_options({"graphs"})));
  const std::string html = to_html(page);
  CHECK(html.find("graphs over the width") != std::string::npos);
  CHECK(html.find("graph sizes, 2 seeds") != std::string::npos);
  CHECK(html.find("smoke size") != std::string::npos);
}

}  // namespace cairn::benchmarks
