#include "models/fused.h"

#include <cmath>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "autodiff/ops_dense.h"
#include "autodiff/ops_elementwise.h"
#include "core/error.h"
#include "graph/generate.h"
#include "support/catch.h"
#include "support/tensors.h"

using namespace cairn;

namespace {

/// Gives the same rows whatever it sees.
class FixedRows : public Model {
 public:
  explicit FixedRows(Tensor rows) : rows_(Variable::parameter(std::move(rows))) {}
  Variable embed(const ModelInput&, const Pass&) const override { return rows_; }
  Index out_width() const override { return rows_.value().columns(); }
  void visit(const ParameterVisitor& visitor) const override { visitor("rows", rows_); }

 private:
  Variable rows_;
};

/// Gives the features that it sees.
class SeenFeatures : public Model {
 public:
  explicit SeenFeatures(Index width) : width_(width) {}
  Variable embed(const ModelInput& input, const Pass&) const override { return std::get<Variable>(input.features()); }
  Index out_width() const override { return width_; }
  void visit(const ParameterVisitor&) const override {}

 private:
  Index width_;
};

constexpr Index nodes = 6;

ModelInput input_with(const Tensor& x) { return {Variable::constant(x), cycle_graph(nodes)}; }

std::vector<FusedPart> fixed_parts(const std::vector<Tensor>& rows) {
  std::vector<FusedPart> parts;
  for (const Tensor& part : rows) parts.push_back({std::make_unique<FixedRows>(part), false});
  return parts;
}

Tensor evaluate(const Model& model, const Tensor& x = Tensor({nodes, 1}, 1)) {
  const WithoutGradients without_gradients;
  return model.embed(input_with(x), Pass::evaluation()).value();
}

std::map<std::string, Variable> parameters_by_name(const Module& module) {
  std::map<std::string, Variable> found;
  for (const NamedParameter& parameter : parameters_of(module)) found[parameter.name] = parameter.value;
  return found;
}

/// <row u, row v>, or the sum of |differences|.
double raw_score(const Tensor& rows, Index u, Index v, RowScore score) {
  double total = 0;
  for (Index d = 0; d < rows.columns(); ++d) {
    const auto x = static_cast<double>(rows.at(u, d));
    const auto y = static_cast<double>(rows.at(v, d));
    total += score == RowScore::dot ? x * y : std::abs(x - y);
  }
  return total;
}

std::vector<Tensor> random_parts(const std::vector<Index>& widths) {
  Rng rng(4);
  std::vector<Tensor> parts;
  for (const Index width : widths) parts.push_back(support::random_tensor({nodes, width}, rng));
  return parts;
}

const std::vector<std::vector<Index>> widths{{3}, {3, 2}, {4, 1, 2}, {2, 2, 3, 1, 5}};

}  // namespace

TEST_CASE("fusion: late is one linear map of all parts' columns, for any number of parts", "[models][fused]") {
  for (const auto& columns : widths) {
    const std::vector<Tensor> rows = random_parts(columns);
    const FusedModel model(fixed_parts(rows), nullptr, {.fusion = Fusion::late, .out = 4}, Rng(2));
    auto parameters = parameters_by_name(model);
    const Tensor weight = parameters.at("fusion.weight").value();
    Rng rng(9);
    parameters.at("fusion.bias").mutable_value() = support::random_tensor({4}, rng);
    const Tensor bias = parameters.at("fusion.bias").value();
    const Tensor found = evaluate(model);
    REQUIRE(found.shape() == Shape{nodes, 4});
    CHECK(model.out_width() == 4);
    for (Index u = 0; u < nodes; ++u) {
      for (Index o = 0; o < 4; ++o) {
        auto expected = static_cast<double>(bias.data()[o]);
        Index row = 0;
        for (const Tensor& part : rows) {
          for (Index d = 0; d < part.columns(); ++d) {
            expected += static_cast<double>(part.at(u, d)) * static_cast<double>(weight.at(row++, o));
          }
        }
        CHECK(std::abs(static_cast<double>(found.at(u, o)) - expected) < 1e-5);  // 13-term float sums
      }
    }
  }
}

TEST_CASE("fusion: what is joined late is dropped out in training alone", "[models][fused]") {
  const FusedModel model(fixed_parts(random_parts({3, 4})), nullptr,
                         {.fusion = Fusion::late, .out = 4, .dropout = Real(0.5)}, Rng(2));
  const FusedModel without(fixed_parts(random_parts({3, 4})), nullptr, {.fusion = Fusion::late, .out = 4}, Rng(2));
  const ModelInput input = input_with(Tensor({nodes, 1}));
  CHECK(support::same_bits(evaluate(model), evaluate(without)));
  const Tensor first = model.embed(input, Pass::training(1, 0)).value();
  CHECK(support::max_difference(first, evaluate(model)) > 1e-2);
  CHECK(support::max_difference(first, model.embed(input, Pass::training(1, 1)).value()) > 1e-2);
  CHECK(support::same_bits(first, model.embed(input, Pass::training(1, 0)).value()));
}

