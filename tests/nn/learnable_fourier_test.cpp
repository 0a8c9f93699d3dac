#include "nn/learnable_fourier.h"

#include <cmath>
#include <limits>
#include <numeric>

#include "core/error.h"
#include "support/catch.h"
#include "support/golden.h"
#include "support/parameter_gradients.h"
#include "support/tensors.h"

namespace cairn {
namespace {

using support::formula_tolerance;
using support::Json;
using support::max_difference;
using support::off_zero;
using support::tensor_of;

LearnableFourierOptions options_of(const Json& json) {
  return {.axes = json.at("axes").get<Index>(),
          .groups = json.at("groups").get<Index>(),
          .features = json.at("features").get<Index>(),
          .hidden = json.at("hidden").get<Index>(),
          .width = json.at("width").get<Index>(),
          .gamma = json.at("gamma").get<Real>()};
}

/// Features alone of an encoder without a perceptron.
LearnableFourier bare(Index axes, Index features, Real gamma, std::uint64_t seed) {
  Rng rng(seed);
  return LearnableFourier({.axes = axes, .features = features, .hidden = 0, .gamma = gamma}, rng);
}

double product_of_rows(const Tensor& x, Index i, Index j) {
  double sum = 0;
  for (Index k = 0; k < x.columns(); ++k) sum += static_cast<double>(x.at(i, k)) * static_cast<double>(x.at(j, k));
  return sum;
}

TEST_CASE("learnable fourier: rows are those of the paper's formula, worked out by a script", "[nn][golden]") {
  const Json cases = support::golden("learnable_fourier.json");
  REQUIRE(cases.size() == 5);
  for (const Json& expected : cases) {
    Rng rng(1);
    const LearnableFourier encoder(options_of(expected), rng);
    std::size_t set = 0;
    for (const NamedParameter& parameter : parameters_of(encoder)) {
      INFO(parameter.name);
      const Tensor value = tensor_of(expected.at("parameters").at(parameter.name));
      REQUIRE(value.shape() == parameter.value.shape());
      parameter.value.mutable_value() = value;
      ++set;
    }
    CHECK(set == expected.at("parameters").size());
    const Coordinates coordinates{.values = tensor_of(expected.at("x")),
                                  .valid = expected.at("valid").get<std::vector<std::uint8_t>>(),
                                  .graph_of_node = {}};
    const Tensor y = encoder.forward(coordinates).value();
    CHECK(max_difference(y, tensor_of(expected.at("y"))) < formula_tolerance);
  }
}

TEST_CASE("learnable fourier: at the start products of rows are half a Gaussian of width gamma", "[nn]") {
  for (const Real gamma : {Real(1), Real(0.25), Real(4)}) {
    const LearnableFourier encoder = bare(2, 4096, gamma, 7);
    Tensor x(Shape{5, 2});
    const std::array<double, 5> distances{0, 0.25, 0.5, 1, 2};  // in units of gamma, in some direction
    for (Index i = 1; i < 5; ++i) {
      const auto reach = static_cast<Real>(distances[static_cast<std::size_t>(i)]) * gamma;
      x.at(i, 0) = reach * Real(0.6);
      x.at(i, 1) = reach * Real(-0.8);
    }
    const Tensor r = encoder.features(Variable::constant(x)).value();
    for (Index i = 0; i < 5; ++i) {
      const double d = distances[static_cast<std::size_t>(i)];
      INFO("gamma " << gamma << ", distance " << d);
      CHECK(std::abs(product_of_rows(r, 0, i) - std::exp(-d * d / 2) / 2) < 0.02);  // Monte Carlo: 0.5 / sqrt(2048)
      CHECK(std::abs(product_of_rows(r, i, i) - 0.5) < 1e-5);  // cos^2 + sin^2: exact but for rounding
    }
  }
}

TEST_CASE("learnable fourier: parameters grow with the axes of a group, not with groups or nodes", "[nn]") {
  const auto count = [](Index axes, Index groups, Index width) {
    Rng rng(2);
    const LearnableFourier encoder({.axes = axes, .groups = groups, .features = 16, .hidden = 8, .width = width}, rng);
    Index total = 0;
    for (const NamedParameter& parameter : parameters_of(encoder)) total += parameter.value.value().size();
    return total;
  };
  // M |F| / 2 + |F| |H| + |H| + |H| D / G + D / G
  CHECK(count(2, 1, 12) == 2 * 8 + 16 * 8 + 8 + 8 * 12 + 12);
  CHECK(count(6, 3, 12) == 2 * 8 + 16 * 8 + 8 + 8 * 4 + 4);
}

TEST_CASE("learnable fourier: moving the groups of coordinates moves the groups of columns", "[nn]") {
  Rng rng(4);
  const LearnableFourier encoder({.axes = 6, .groups = 3, .features = 8, .hidden = 5, .width = 12}, rng);
  const Tensor x = off_zero({7, 6});
  const std::array<Index, 3> from{2, 0, 1};
  Tensor moved(x.shape());
  for (Index u = 0; u < 7; ++u) {
    for (Index k = 0; k < 6; ++k) moved.at(u, k) = x.at(u, from[static_cast<std::size_t>(k / 2)] * 2 + k % 2);
  }
  const Tensor y = encoder.forward(Variable::constant(x)).value();
  const Tensor z = encoder.forward(Variable::constant(moved)).value();
  for (Index u = 0; u < 7; ++u) {
    for (Index k = 0; k < 12; ++k) CHECK(z.at(u, k) == y.at(u, from[static_cast<std::size_t>(k / 4)] * 4 + k % 4));
  }
}

TEST_CASE("learnable fourier: gradients of all parameters and of coordinates agree with central differences",
          "[nn][gradients]") {
  const std::vector<std::uint8_t> partly{1, 1, 0, 1, 0, 0, 1, 1, 1, 0, 0, 0};
  for (const LearnableFourierOptions& options :
       {LearnableFourierOptions{.axes = 4, .features = 6, .hidden = 3, .width = 4},
        LearnableFourierOptions{.axes = 4, .groups = 2, .features = 6, .hidden = 3, .width = 4},
        LearnableFourierOptions{.axes = 4, .groups = 4, .features = 4, .hidden = 0}}) {
    for (const bool known : {true, false}) {
      INFO(options.groups << " groups, all known: " << known);
      Rng rng(5);
      const LearnableFourier encoder(options, rng);
      std::vector<NamedParameter> parameters = support::moved_parameters(encoder);
      const Variable x = Variable::parameter(off_zero({3, 4}, 6));
      parameters.push_back({"x", x});
      const std::vector<std::uint8_t> valid = known ? std::vector<std::uint8_t>{} : partly;
      support::check_parameters(parameters, [&] { return encoder.forward(x, valid); });
    }
  }
}

TEST_CASE("learnable fourier: what is not known gives zeros, whatever stands in its place", "[nn]") {
  Rng rng(6);
  const LearnableFourier encoder({.axes = 4, .groups = 2, .features = 6, .hidden = 3, .width = 4}, rng);
  support::moved_parameters(encoder);  // zero biases would hide a group that is not masked
  Tensor x = off_zero({2, 4}, 3);
  const std::vector<std::uint8_t> valid{0, 0, 1, 1, 1, 0, 1, 1};
  const Tensor y = encoder.forward(Variable::constant(x), valid).value();
  CHECK(y.at(0, 0) == 0);
  CHECK(y.at(0, 1) == 0);
  CHECK(y.at(0, 2) != 0);
  CHECK(y.at(1, 0) != 0);  // half known: the known axis speaks
  x.at(0, 0) = 17;
  x.at(1, 1) = -9;
  CHECK(support::same_bits(y, encoder.forward(Variable::constant(x), valid).value()));
}

TEST_CASE("learnable fourier: fixed frequencies are kept with the model and never trained", "[nn]") {
  Rng rng(8);
  const LearnableFourier fixed({.axes = 2, .learn_frequencies = false}, rng);
  const Variable x = Variable::constant(off_zero({4, 2}));
  backward(sum(square(fixed.forward(x))));
  const auto parameters = parameters_of(fixed);
  CHECK(parameters.front().name == "frequencies");
  CHECK(parameters.front().kind == ParameterKind::buffer);
  CHECK(!fixed.frequencies().grad().defined());
  Rng same(8);
  const LearnableFourier learned({.axes = 2}, same);
  CHECK(parameters_of(learned).front().kind == ParameterKind::bias);
  CHECK(support::same_bits(fixed.forward(x).value(), learned.forward(x).value()));
}

TEST_CASE("learnable fourier: no node, one node and coordinates on one spot have rows", "[nn]") {
  Rng rng(9);
  const LearnableFourier encoder({.axes = 3}, rng);
  CHECK(encoder.forward(Variable::constant(Tensor(Shape{0, 3}))).shape() == Shape{0, 32});
  CHECK(encoder.forward(Variable::constant(Tensor(Shape{1, 3}))).shape() == Shape{1, 32});
  const Tensor same = encoder.forward(Variable::constant(Tensor(Shape{2, 3}, 4))).value();
  for (Index k = 0; k < 32; ++k) CHECK(same.at(0, k) == same.at(1, k));
}

TEST_CASE("learnable fourier: options and shapes that make no sense are refused", "[nn]") {
  const auto make = [](LearnableFourierOptions options) {
    Rng rng(1);
    LearnableFourier encoder(options, rng);
  };
  CHECK_NOTHROW(make({.axes = 2}));
  CHECK_THROWS_AS(make({}), UsageError);
  CHECK_THROWS_AS(make({.axes = 3, .groups = 2}), UsageError);
  CHECK_THROWS_AS(make({.axes = 2, .groups = 0}), UsageError);
  CHECK_THROWS_AS(make({.axes = 2, .features = 7}), UsageError);
  CHECK_THROWS_AS(make({.axes = 2, .features = 0}), UsageError);
  CHECK_THROWS_AS(make({.axes = 2, .hidden = -1}), UsageError);
  CHECK_THROWS_AS(make({.axes = 3, .groups = 3, .width = 32}), UsageError);
  CHECK_THROWS_AS(make({.axes = 2, .width = 0}), UsageError);
  CHECK_THROWS_AS(make({.axes = 2, .gamma = 0}), UsageError);
  CHECK_THROWS_AS(make({.axes = 2, .gamma = -1}), UsageError);
  CHECK_THROWS_AS(make({.axes = 2, .gamma = std::numeric_limits<Real>::quiet_NaN()}), UsageError);
  CHECK_THROWS_AS(make({.axes = 2, .gamma = std::numeric_limits<Real>::infinity()}), UsageError);
  Rng rng(1);
  const LearnableFourier encoder({.axes = 2}, rng);
  const Variable x = Variable::constant(Tensor(Shape{4, 2}));
  CHECK_THROWS_AS(encoder.forward(Variable::constant(Tensor(Shape{4, 3}))), ShapeError);
  CHECK_THROWS_AS(encoder.forward(Variable::constant(Tensor(Shape{2}))), ShapeError);
  CHECK_THROWS_AS(encoder.forward(x, std::vector<std::uint8_t>(7, 1)), ShapeError);
}

}  // namespace
}  // namespace cairn
