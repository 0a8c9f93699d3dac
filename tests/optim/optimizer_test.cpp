#include "optim/optimizer.h"

#include <cmath>

#include "autodiff/ops_dense.h"
#include "autodiff/ops_elementwise.h"
#include "optim/optimizers.h"
#include "support/catch.h"
#include "support/tensors.h"

namespace cairn {
namespace {

NamedParameter named(std::string name, const Tensor& value, ParameterKind kind = ParameterKind::weight) {
  return {std::move(name), Variable::parameter(value.clone()), kind};
}

/// A weight and a bias of random values.
std::vector<NamedParameter> two_parameters() {
  Rng rng(1);
  return {named("a.weight", support::random_tensor({3, 2}, rng)),
          named("a.bias", support::random_tensor({2}, rng), ParameterKind::bias)};
}

/// Gradients that are a function of the step alone.
void set_gradients(std::span<const NamedParameter> parameters, std::uint64_t step) {
  Rng rng(100 + step);
  for (const NamedParameter& parameter : parameters) {
    parameter.value.mutable_grad() = support::random_tensor(parameter.value.shape(), rng);
  }
}

std::vector<OptimizerOptions> all_kinds() {
  return {{.name = "sgd", .weight_decay = Real(0.01), .momentum = Real(0.9)},
          {.name = "adam", .weight_decay = Real(0.01)},
          {.name = "adamw", .weight_decay = Real(0.01)}};
}

TEST_CASE("sgd: two steps with momentum and decay, worked out by hand", "[optim]") {
  const auto optimizer = make_optimizer({.name = "sgd", .weight_decay = Real(0.5), .momentum = Real(0.5)});
  const std::vector<NamedParameter> parameters{named("w", Tensor(Shape{1}, {8}))};
  parameters[0].value.mutable_grad() = Tensor(Shape{1}, {2});
  optimizer->step(parameters, Real(0.5));  // v = 2 + 4 = 6, w = 8 - 3
  CHECK(parameters[0].value.value().item() == 5);
  optimizer->step(parameters, Real(0.5));  // v = 3 + 2 + 2.5 = 7.5, w = 5 - 3.75
  CHECK(parameters[0].value.value().item() == Real(1.25));
}

TEST_CASE("adam: the first step is the learning rate, whatever the size of the gradient", "[optim]") {
  for (const Real slope : {Real(1e-3), Real(1), Real(1e6)}) {
    const auto optimizer = make_optimizer({.name = "adam"});
    const std::vector<NamedParameter> parameters{named("w", Tensor(Shape{2}, {1, 1}))};
    parameters[0].value.mutable_grad() = Tensor(Shape{2}, {slope, -slope});
    optimizer->step(parameters, Real(0.25));
    // mean / sqrt(variance) is 1 up to epsilon / slope = 1e-5 and rounding
    CHECK(parameters[0].value.value().data()[0] == Approx(0.75).epsilon(2e-5));
    CHECK(parameters[0].value.value().data()[1] == Approx(1.25).epsilon(2e-5));
  }
}

TEST_CASE("adamw: a weight without slope decays by rate times decay, adam's by the rate", "[optim]") {
  const auto after = [](const char* name, ParameterKind kind) {
    const auto optimizer = make_optimizer({.name = name, .weight_decay = Real(0.5)});
    const std::vector<NamedParameter> parameters{named("w", Tensor(Shape{1}, {4}), kind)};
    parameters[0].value.mutable_grad() = Tensor(Shape{1}, {0});
    optimizer->step(parameters, Real(0.25));
    return static_cast<double>(parameters[0].value.value().item());
  };
  CHECK(after("adamw", ParameterKind::weight) == Approx(4 * (1 - 0.25 * 0.5)));
  CHECK(after("adam", ParameterKind::weight) == Approx(4 - 0.25));
  CHECK(after("adamw", ParameterKind::bias) == 4);
  CHECK(after("adam", ParameterKind::bias) == 4);
}

TEST_CASE("optimizers: buffers and parameters without a gradient stay as they are", "[optim]") {
  for (const OptimizerOptions& options : all_kinds()) {
    INFO(options.name);
    const auto optimizer = make_optimizer(options);
    const std::vector<NamedParameter> parameters{named("buffer", Tensor(Shape{2}, {1, 2}), ParameterKind::buffer),
                                                 named("unused", Tensor(Shape{2}, {3, 4}))};
    parameters[0].value.mutable_grad() = Tensor(Shape{2}, {5, 5});
    optimizer->step(parameters, 1);
    CHECK(support::same_bits(parameters[0].value.value(), Tensor(Shape{2}, {1, 2})));
    CHECK(support::same_bits(parameters[1].value.value(), Tensor(Shape{2}, {3, 4})));
  }
}

TEST_CASE("optimizers: the rate scale of a parameter multiplies its rate", "[optim]") {
  for (const OptimizerOptions& options : all_kinds()) {
    INFO(options.name);
    const auto walk = [&](Real rate, Real rate_scale) {
      const auto optimizer = make_optimizer(options);
      std::vector<NamedParameter> parameters = two_parameters();
      for (NamedParameter& parameter : parameters) parameter.rate_scale = rate_scale;
      for (std::uint64_t step = 0; step < 3; ++step) {
        set_gradients(parameters, step);
        optimizer->step(parameters, rate);
      }
      return parameters[0].value.value();
    };
    CHECK(support::same_bits(walk(Real(0.5), Real(0.25)), walk(Real(0.125), 1)));
    CHECK_FALSE(support::same_bits(walk(Real(0.5), Real(0.25)), walk(Real(0.5), 1)));
  }
}

TEST_CASE("optimizers: every kind finds the minimum of a parabola", "[optim]") {
  for (const OptimizerOptions& options : all_kinds()) {
    INFO(options.name);
    const auto optimizer = make_optimizer({.name = options.name, .momentum = options.momentum});
    const std::vector<NamedParameter> parameters{named("w", Tensor(Shape{2}, {5, -5}))};
    for (int step = 0; step < 2000; ++step) {
      parameters[0].value.clear_gradient();
      backward(sum(square(shift(parameters[0].value, -3))));
      optimizer->step(parameters, Real(0.02));
    }
    for (const Real w : parameters[0].value.value().values()) CHECK(w == Approx(3).margin(1e-3));
  }
}

TEST_CASE("optimizers: a restored state continues to the same bits", "[optim]") {
  for (const OptimizerOptions& options : all_kinds()) {
    INFO(options.name);
    const auto steps = [](Optimizer& optimizer, std::span<const NamedParameter> parameters, std::uint64_t first) {
      for (std::uint64_t step = first; step < first + 5; ++step) {
        set_gradients(parameters, step);
        optimizer.step(parameters, Real(0.1));
      }
    };
    const auto optimizer = make_optimizer(options);
    const std::vector<NamedParameter> parameters = two_parameters();
    steps(*optimizer, parameters, 0);

    const Optimizer::State state = optimizer->state();
    std::vector<NamedParameter> copies = parameters;
    for (NamedParameter& copy : copies) copy.value = Variable::parameter(copy.value.value().clone());
    steps(*optimizer, parameters, 5);

    const auto restored = make_optimizer(options);
    restored->restore(state);  // of step 5: what was stepped since must not have changed it
    steps(*restored, copies, 5);
    for (std::size_t i = 0; i < copies.size(); ++i) {
      CHECK(support::same_bits(copies[i].value.value(), parameters[i].value.value()));
    }
  }
}

TEST_CASE("optimizers: names of the state are a file format and stay as they are", "[optim]") {
  const auto names = [](const OptimizerOptions& options) {
    const auto optimizer = make_optimizer(options);
    const std::vector<NamedParameter> parameters = two_parameters();
    set_gradients(parameters, 0);
    optimizer->step(parameters, 1);
    std::vector<std::string> found;
    for (const auto& [name, tensor] : optimizer->state()) found.push_back(name);
    return found;
  };
  const std::vector<std::string> adam{"mean.a.bias", "mean.a.weight", "steps", "variance.a.bias", "variance.a.weight"};
  CHECK(names({.name = "adam"}) == adam);
  CHECK(names({.name = "adamw"}) == adam);
  CHECK(names({.name = "sgd"}) == std::vector<std::string>{"velocity.a.bias", "velocity.a.weight"});
}

TEST_CASE("optimizers: a state that belongs to another optimizer or another model is refused", "[optim]") {
  const std::vector<NamedParameter> parameters = two_parameters();
  set_gradients(parameters, 0);
  const auto adam = make_optimizer({.name = "adam"});
  const auto sgd = make_optimizer({.name = "sgd"});
  adam->step(parameters, 1);
  sgd->step(parameters, 1);
  CHECK_THROWS_WITH(sgd->restore(adam->state()), Catch::Contains("mean.a.bias"));
  CHECK_THROWS_WITH(adam->restore(sgd->state()), Catch::Contains("velocity.a.bias"));

  Optimizer::State half = adam->state();
  half.erase("variance.a.weight");
  CHECK_THROWS_WITH(adam->restore(half), Catch::Contains("a.weight"));
  Optimizer::State uncounted = adam->state();
  uncounted.erase("steps");
  CHECK_THROWS_WITH(adam->restore(uncounted), Catch::Contains("steps"));

  const std::vector<NamedParameter> wider{named("a.weight", Tensor(Shape{3, 3}))};
  set_gradients(wider, 0);
  CHECK_THROWS_AS(adam->step(wider, 1), ShapeError);
  CHECK_THROWS_AS(sgd->step(wider, 1), ShapeError);
}

TEST_CASE("optimizers: unknown names and values out of range are refused", "[optim]") {
  CHECK_THROWS_WITH(make_optimizer({.name = "adagrad"}), Catch::Contains("sgd, adam, adamw"));
  CHECK_THROWS_AS(make_optimizer({.weight_decay = -1}), UsageError);
  CHECK_THROWS_AS(make_optimizer({.name = "sgd", .momentum = 1}), UsageError);
  CHECK_THROWS_AS(make_optimizer({.beta1 = -1}), UsageError);
  CHECK_THROWS_AS(make_optimizer({.beta2 = 1}), UsageError);
  CHECK_THROWS_AS(make_optimizer({.beta2 = std::numeric_limits<Real>::quiet_NaN()}), UsageError);
  CHECK_THROWS_AS(make_optimizer({.epsilon = -1}), UsageError);
}

TEST_CASE("clipping scales all gradients together to the norm that is asked for", "[optim]") {
  const std::vector<NamedParameter> parameters{named("a", Tensor(Shape{2})), named("b", Tensor(Shape{1})),
                                               named("without gradient", Tensor(Shape{3}))};
  const auto set = [&] {
    parameters[0].value.mutable_grad() = Tensor(Shape{2}, {3, 0});
    parameters[1].value.mutable_grad() = Tensor(Shape{1}, {-4});
  };
  set();
  CHECK(clip_gradients(parameters, 0) == 5);  // 0: leaves them
  CHECK(parameters[1].value.grad().item() == -4);
  CHECK(clip_gradients(parameters, 6) == 5);  // below the limit already
  CHECK(parameters[1].value.grad().item() == -4);
  CHECK(clip_gradients(parameters, 2.5) == 5);
  CHECK(parameters[0].value.grad().data()[0] == Real(1.5));
  CHECK(parameters[1].value.grad().item() == -2);
  CHECK(clip_gradients(parameters, 0) == 2.5);
  CHECK_FALSE(parameters[2].value.grad().defined());
}

}  // namespace
}  // namespace cairn