TEST_CASE("fusion: positions that wait add nothing at first, then their mapped rows of one scale", "[models][fused]") {
  Rng rng(7);
  const Tensor layers = support::random_tensor({nodes, 3}, rng);
  const Tensor far = support::random_tensor({nodes, 5}, rng);
  Tensor farther = far.clone();
  for (Real& value : farther.values()) value *= 1000;
  const auto fused = [&](const Tensor& positions) {
    std::vector<FusedPart> parts;
    parts.push_back({std::make_unique<FixedRows>(layers), false});
    parts.push_back({std::make_unique<FixedRows>(positions), true});
    return std::make_unique<FusedModel>(std::move(parts), nullptr, FusedOptions{.out = 3, .positions_wait = true},
                                        Rng(2));
  };
  const auto model = fused(far);
  CHECK(support::same_bits(evaluate(*model), layers));
  const auto with_share = [](const Model& of, Real share) {
    parameters_by_name(of).at("position_share").mutable_value().fill(share);
    return evaluate(of);
  };
  const Tensor ten = with_share(*model, 10);
  const Tensor twenty = with_share(*model, 20);
  CHECK(support::max_difference(ten, layers) > 1e-3);
  for (Index i = 0; i < layers.size(); ++i) {  // linear in the share
    CHECK(twenty.data()[i] - layers.data()[i] == Approx(2 * (ten.data()[i] - layers.data()[i])).margin(1e-5));
  }
  const auto other = fused(farther);
  CHECK(support::max_difference(with_share(*other, 10), ten) < 1e-3);  // the states' scale does not matter
}

TEST_CASE("fusion: early gives the others mapped features beside the positions", "[models][fused]") {
  Rng rng(3);
  const Tensor x = support::random_tensor({nodes, 3}, rng);
  const std::vector<Tensor> positions = random_parts({2, 4});
  for (const std::size_t readers : {std::size_t{1}, std::size_t{2}}) {
    auto features = std::make_unique<Linear>(3, 5, rng);
    const Tensor mapped = features->forward(Variable::constant(x)).value();
    std::vector<FusedPart> parts;
    for (const Tensor& position : positions) parts.push_back({std::make_unique<FixedRows>(position), true});
    for (std::size_t r = 0; r < readers; ++r) parts.push_back({std::make_unique<SeenFeatures>(11), false});
    const FusedModel model(std::move(parts), std::move(features), {.fusion = Fusion::early, .out = 11}, Rng(2));
    auto parameters = parameters_by_name(model);
    Tensor seen = evaluate(model, x);
    if (readers == 2) {  // then fused late: here by the first reader's columns, and twice the second's
      Tensor weight(Shape{22, 11});
      for (Index d = 0; d < 11; ++d) {
        weight.at(d, d) = 1;
        weight.at(11 + d, d) = 2;
      }
      parameters.at("fusion.weight").mutable_value() = weight;
      seen = evaluate(model, x);
    } else {
      CHECK(parameters.count("fusion.weight") == 0);
    }
    REQUIRE(seen.shape() == Shape{nodes, 11});
    for (Index u = 0; u < nodes; ++u) {
      for (Index d = 0; d < 11; ++d) {
        const Real expected = d < 5 ? mapped.at(u, d) : d < 7 ? positions[0].at(u, d - 5) : positions[1].at(u, d - 7);
        CHECK(std::abs(seen.at(u, d) - (readers == 1 ? expected : 3 * expected)) < Real(1e-5));
      }
    }
  }
}

TEST_CASE("fusion: by score, the score of a pair is the weighted sum of its parts' scores", "[models][fused]") {
  for (const auto& columns : widths) {
    const std::vector<Tensor> rows = random_parts(columns);
    for (const RowScore score : {RowScore::dot, RowScore::distance}) {
      const FusedModel model(fixed_parts(rows), nullptr, {.fusion = Fusion::score, .score = score, .out = 4}, Rng(2));
      auto parameters = parameters_by_name(model);
      Tensor& weights = parameters.at("weights").mutable_value();
      REQUIRE(weights.size() == static_cast<Index>(rows.size()));
      double total = 0;
      for (Index p = 0; p < weights.size(); ++p) {
        weights.data()[p] = static_cast<Real>(p) / 2 - Real(0.7);
        total += std::exp(static_cast<double>(weights.data()[p]));
      }
      const Tensor found = evaluate(model);
      CHECK(found.columns() == model.out_width());
      for (Index u = 0; u < nodes; ++u) {
        for (Index v = 0; v < nodes; ++v) {
          double expected = 0;
          for (std::size_t p = 0; p < rows.size(); ++p) {
            const double share = std::exp(static_cast<double>(weights.data()[p])) / total;
            expected += share * raw_score(rows[p], u, v, score);
          }
          CHECK(std::abs(raw_score(found, u, v, score) - expected) < 1e-5);
        }
      }
    }
  }
}

