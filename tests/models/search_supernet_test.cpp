#include <array>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "autodiff/ops_graph.h"
#include "autodiff/ops_normalize.h"
#include "core/error.h"
#include "models/search/cell_supernet.h"
#include "models/search/chain_supernet.h"
#include "support/catch.h"
#include "support/graphs.h"
#include "support/parameter_gradients.h"
#include "support/tensors.h"
#include "support/threads.h"

using namespace cairn;

namespace {

ModelInput small_input() {
  Rng rng(5);
  return {Variable::constant(support::random_tensor(Shape{12, 5}, rng)), support::random_graph(12, 24, rng)};
}

Variable row(std::initializer_list<Real> values) {
  return Variable::constant(Tensor(Shape{1, static_cast<Index>(values.size())}, values));
}

/// Random weights of all decisions, which sum to 1 each.
Mixture open_mixture(const SearchSpace& space, std::uint64_t seed, bool trained = false) {
  Rng rng(seed);
  std::vector<Variable> weights;
  for (const SearchDecision& decision : space.decisions) {
    const Tensor alpha = support::random_tensor(Shape{1, decision.option_count()}, rng);
    weights.push_back(softmax(trained ? Variable::parameter(alpha) : Variable::constant(alpha)));
  }
  return {std::move(weights), Architecture(space.decisions.size(), -1)};
}

/// The architecture as open decisions that weigh one option 1 and the others 0.
Mixture one_hot(const SearchSpace& space, const Architecture& architecture) {
  std::vector<Variable> weights;
  for (std::size_t d = 0; d < architecture.size(); ++d) {
    Tensor weight(Shape{1, space.decisions[d].option_count()});
    weight.at(0, architecture[d]) = 1;
    weights.push_back(Variable::constant(weight));
  }
  return {std::move(weights), Architecture(architecture.size(), -1)};
}

Tensor evaluate(const Supernet& supernet, const Mixture& mixture) {
  const WithoutGradients without_gradients;
  return supernet.forward(mixture, Pass::evaluation()).value();
}

std::unique_ptr<ChainSupernet> chain(const ModelInput& input, std::vector<std::string> operations) {
  return std::make_unique<ChainSupernet>(
      input, ChainOptions{.operations = std::move(operations), .width = 6, .classes = 3}, Rng(3));
}

/// Sums over rows of up to a hundred terms below 10.
constexpr double tolerance = sizeof(Real) == sizeof(double) ? 1e-12 : 1e-4;

}  // namespace

TEST_CASE("mixture: a masked option leaves the other weights as they are", "[models][search]") {
  const Mixture whole({row({Real(0.5), Real(0.3), Real(0.2)})}, {-1});
  const Variable ones = Variable::constant(Tensor(Shape{2}, 1));
  const auto total = [&](const Mixture& mixture) {
    return mixture.mix(0, [&](Index) { return ones; }).value().values()[0];
  };
  CHECK(total(whole) == Approx(1));
  CHECK(total(whole.without(0, 0)) == Approx(0.5));
  CHECK(total(whole.without(0, 1)) == Approx(0.7));
  CHECK(total(whole.without(0, 1).without(0, 2)) == Approx(0.5));
  CHECK(whole.without(0, 1).weight(0, 1).value().item() == 0);
  CHECK(whole.without(0, 1).weight(0, 0).value().item() == Real(0.5));
}

TEST_CASE("mixture: only options that count are worked out, and one that is taken counts exactly 1",
          "[models][search]") {
  const auto made = [](const Mixture& mixture) {
    std::vector<Index> options;
    mixture.mix(0, [&](Index option) {
      options.push_back(option);
      return Variable::constant(Tensor(Shape{1}, 3));
    });
    return options;
  };
  const Mixture whole({row({Real(0.5), Real(0.3), Real(0.2)})}, {-1});
  CHECK(made(whole) == std::vector<Index>{0, 1, 2});
  CHECK(made(whole.without(0, 1)) == std::vector<Index>{0, 2});
  const Mixture taken({row({Real(0.5), Real(0.3), Real(0.2)})}, {2});
  CHECK(made(taken) == std::vector<Index>{2});
  CHECK(taken.mix(0, [](Index) { return Variable::constant(Tensor(Shape{1}, 3)); }).value().item() == 3);
  CHECK(taken.weight(0, 2).value().item() == 1);
  CHECK(taken.weight(0, 0).value().item() == 0);
  CHECK_THROWS_AS(Mixture({Variable()}, {-1}), ShapeError);
  CHECK_THROWS_AS(made(whole.without(0, 0).without(0, 1).without(0, 2)), ShapeError);
}

