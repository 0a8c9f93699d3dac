#include "benchmarks/encodings.h"

#include <cmath>

#include "benchmarks/encodings_report.h"
#include "benchmarks/encodings_sections.h"
#include "core/error.h"
#include "support/catch.h"
#include "support/threads.h"

namespace cairn::benchmarks {
namespace {

EncodingBenchOptions smoke_options(std::vector<std::string> only) {
  EncodingBenchOptions options;
  options.only = std::move(only);
  options.smoke = true;
  return options;
}

EncodingResults measure(const EncodingBenchOptions& options, EncodingResults from = {}) {
  return measure_encodings(options, std::move(from), {});
}

/// The state but for the time that was taken.
std::string untimed(EncodingResults results) {
  for (FinishedRun& run : results.runs) run.seconds = 0;
  return to_json(results);
}

}  // namespace

TEST_CASE("encodings: signals, cape and sizes at smoke size have a row of every kind and two seeds", "[benchmarks]") {
  const EncodingResults results = measure(smoke_options({"signals", "cape", "sizes"}));
  CHECK(results.find("signals", {"gaussian", "0.0005"}) != nullptr);
  CHECK(results.values("cape", {"sinusoid"}, 0).size() == 2);
  CHECK(results.find("cape", {"control: local 2"}) != nullptr);
  CHECK(results.find("sizes", {"grid 16x16", "no"}) != nullptr);
  const SeedValues& figures = results.values("sizes", {"grid 16x16", "no"}, 0);
  CHECK(figures.at(0) != figures.at(1));
}

TEST_CASE("encodings: fewer seeds, then more from there, is the same as all at once, for any number of threads",
          "[benchmarks]") {
  EncodingBenchOptions options = smoke_options({"images", "graphs", "rates"});
  options.seeds = 3;
  const EncodingResults whole = measure(options);
  options.seeds = 1;
  const support::Threads two(2);
  EncodingResults begun = measure(options);
  CHECK(untimed(begun) != untimed(whole));
  options.seeds = 3;
  CHECK(untimed(measure(options, std::move(begun))) == untimed(whole));
}

TEST_CASE("encodings: nothing that is known is measured again", "[benchmarks]") {
  const EncodingBenchOptions options = smoke_options({"signals"});
  Index runs = 0;
  const EncodingListener listener{.finished = [&](const EncodingResults&, const EncodingProgress&) { ++runs; },
                                  .stopped = [] { return false; }};
  const EncodingResults results = measure_encodings(options, {}, listener);
  CHECK(runs == 2);
  CHECK(untimed(measure_encodings(options, results, listener)) == untimed(results));
  CHECK(runs == 2);
}

TEST_CASE("encodings: stopped, it keeps what is done and begins no more", "[benchmarks]") {
  const support::Threads one(1);
  bool stop = false;
  const EncodingListener listener{.finished = [&](const EncodingResults&, const EncodingProgress&) { stop = true; },
                                  .stopped = [&] { return stop; }};
  const EncodingResults results = measure_encodings(smoke_options({"signals", "cape"}), {}, listener);
  CHECK(results.runs.size() == 1);
}

TEST_CASE("encodings: eigenvectors of a drawn graph are right before they are timed, and real graphs are left out",
          "[benchmarks]") {
  const EncodingResults results = measure(smoke_options({"spectral"}));
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
  EncodingBenchOptions without_data;
  without_data.only = {"data"};
  CHECK_THROWS_WITH(measure(without_data), Catch::Contains("--data"));
  without_data.data = "no/such/folder";
  CHECK_THROWS_WITH(measure(without_data), Catch::Contains("no folder cora"));
  EncodingBenchOptions options = smoke_options({"signals"});
  EncodingResults known = measure(options);
  EncodingBenchOptions large = options;
  large.smoke = false;
  CHECK_THROWS_AS(measure(large, known), UsageError);
  known.runs.front().settings = "epochs=7";
  CHECK_THROWS_WITH(measure(options, known), Catch::Contains("epochs=7"));
}

TEST_CASE("encodings: data and fusions train every model of their columns", "[benchmarks][slow]") {
  const EncodingResults results = measure(smoke_options({"data", "fusions"}));
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
  const ReportPage page = encoding_page(measure(smoke_options({"graphs"})));
  const std::string html = to_html(page);
  CHECK(html.find("graphs over the width") != std::string::npos);
  CHECK(html.find("graph sizes, 2 seeds") != std::string::npos);
  CHECK(html.find("smoke size") != std::string::npos);
}

}  // namespace cairn::benchmarks