TEST_CASE("fusion: by score, classes get the weighted sum of the parts' columns; at first all weigh the same",
          "[models][fused]") {
  const std::vector<Tensor> rows = random_parts({3, 3, 3});
  const FusedModel model(fixed_parts(rows), nullptr, {.fusion = Fusion::score, .score = RowScore::classes, .out = 3},
                         Rng(2));
  auto parameters = parameters_by_name(model);
  const auto expect = [&](const std::vector<double>& shares) {
    const Tensor found = evaluate(model);
    REQUIRE(found.shape() == Shape{nodes, 3});
    for (Index u = 0; u < nodes; ++u) {
      for (Index d = 0; d < 3; ++d) {
        double expected = 0;
        for (std::size_t p = 0; p < 3; ++p) expected += shares[p] * static_cast<double>(rows[p].at(u, d));
        CHECK(std::abs(static_cast<double>(found.at(u, d)) - expected) < 1e-5);
      }
    }
  };
  expect({1.0 / 3, 1.0 / 3, 1.0 / 3});
  parameters.at("weights").mutable_value() = Tensor(Shape{1, 3}, {0, std::log(Real(2)), std::log(Real(5))});
  expect({1.0 / 8, 2.0 / 8, 5.0 / 8});
}

TEST_CASE("fusion: all parts and weights receive gradients, whatever the form", "[models][fused]") {
  Rng rng(3);
  for (const Fusion fusion : {Fusion::late, Fusion::early, Fusion::score}) {
    std::vector<FusedPart> parts;
    for (const Tensor& rows : random_parts({2, 3})) parts.push_back({std::make_unique<FixedRows>(rows), true});
    const Index seen = 5 + 2 + 3;
    if (fusion == Fusion::early) parts.push_back({std::make_unique<SeenFeatures>(seen), false});
    auto features = fusion == Fusion::early ? std::make_unique<Linear>(1, 5, rng) : nullptr;
    const FusedModel model(std::move(parts), std::move(features),
                           {.fusion = fusion, .score = RowScore::distance, .out = seen}, Rng(2));
    backward(sum(square(model.embed(input_with(Tensor({nodes, 1}, 1)), Pass::evaluation()))));
    for (const NamedParameter& parameter : parameters_of(model)) {
      INFO(static_cast<int>(fusion) << " " << parameter.name);
      REQUIRE(parameter.value.grad().defined());
      double largest = 0;
      for (const Real value : parameter.value.grad().values()) largest = std::max<double>(largest, std::abs(value));
      CHECK(largest > 1e-6);
    }
  }
}

TEST_CASE("fusion: no parts, early without positions or without anything else, and unknown names are refused",
          "[models][fused]") {
  Rng rng(1);
  CHECK_THROWS_AS(FusedModel({}, nullptr, {.out = 2}, Rng(2)), UsageError);
  for (const bool position : {true, false}) {
    std::vector<FusedPart> parts;
    for (const Tensor& rows : random_parts({2, 3})) parts.push_back({std::make_unique<FixedRows>(rows), position});
    CHECK_THROWS_WITH(
        FusedModel(std::move(parts), std::make_unique<Linear>(1, 5, rng), {.fusion = Fusion::early, .out = 2}, Rng(2)),
        Catch::Contains("--fusion early") && Catch::Contains("gcn+gir"));
  }
  CHECK(find_fusion("late") == Fusion::late);
  CHECK(find_fusion("early") == Fusion::early);
  CHECK(find_fusion("score") == Fusion::score);
  CHECK_THROWS_AS(find_fusion("middle"), UsageError);
  CHECK_THROWS_WITH(find_fusion("middle"), Catch::Contains("early"));
}

TEST_CASE("fusion: sum adds the rows of all parts", "[models][fusion]") {
  Tensor a({nodes, 2}, 1);
  Tensor b({nodes, 2}, Real(0.5));
  a.at(3, 1) = 4;
  const FusedModel fused(fixed_parts({a, b, b}), nullptr, {.fusion = Fusion::sum, .out = 2}, Rng(1));
  const Tensor rows = evaluate(fused);
  CHECK(rows.at(0, 0) == 2);
  CHECK(rows.at(3, 1) == 5);
  CHECK(fused.out_width() == 2);
}