TEST_CASE("space: architectures are numbered with the last decision running fastest", "[models][search]") {
  const SearchSpace space{{{"a", {"x", "y"}}, {"b", {"p", "q", "r"}}}};
  CHECK(space.architecture_count() == 6);
  CHECK(space.number({1, 0}) == 3);
  for (Index n = 0; n < 6; ++n) CHECK(space.number(space.architecture(n)) == n);
  CHECK(space.describe({1, 2}) == "y, r");
  CHECK_THROWS_AS(space.architecture(6), Error);
  CHECK_THROWS_AS(space.number({0, 3}), Error);
  CHECK_THROWS_AS(space.number({0}), Error);
  CHECK_THROWS_AS((SearchSpace{{{"a", {}}}}.architecture_count()), Error);
}

TEST_CASE("candidates: an unknown operation is refused with the known ones", "[models][search]") {
  CHECK_THROWS_WITH(chain_space({.operations = {"gcn", "gnc"}}), Catch::Contains("'gnc'") && Catch::Contains("noise"));
}

TEST_CASE("candidates: a propagation is done once for all that read the same input", "[models][search]") {
  const ModelInput input = small_input();
  const SharedInput shared(std::get<Variable>(input.features()), input);
  const Variable& first = shared.propagated(Normalization::symmetric_self_loops);
  const Real* const values = first.value().data();
  CHECK(shared.propagated(Normalization::symmetric_self_loops).value().data() == values);
  CHECK(support::same_bits(first.value(),
                           propagate(input.propagation(Normalization::symmetric_self_loops), shared.x()).value()));
}

TEST_CASE("chain: with all decisions taken it is the discrete network", "[models][search]") {
  const ModelInput input = small_input();
  const auto supernet = chain(input, {"skip", "fc", "gcn", "prop"});
  std::map<std::string, Variable> of;
  for (const NamedParameter& parameter : support::moved_parameters(*supernet)) of[parameter.name] = parameter.value;
  const auto linear = [&](const Variable& x, const std::string& name) {
    return add_row(matmul(x, of.at(name + ".weight")), of.at(name + ".bias"));
  };
  const auto norm = [](const Variable& x) { return normalize_rows(x, Real(1e-5)); };
  const Propagation& p = input.propagation(Normalization::symmetric_self_loops);
  Variable h = norm(linear(std::get<Variable>(input.features()), "projection"));
  h = norm(relu(linear(propagate(p, h), "layers.0.gcn")));
  h = norm(propagate(p, h));
  h = norm(relu(linear(h, "layers.2.fc")));
  CHECK(support::max_difference(evaluate(*supernet, Mixture(Architecture{2, 3, 1})), linear(h, "head").value()) <
        tolerance);
}

TEST_CASE("supernets: weights of 1 and 0 are the network of the decisions taken", "[models][search]") {
  const ModelInput input = small_input();
  const auto a_chain = chain(input, {"skip", "fc", "gcn", "sage", "prop"});
  const CellSupernet cell(input, {.width = 8, .classes = 3}, Rng(4));
  for (const Supernet* supernet : {static_cast<const Supernet*>(a_chain.get()), static_cast<const Supernet*>(&cell)}) {
    support::moved_parameters(*supernet);
    Rng rng(6);
    for (int i = 0; i < 10; ++i) {
      const Architecture architecture = supernet->space().random(rng);
      INFO(supernet->space().describe(architecture));
      CHECK(support::max_difference(evaluate(*supernet, Mixture(architecture)),
                                    evaluate(*supernet, one_hot(supernet->space(), architecture))) < tolerance);
    }
  }
}

