#include "benchmarks/encoding_experiments.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "benchmarks/ridge.h"
#include "core/error.h"
#include "position/product_grid.h"
#include "support/catch.h"
#include "support/tensors.h"

using namespace cairn;
using namespace cairn::benchmarks;

namespace {

double best_test(const std::vector<SignalRow>& rows, const std::string& encoding) {
  double best = 0;
  for (const SignalRow& row : rows) best = row.encoding == encoding ? std::max(best, row.test_psnr) : best;
  return best;
}

const GraphRow& row_of(const GraphReadouts& graph, const std::string& encoding, EncodingMode mode, double width) {
  const auto found = std::find_if(graph.rows.begin(), graph.rows.end(), [&](const GraphRow& row) {
    return row.encoding == encoding && row.mode == mode && row.width == width;
  });
  REQUIRE(found != graph.rows.end());
  return *found;
}

GraphReadoutOptions small_graphs() {
  GraphReadoutOptions options;
  options.graphs = 2;
  options.nodes = 150;
  options.radius = 0.16;
  options.landmarks = 60;
  options.targets = 3;
  options.widths = {1, 2};
  return options;
}

}  // namespace

TEST_CASE("ridge: both normal equations give the readout at which the gradient vanishes", "[benchmarks][encodings]") {
  Rng rng(1);
  const Tensor narrow = support::random_tensor({30, 5}, rng);
  Tensor wide({30, 40});  // the same columns and zeros: the other equation
  for (Index i = 0; i < 30; ++i) std::copy(narrow.row(i).begin(), narrow.row(i).end(), wide.row(i).begin());
  std::vector<double> targets;
  for (int i = 0; i < 60; ++i) targets.push_back(static_cast<double>(rng.normal()));
  const std::vector<Index> train{0, 2, 3, 5, 8, 9, 11, 12, 17, 20, 21, 29};
  const std::vector<double> values = ridge_values(narrow, targets, 2, train, 0.5);
  const std::vector<double> others = ridge_values(wide, targets, 2, train, 0.5);
  for (std::size_t i = 0; i < values.size(); ++i) CHECK(others[i] == Approx(values[i]).margin(1e-9));
  // With a strength of nothing, errors are orthogonal to every column and sum to 0.
  const std::vector<double> plain = ridge_values(narrow, targets, 2, train, 1e-12);
  for (const std::size_t target : {std::size_t{0}, std::size_t{1}}) {
    double sum = 0;
    double along_first = 0;
    for (const Index i : train) {
      const auto at = static_cast<std::size_t>(2 * i) + target;
      sum += plain[at] - targets[at];
      along_first += (plain[at] - targets[at]) * static_cast<double>(narrow.at(i, 0));
    }
    CHECK(sum == Approx(0).margin(1e-8));
    CHECK(along_first == Approx(0).margin(1e-8));
  }
  CHECK_THROWS_AS(ridge_values(narrow, targets, 1, train, 1), ShapeError);
  CHECK_THROWS_AS(ridge_values(narrow, targets, 2, std::vector<Index>{30}, 1), ShapeError);
}

TEST_CASE("ridge: on a grid, the gradient of squared errors and strength vanishes", "[benchmarks][encodings]") {
  Rng rng(2);
  const Tensor psi = support::random_tensor({6, 4}, rng);
  const Tensor other = support::random_tensor({5, 7}, rng);
  std::vector<double> targets;
  for (int i = 0; i < 30; ++i) targets.push_back(static_cast<double>(rng.normal()));
  const Tensor weights = product_grid_ridge(psi, other, targets, 0.3);
  const ProductGridReadout readout({psi, other});
  Tensor errors = readout.apply(weights);
  for (Index i = 0; i < 30; ++i) errors.data()[i] -= static_cast<Real>(targets[static_cast<std::size_t>(i)]);
  const Tensor gradient = readout.apply_transposed(errors);
  for (Index i = 0; i < gradient.size(); ++i) {
    // float weights of about 1, times singular values of up to 10
    CHECK(std::abs(gradient.data()[i] + Real(0.3) * weights.data()[i]) < (sizeof(Real) == 8 ? 1e-10 : 1e-4));
  }
  CHECK_THROWS_AS(product_grid_ridge(psi, psi, targets, 1), ShapeError);
}

TEST_CASE(
    "encoding experiments: stable ranks follow their laws within 1 %, and rank times reach is one number within 3 %",
    "[benchmarks][encodings][slow]") {
  const std::vector<StableRankRow> laws = stable_rank_laws();
  REQUIRE(laws.size() == 9);
  for (const StableRankRow& row : laws) {
    INFO(row.encoding << " " << row.width);
    CHECK(row.measured == Approx(row.law).epsilon(row.encoding == "impulse" || row.encoding == "sine" ? 1e-5 : 0.01));
  }
  for (const TradeOffRow& row : trade_off_curve()) {
    CHECK(row.stable_rank * row.reach == Approx(std::sqrt(std::numbers::ln10 / std::numbers::pi)).epsilon(0.03));
  }
}

