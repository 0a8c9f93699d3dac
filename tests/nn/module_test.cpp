#include "nn/module.h"

#include <cmath>
#include <set>

#include "nn/activation.h"
#include "nn/linear.h"
#include "nn/normalization.h"
#include "support/catch.h"
#include "support/tensors.h"

namespace cairn {
namespace {

/// A module of modules, as models are.
class Pair : public Module {
 public:
  explicit Pair(Rng& rng) : first(2, 3, rng), second(3, 1, rng, false), norm(3) {}
  void visit(const ParameterVisitor& visitor) const override {
    visitor("layers.0", first);
    visitor("layers.1", second);
    visitor("norm", norm);
  }
  Linear first;
  Linear second;
  BatchNorm norm;
};

TEST_CASE("module: parameters of parts carry the names of the modules on the way to them", "[nn]") {
  Rng rng(1);
  std::vector<std::string> names;
  for (const NamedParameter& parameter : parameters_of(Pair(rng))) names.push_back(parameter.name);
  CHECK(names == std::vector<std::string>{"layers.0.weight", "layers.0.bias", "layers.1.weight", "norm.gain",
                                          "norm.bias", "norm.running_mean", "norm.running_variance"});
  CHECK(std::set<std::string>(names.begin(), names.end()).size() == names.size());
}

TEST_CASE("module: a listed parameter is the parameter itself, not a copy", "[nn]") {
  Rng rng(1);
  const Linear linear(2, 3, rng);
  const Variable x = Variable::constant(Tensor(Shape{1, 2}, {1, 1}));
  parameters_of(linear)[0].value.mutable_value().fill(0);
  parameters_of(linear)[1].value.mutable_value().fill(7);
  CHECK(support::same_bits(linear.forward(x).value(), Tensor(Shape{1, 3}, {7, 7, 7})));
}

TEST_CASE("norms: parameters keep their names; gain and bias do not decay, statistics are buffers", "[nn]") {
  const auto kinds = [](const char* name) {
    std::vector<std::pair<std::string, ParameterKind>> found;
    for (const NamedParameter& p : parameters_of(*make_norm(name, 2))) found.emplace_back(p.name, p.kind);
    return found;
  };
  using Kinds = std::vector<std::pair<std::string, ParameterKind>>;
  const Kinds layer{{"gain", ParameterKind::bias}, {"bias", ParameterKind::bias}};
  Kinds batch = layer;
  batch.emplace_back("running_mean", ParameterKind::buffer);
  batch.emplace_back("running_variance", ParameterKind::buffer);
  CHECK(kinds("layer") == layer);
  CHECK(kinds("batch") == batch);
  CHECK(make_norm("none", 2) == nullptr);
  CHECK_THROWS_AS(make_norm("group", 2), UsageError);
}

TEST_CASE("batch norm: evaluation leaves the running statistics alone, training of no rows too", "[nn]") {
  const BatchNorm norm(2);
  const Variable mean = parameters_of(norm)[2].value;
  const Variable variance = parameters_of(norm)[3].value;
  Rng rng(1);
  const Variable x = Variable::constant(support::random_tensor({6, 2}, rng));
  norm.forward(x, Pass::evaluation());
  norm.forward(Variable::constant(Tensor(Shape{0, 2})), Pass::training(1, 1));
  CHECK(support::same_bits(mean.value(), Tensor(Shape{2}, {0, 0})));
  CHECK(support::same_bits(variance.value(), Tensor(Shape{2}, {1, 1})));
  norm.forward(x, Pass::training(1, 1));
  CHECK_FALSE(support::same_bits(mean.value(), Tensor(Shape{2}, {0, 0})));
  CHECK_FALSE(support::same_bits(variance.value(), Tensor(Shape{2}, {1, 1})));
}

TEST_CASE("batch norm: with momentum 1 evaluation has the last batch's statistics", "[nn]") {
  const BatchNorm norm(3, 1);
  Rng rng(2);
  norm.forward(Variable::constant(support::random_tensor({9, 3}, rng)), Pass::training(1, 1));
  const Variable x = Variable::constant(support::random_tensor({500, 3}, rng));
  const Tensor trained = norm.forward(x, Pass::training(1, 2)).value();
  const Tensor evaluated = norm.forward(x, Pass::evaluation()).value();
  const double unbiased = std::sqrt(499.0 / 500.0);
  for (Index i = 0; i < x.value().size(); ++i) {
    CHECK(static_cast<double>(evaluated.data()[i]) ==
          Approx(static_cast<double>(trained.data()[i]) * unbiased).epsilon(1e-4).margin(1e-4));
  }
}

TEST_CASE("batch norm: one row gives the bias and finite statistics", "[nn]") {
  const BatchNorm norm(2);
  const Tensor y = norm.forward(Variable::constant(Tensor(Shape{1, 2}, {5, -3})), Pass::training(1, 1)).value();
  CHECK(support::same_bits(y, Tensor(Shape{1, 2}, {0, 0})));
  for (const NamedParameter& parameter : parameters_of(norm)) CHECK(all_finite(parameter.value.value()));
}

TEST_CASE("activations: every listed name is found, another is refused with the list", "[nn]") {
  const Variable x = Variable::constant(Tensor(Shape{3}, {-2, 0, 2}));
  std::set<Real> at_minus_2;
  for (const std::string_view name : activation_names()) {
    const Tensor y = find_activation(name)(x).value();
    CHECK(y.shape() == x.shape());
    at_minus_2.insert(y.data()[0]);
  }
  CHECK(at_minus_2.size() == activation_names().size());  // no two names give the same function
  CHECK(support::same_bits(find_activation("none")(x).value(), x.value()));
  CHECK_THROWS_WITH(find_activation("rellu"), Catch::Contains("relu, elu"));
}

}  // namespace
}  // namespace cairn