TEST_CASE("cell: nodes are outputs to the extent that nobody reads them", "[models][search]") {
  const ModelInput input = small_input();
  const CellSupernet supernet(input, {.width = 8, .classes = 3, .dropout = 0}, Rng(4));
  std::map<std::string, Variable> of;
  for (const NamedParameter& parameter : support::moved_parameters(supernet)) of[parameter.name] = parameter.value;
  const auto linear = [&](const Variable& x, const std::string& name) {
    return add_row(matmul(x, of.at(name + ".weight")), of.at(name + ".bias"));
  };
  const auto ready = [&](const Variable& h, const std::string& node) {
    Tensor mean;
    Tensor variance;
    const Variable normal = normalize_columns(h, Real(1e-5), mean, variance);
    return relu(add_row(multiply_row(normal, of.at(node + ".gain")), of.at(node + ".norm_bias")));
  };
  const auto out = [&](const Variable& h, const std::string& node) { return matmul(relu(h), of.at(node + ".weight")); };
  const Variable raw = linear(std::get<Variable>(input.features()), "before");
  const Propagation& p = input.propagation(Normalization::symmetric_self_loops);

  // 0113 fc,skip,gcn,fc: nodes 2 and 4 are outputs.
  const Variable first = ready(linear(raw, "nodes.1.fc"), "nodes.1");
  const Variable third = ready(linear(propagate(p, first), "nodes.3.gcn"), "nodes.3");
  const Variable fourth = linear(third, "nodes.4.fc");
  const Architecture taken = architecture_of({{0, 1, 1, 3}, {7, 8, 1, 7}});
  CHECK(support::max_difference(evaluate(supernet, Mixture(taken)),
                                add_row(add(out(first, "after.2"), out(fourth, "after.4")), of.at("bias")).value()) <
        20 * tolerance);

  // The same with the last input open: the raw one for 0.75, node 2 for 0.25, which then is an output for 0.75.
  Architecture open = taken;
  open.back() = -1;
  std::vector<Variable> weights(open.size());
  weights.back() = row({Real(0.75), 0, Real(0.25), 0});
  const Variable second = ready(first, "nodes.2");
  const Variable mixed = linear(add(scale(raw, Real(0.75)), scale(second, Real(0.25))), "nodes.4.fc");
  const Variable third_row = linear(propagate(p, first), "nodes.3.gcn");
  const Variable expected =
      add(add(scale(out(first, "after.2"), Real(0.75)), out(third_row, "after.3")), out(mixed, "after.4"));
  CHECK(support::max_difference(evaluate(supernet, Mixture(weights, open)), add_row(expected, of.at("bias")).value()) <
        20 * tolerance);
}

TEST_CASE("supernets: gradients of alpha agree with central differences", "[models][search]") {
  const ModelInput input = small_input();
  const auto a_chain = chain(input, {"skip", "fc", "gcn"});
  const CellSupernet cell(input, {.width = 4, .classes = 3, .heads = 2, .dropout = 0}, Rng(4));
  for (const Supernet* supernet : {static_cast<const Supernet*>(a_chain.get()), static_cast<const Supernet*>(&cell)}) {
    std::vector<NamedParameter> alphas;
    for (const SearchDecision& decision : supernet->space().decisions) {
      alphas.push_back({decision.name, Variable::parameter(support::off_zero(Shape{1, decision.option_count()}))});
    }
    support::check_parameters(alphas, [&] {
      std::vector<Variable> weights;
      for (const NamedParameter& alpha : alphas) weights.push_back(softmax(alpha.value));
      return supernet->forward({std::move(weights), Architecture(alphas.size(), -1)}, Pass::evaluation());
    });
  }
}

TEST_CASE("supernets: the same bits for any number of threads", "[models][search]") {
  Rng rng(5);
  const ModelInput input(Variable::constant(support::random_tensor(Shape{3000, 5}, rng)),
                         support::random_graph(3000, 9000, rng));
  const auto supernet = chain(input, {"skip", "noise", "gcn", "gat"});
  const auto run = [&](int threads) {
    const support::Threads so_many(threads);
    return evaluate(*supernet, open_mixture(supernet->space(), 7));
  };
  CHECK(support::same_bits(run(1), run(3)));
}

TEST_CASE("noise: draws differ by step and by evaluation, and are the same when asked again", "[models][search]") {
  const ModelInput input = small_input();
  const auto supernet = chain(input, {"noise"});
  const Mixture mixture(Architecture{0, 0, 0});
  const auto rows = [&](const Pass& pass, std::uint64_t draw) {
    return supernet->forward(mixture.with_draw(draw), pass).value();
  };
  CHECK(support::same_bits(rows(Pass::evaluation(), 0), rows(Pass::evaluation(), 0)));
  CHECK(!support::same_bits(rows(Pass::evaluation(), 0), rows(Pass::evaluation(), 1)));
  CHECK(!support::same_bits(rows(Pass::training(1, 0), 0), rows(Pass::training(1, 1), 0)));
  CHECK(support::same_bits(rows(Pass::training(1, 4), 0), rows(Pass::training(1, 4), 9)));
}