TEST_CASE("encoding experiments: over the width, signals are missed, followed, and then only memorized",
          "[benchmarks][encodings]") {
  SignalOptions options;
  options.points = 128;
  options.signals = 4;
  options.count = 250;
  options.widths = {0.1, 0.03, 0.012, 0.002};
  const std::vector<SignalRow> rows = signal_readouts(options);
  REQUIRE(rows.size() == 10);
  CHECK(rows[0].encoding == "raw");
  CHECK(best_test(rows, "gaussian") > rows[0].test_psnr + 8);
  CHECK(best_test(rows, "gaussian") > rows[1].test_psnr + 5);
  CHECK(rows[5].train_psnr > 60);  // of width 0.002, half of a shift
  CHECK(rows[5].test_psnr < best_test(rows, "gaussian") - 8);
  options.points = 4;
  CHECK_THROWS_AS(signal_readouts(options), UsageError);
}

TEST_CASE("encoding experiments: the inverted U of 512 points has its peak where theory has it",
          "[benchmarks][encodings][slow]") {
  const std::vector<SignalRow> rows = signal_readouts();
  const double peak = best_test(rows, "gaussian");
  CHECK(peak >= rows[0].test_psnr + 12);
  CHECK(peak >= best_test(rows, "rff") - 1);
  for (const SignalRow& row : rows) {
    if (row.encoding != "gaussian") continue;
    if (row.test_psnr == peak) CHECK((row.width >= 1.0 / (4 * 256) && row.width <= 4.0 / 256));
    if (row.width == 0.0005) CHECK((row.train_psnr > 80 && row.test_psnr < peak - 12));
  }
}

TEST_CASE("encoding experiments: a linear readout follows an image by products of axes alone",
          "[benchmarks][encodings]") {
  ImageOptions options;
  options.side = 32;
  options.count = 32;
  options.widths = {0.06};
  const std::vector<ImageRow> rows = image_readouts(options);
  REQUIRE(rows.size() == 4);
  CHECK(rows[3].encoding == "product");
  CHECK(rows[3].test_psnr > rows[1].test_psnr + 4);
  CHECK(rows[3].test_psnr > rows[2].test_psnr + 4);
  CHECK(rows[1].test_psnr > rows[0].test_psnr - 0.5);
  options.side = 4;
  CHECK_THROWS_AS(image_readouts(options), UsageError);
}

TEST_CASE("encoding experiments: small graphs have every row, twice the same, and products beat raw hops",
          "[benchmarks][encodings]") {
  const std::vector<GraphReadouts> graphs = graph_readouts(small_graphs());
  const std::vector<GraphReadouts> again = graph_readouts(small_graphs());
  REQUIRE(graphs.size() == 2);
  for (std::size_t i = 0; i < 2; ++i) {
    REQUIRE(graphs[i].rows.size() == 8);
    for (std::size_t j = 0; j < 8; ++j) CHECK(graphs[i].rows[j].test_nmse == again[i].rows[j].test_nmse);
    CHECK(graphs[i].nodes <= 150);
    CHECK((graphs[i].suggested_width >= 1 && graphs[i].suggested_width <= 4));
    CHECK(row_of(graphs[i], "gaussian", EncodingMode::product, 2).test_nmse <
          row_of(graphs[i], "raw", EncodingMode::simple, 0).test_nmse);
  }
  CHECK(graphs[0].rows[0].test_nmse != graphs[1].rows[0].test_nmse);
  GraphReadoutOptions none = small_graphs();
  none.targets = 0;
  CHECK_THROWS_AS(graph_readouts(none), UsageError);
}

TEST_CASE("encoding experiments: on graphs products halve simple encodings, which halve raw hops, and one-hot fails",
          "[benchmarks][encodings][slow]") {
  GraphReadoutOptions options;
  options.widths = {0.5, 2, 8};
  const std::vector<GraphReadouts> graphs = graph_readouts(options);
  REQUIRE(graphs.size() >= 4);
  double products = 0;
  double raws = 0;
  for (const GraphReadouts& graph : graphs) {
    const double raw = row_of(graph, "raw", EncodingMode::simple, 0).test_nmse;
    const double simple = row_of(graph, "gaussian", EncodingMode::simple, 2).test_nmse;
    const double product = row_of(graph, "gaussian", EncodingMode::product, 2).test_nmse;
    CHECK(simple <= raw / 2);
    CHECK(product <= simple / 2);
    CHECK(row_of(graph, "impulse", EncodingMode::product, 1).test_nmse >= 5 * product);
    CHECK(row_of(graph, "gaussian", EncodingMode::product, 0.5).test_nmse > product);
    CHECK(row_of(graph, "gaussian", EncodingMode::product, 8).test_nmse > product);
    products += product / static_cast<double>(graphs.size());
    raws += raw / static_cast<double>(graphs.size());
  }
  CHECK(products < 0.05);
  CHECK(raws > 0.3);
}
