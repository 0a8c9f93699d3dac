// Encodings against tests/golden/encodings.json, which make_encodings.py works out from the papers' formulas.

#include "position/axis_kernel.h"
#include "position/encodings.h"

#include <cmath>
#include <map>

#include "position/stable_rank.h"
#include "position/virtual_grid.h"
#include "support/axis_coordinates.h"
#include "support/catch.h"
#include "support/golden.h"
#include "support/tensors.h"

using namespace cairn;

namespace {

/// Values are at most 1, from one sine or exponential each; float keeps 6e-8 of them, and phases of 50 turns 2e-5.
constexpr double row_tolerance = sizeof(Real) == sizeof(double) ? 1e-12 : 1e-6;

EncodingOptions golden_options(const support::Json& json) {
  EncodingOptions options;
  options.name = json.at("name").get<std::string>();
  options.width = json.at("width").get<double>();
  options.count = json.at("count").get<Index>();
  options.circular = json.at("circular").get<bool>();
  options.ranges = {{0, 1}};
  return options;
}

/// The encoding with its draws replaced by those of the script, which cannot know ours.
std::unique_ptr<Encoding> with_golden_draws(const Encoding& encoding, const support::Json& file) {
  NamedTensors state;
  encoding.save(state, "");
  const auto replace = [&](const std::string& array, const std::string& key) {
    const auto values = file.at(key).get<std::vector<double>>();
    REQUIRE(std::get<std::vector<double>>(state.arrays.at(array).values).size() == values.size());
    state.arrays.at(array).values = values;
  };
  if (encoding.name() == "noise") {
    replace("noise", "noise");
    double squares = 0;  // every row is a shift of the noise
    for (const double value : file.at("noise").get<std::vector<double>>()) squares += value * value;
    state.arrays.at("scale").values = std::vector<double>{1 / std::sqrt(squares)};
  }
  if (encoding.name() == "rff") replace("frequencies", "frequencies");
  return load_encoding(state, "");
}

}  // namespace

TEST_CASE("encodings: rows and stable ranks on one axis are those of the papers' formulas", "[position][encodings]") {
  const support::Json file = support::golden("encodings.json");
  const Coordinates x = support::on_axes({file.at("x").get<std::vector<double>>()});
  for (const auto& [label, json] : file.at("axis").items()) {
    INFO(label);
    const std::unique_ptr<Encoding> fitted = make_encoding(golden_options(json), x);
    const std::unique_ptr<Encoding> encoding = with_golden_draws(*fitted, file);
    const Tensor rows = encoding->encode(x);
    CHECK(support::max_difference(rows, support::tensor_of(json.at("rows"))) < row_tolerance);
    CHECK(std::abs(stable_rank(rows) - json.at("stable_rank").get<double>()) <
          (sizeof(Real) == sizeof(double) ? 1e-8 : 1e-5));
  }
}

TEST_CASE("encodings: two axes stand side by side, one scale for all rows, zeros where unknown",
          "[position][encodings]") {
  const support::Json file = support::golden("encodings.json");
  const Coordinates both = support::with_unknown(
      support::on_axes({file.at("x").get<std::vector<double>>(), file.at("y").get<std::vector<double>>()}), {{3, 1}});
  const auto encoding = make_encoding(golden_options(file.at("axis").at("triangle")), both);
  CHECK(encoding->width() == 128);
  EncodingOptions options = golden_options(file.at("axis").at("gaussian"));
  const Tensor rows = make_encoding(options, both)->encode(both);
  CHECK(support::max_difference(rows, support::tensor_of(file.at("two_axes"))) < row_tolerance);
}

TEST_CASE("axis kernel: closed forms are the autocorrelations of the shapes", "[position][encodings]") {
  const support::Json file = support::golden("encodings.json");
  const std::map<std::string, BasisShape> shapes{{"gaussian", BasisShape::gaussian},
                                                 {"triangle", BasisShape::triangle},
                                                 {"sine", BasisShape::sine},
                                                 {"square", BasisShape::square}};
  for (const auto& [name, json] : file.at("kernels").items()) {
    const AxisKernel kernel{shapes.at(name), json.at("width").get<double>(), AxisGrid{}, {}};
    // The script's sums have steps of 1e-4 / 2: exact for waves and bumps, to the square of it where a hat has corners,
    // and to a step a jump of a square wave, of which there are eight over a length of 1.
    const double tolerance = name == "square" ? 1e-3 : name == "triangle" ? 1e-6 : 1e-12;
    for (const auto& row : json.at("values")) {
      const double u = row[0].get<double>();
      INFO(name << " at " << u);
      CHECK(std::abs(kernel(0.3 + u, 0.3) - row[1].get<double>()) < tolerance);
      CHECK(kernel(0.3, 0.3 + u) == Approx(kernel(0.3 + u, 0.3)).margin(1e-12));
    }
  }
}

TEST_CASE("virtual grid: weights are the solutions of the paper's two by two systems", "[position][encodings]") {
  const support::Json json = support::golden("encodings.json");
  const support::Json& grid = json.at("virtual_grid");
  auto x = json.at("x").get<std::vector<double>>();
  auto y = json.at("y").get<std::vector<double>>();
  for (std::vector<double>* axis : {&x, &y}) {
    for (double& value : *axis) value *= grid.at("share").get<double>();
  }
  std::vector<AxisKernel> kernels;
  for (const std::size_t axis : {std::size_t{0}, std::size_t{1}}) {
    const Index count = grid.at("count")[axis].get<Index>();
    kernels.push_back({BasisShape::gaussian,
                       grid.at("width")[axis].get<double>(),
                       AxisGrid{0, 1 / static_cast<double>(count), count, false},
                       {}});
  }
  const SparseMatrix weights = virtual_grid_weights(support::on_axes({x, y}), kernels);
  CHECK(weights.pattern().stored_count() == 16 * 4);
  // The systems lose a factor of 1 / (1 - k(g0, g1)^2), about 30, twice.
  CHECK(support::max_difference(weights.to_dense(), support::tensor_of(grid.at("weights"))) <
        (sizeof(Real) == sizeof(double) ? 1e-12 : 2e-5));
}
