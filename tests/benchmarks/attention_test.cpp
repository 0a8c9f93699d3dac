#include <algorithm>
#include <cmath>
#include <set>

#include "benchmarks/attention_graphs.h"
#include "benchmarks/attention_sections.h"
#include "benchmarks/attention_timing.h"
#include "benchmarks/copy_task.h"
#include "benchmarks/experiment_claims.h"
#include "benchmarks/experiment_report.h"
#include "benchmarks/experiment_run.h"
#include "core/error.h"
#include "kernels/uniform_operator.h"
#include "support/catch.h"
#include "support/threads.h"

namespace cairn::benchmarks {
namespace {

ExperimentResults measure(std::vector<std::string> only, Index seeds = 0) {
  ExperimentOptions options;
  options.only = std::move(only);
  options.seeds = seeds;
  options.smoke = true;
  return run_experiment(options, ExperimentResults(attention_experiment()), {});
}

const auto never_stopped = [] { return false; };

/// Results of one table with a row for each of the labels, the figure asked for and zeros before it.
struct Found {
  std::string section;
  std::string table;
  std::vector<std::string> labels;
  std::vector<double> figures;
};

Verdict verdict_of(const std::vector<Found>& found, const std::string& part_of_text) {
  ExperimentResults results(attention_experiment());
  for (const Found& one : found) {
    for (const std::uint64_t seed : {std::uint64_t{0}, std::uint64_t{1}}) {
      results.add(
          {.section = one.section, .part = one.labels.back() + one.labels.front(), .seed = seed, .settings = {}}, 0,
          {{one.table, one.labels, one.figures}});
    }
  }
  for (const ExperimentClaim& claim : experiment_claims(results)) {
    if (claim.text.find(part_of_text) != std::string::npos) return claim.verdict;
  }
  FAIL("no claim about " << part_of_text);
  throw Error("unreachable");
}

}  // namespace

TEST_CASE("attention: every way of a product agrees with the matrix written out, and 1 comes out as 1",
          "[benchmarks][attention]") {
  const ExperimentResults results = measure({"exactness"}, 1);
  const double exact = sizeof(Real) == sizeof(double) ? 1e-11 : 1e-5;
  CHECK(results.rows.size() >= 3 * 12);
  for (const ResultRow& row : results.rows) {
    INFO(row.labels[0] << " " << row.labels[1]);
    CHECK(mean_of(row.figures[0]) <= exact);
    CHECK(mean_of(row.figures[1]) <= exact);
    CHECK(mean_of(row.figures[2]) == 0);
  }
  CHECK(results.find("exactness", {"grid 7 x 11", "fft"}) != nullptr);
  CHECK(results.find("exactness", {"lines of 5, 33, 1 and 16", "band"}) != nullptr);
}

TEST_CASE("attention: FFT alone drowns where biases lie 40 apart, and is not taken by itself there",
          "[benchmarks][attention]") {
  const ExperimentResults results = measure({"range"}, 1);
  CHECK(results.mean("range", {"20", "automatic"}, 0) < 1e-3);
  CHECK(results.mean("range", {"10", "automatic"}, 0) < 1e-3);
  CHECK(results.mean("range", {"20", "fft"}, 0) > 1e-3);
}

TEST_CASE("attention: attention written out weighs values by matrix and product, head by head",
          "[benchmarks][attention]") {
  const Tensor first(Shape{2, 2}, {1, 2, 0, 1});
  const Tensor second(Shape{2, 2}, {1, 0, 3, 1});
  const Tensor query(Shape{2, 2}, {1, 2, 3, 1});  // two heads of one feature each
  const Tensor key(Shape{2, 2}, {1, 1, 2, 4});
  const Tensor value(Shape{2, 2}, {1, 10, 5, 20});
  // Head 0, node 0: weights 1 * 1 * 1 and 2 * 1 * 2; node 1 hears itself alone.
  // Head 1, node 0 hears itself alone; node 1: weights 3 * 1 * 1 and 1 * 1 * 4.
  const std::vector<double> expected{(1 * 1 + 4 * 5) / 5.0, 10, 5, (3 * 10 + 4 * 20) / 7.0};
  const std::vector<double> found = dense_attention({first, second}, query, key, value);
  REQUIRE(found.size() == 4);
  for (std::size_t i = 0; i < 4; ++i) CHECK(found[i] == Approx(expected[i]));
}

TEST_CASE("attention: no time is told of a result that is not the formula's", "[benchmarks][attention]") {
  AttentionPass pass{.nodes = 40, .op = kernels::uniform_operator(40, {})};
  pass.matrix_row = [](NodeId, std::span<const Real>) { return std::vector<double>(40, 1.0); };
  CHECK(time_attention(pass).error < 1e-5);
  pass.matrix_row = [](NodeId u, std::span<const Real>) {
    std::vector<double> row(40, 1.0);
    row[static_cast<std::size_t>(u)] = 3;
    return row;
  };
  CHECK_THROWS_AS(time_attention(pass), NumericError);
  CHECK(time_attention({.nodes = 40}).error < 1e-5);  // softmax
}

TEST_CASE("attention: scaling has a row of every method and of graphs, checked, and its plot is on the page",
          "[benchmarks][attention][slow]") {
  const ExperimentResults results = measure({"scaling"});
  std::set<std::string> methods;
  for (const ResultRow& row : results.rows) {
    methods.insert(row.table == "scaling" ? row.labels[0] : row.table);
    CHECK(mean_of(row.figures.back()) < 1e-4);
  }
  CHECK(methods == std::set<std::string>{"fft", "band", "direct", "softmax", "sparse"});
  const std::string html = to_html(experiment_page(results));
  CHECK(html.find("time over the nodes of a line") != std::string::npos);
  CHECK(html.find("time over the arcs of a graph") != std::string::npos);
}

TEST_CASE("attention: features err less the more they are, and more the longer their vectors",
          "[benchmarks][attention][slow]") {
  const ExperimentResults results = measure({"features"}, 4);
  for (const char* map : {"positive", "positive, orthogonal", "sphere"}) {
    INFO(map);
    const auto error = [&](const char* length, const char* count) {
      return results.mean("features", {map, length, count}, 0);
    };
    CHECK(error("1", "64") < 0.7 * error("1", "4"));
    CHECK(error("4", "64") > 1.4);
    CHECK(error("1", "64") < 0.3);
  }
}

TEST_CASE("attention: the predecessor's token is copied by biases of relative positions and not without",
          "[benchmarks][attention][slow]") {
  const CopyTaskOptions task{.length = 16, .clip = 15, .nodes_a_step = 96, .steps = 250, .test_paths = 16};
  CHECK(copy_task("features, normalized + biases", task, never_stopped).value() > 0.9);
  CHECK(copy_task("features, normalized", task, never_stopped).value() < 0.7);
  CHECK(copy_task("softmax, normalized + biases", task, never_stopped).value() > 0.9);
  CHECK(copy_task("softmax, normalized", task, never_stopped).value() < 0.7);
}

TEST_CASE("attention: the copy task follows its seed, stops when told to, and knows its kinds",
          "[benchmarks][attention]") {
  CopyTaskOptions task{.length = 12, .clip = 4, .nodes_a_step = 24, .steps = 3, .test_paths = 4};
  for (const std::string_view attention : copy_attentions()) {
    INFO(attention);
    const auto once = copy_task(attention, task, never_stopped);
    CHECK(once == copy_task(attention, task, never_stopped));
    CHECK_FALSE(copy_task(attention, task, [] { return true; }).has_value());
  }
  CHECK_THROWS_WITH(copy_task("hearsay", task, never_stopped), Catch::Contains("softmax + biases"));
}

TEST_CASE("attention: trainings and positions at smoke size have a row of every model and two seeds",
          "[benchmarks][attention][slow]") {
  const ExperimentResults results = measure({"long-range", "citation", "encodings"});
  CHECK(results.left_out.empty());
  for (const char* model : {"gcn", "kernel-attention", "gcn+kernel-attention"}) {
    CHECK(results.values("long-range", {"carry:8", model}, 0).size() == 2);
    CHECK(results.values("long-range", {"corners:5x5", model}, 0).size() == 2);
    CHECK(results.values("citation", {"citeseer", model}, 0).size() == 2);
  }
  CHECK(results.values("encodings", {"sinusoids"}, 1).size() == 2);
  CHECK(results.mean("encodings", {"learnable Fourier features"}, 1) !=
        results.mean("encodings", {"Fourier features, frequencies fixed"}, 1));
}

TEST_CASE("attention: any number of threads gives the same figures", "[benchmarks][attention]") {
  const auto figures = [](int threads) {
    const support::Threads scope(threads);
    std::vector<std::vector<SeedValues>> all;
    for (const ResultRow& row : measure({"copy", "exactness"}, 1).rows) all.push_back(row.figures);
    return all;
  };
  CHECK(figures(1) == figures(3));
}

TEST_CASE("attention: what must hold is met and broken by what was found", "[benchmarks][attention]") {
  const auto scaling = [](const char* method, const char* nodes, double seconds, double mebibytes) {
    return Found{"scaling", "scaling", {method, nodes}, {0, seconds, mebibytes, 0}};
  };
  const auto growth = [&](double ratio) {
    return verdict_of({scaling("fft", "4096", 1, 0), scaling("fft", "16384", ratio, 0)}, "less than 6 times");
  };
  CHECK(growth(4.7) == Verdict::met);
  CHECK(growth(6.1) == Verdict::not_met);
  CHECK(verdict_of({scaling("fft", "65536", 1, 4097)}, "fft, 65,536 nodes") == Verdict::not_met);
  CHECK(verdict_of({scaling("fft", "65536", 1, 4095)}, "fft, 65,536 nodes") == Verdict::met);
  CHECK(verdict_of({scaling("fft", "65536", 1, HUGE_VAL)}, "fft, 65,536 nodes") == Verdict::open);
  const auto copied = [](double accuracy) {
    return verdict_of({{"copy", "copy", {"64", "features"}, {accuracy}}}, "plain features at most 0.6");
  };
  CHECK(copied(0.59) == Verdict::met);
  CHECK(copied(0.61) == Verdict::not_met);
  const auto far = [](const char* model, double accuracy, const char* text) {
    return verdict_of({{"long-range", "long-range", {"corners:9x9", model}, {accuracy}}}, text);
  };
  CHECK(far("gcn+kernel-attention", 0.96, "corners:9x9: gcn+kernel-attention") == Verdict::met);
  CHECK(far("gcn+kernel-attention", 0.94, "corners:9x9: gcn+kernel-attention") == Verdict::not_met);
  CHECK(far("gcn", 0.59, "corners:9x9, control") == Verdict::met);
  CHECK(far("gcn", 0.62, "corners:9x9, control") == Verdict::not_met);
  const auto cited = [](double with) {
    return verdict_of({{"citation", "citation", {"cora", "gcn"}, {0.815}},
                       {"citation", "citation", {"cora", "gcn+kernel-attention"}, {with}}},
                      "cora: gcn+kernel-attention at most one point below");
  };
  CHECK(cited(0.806) == Verdict::met);
  CHECK(cited(0.804) == Verdict::not_met);
}

}  // namespace cairn::benchmarks
