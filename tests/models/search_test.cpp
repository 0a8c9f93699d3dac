#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "core/error.h"
#include "models/search_cases.h"
#include "support/catch.h"
#include "support/tensors.h"
#include "support/threads.h"

using namespace cairn;
using support::SmallSearch;

namespace {

std::vector<Tensor> values_of(const Supernet& supernet) {
  std::vector<Tensor> values;
  for (const NamedParameter& parameter : parameters_of(supernet)) values.push_back(parameter.value.value().clone());
  return values;
}

bool same(const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), support::same_bits);
}

std::vector<std::vector<double>> all_weights(const SupernetSearch& search) {
  std::vector<std::vector<double>> all;
  for (Index d = 0; d < search.space().decision_count(); ++d) all.push_back(search.weights(d));
  return all;
}

bool same_records(const std::vector<DecisionRecord>& a, const std::vector<DecisionRecord>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const DecisionRecord& x, const DecisionRecord& y) {
    return x.decision == y.decision && x.chosen == y.chosen && x.step == y.step && x.weights == y.weights &&
           x.masked_loss == y.masked_loss && x.masked_score == y.masked_score;
  });
}

}  // namespace

TEST_CASE("search: the training part alone moves weights, the validation part alone alpha", "[models][search]") {
  const SmallSearch small;
  struct After {
    std::vector<Tensor> weights;
    std::vector<std::vector<double>> alphas;
  };
  const auto after = [&](const SearchObjective& objective, Index warm_up) {
    const auto supernet = small.make();
    SupernetSearch search(*supernet, objective, {.steps = 1, .warm_up = warm_up});
    search.advance();
    return After{values_of(*supernet), all_weights(search)};
  };
  const After plain = after(small.objective, 0);
  CHECK(after(small.with_other_labels(Part::train), 0).alphas == plain.alphas);
  CHECK(after(small.with_other_labels(Part::validation), 0).alphas != plain.alphas);
  // Without a step of alpha before, validation has no way to the weights.
  const After warm = after(small.objective, 1);
  CHECK(same(after(small.with_other_labels(Part::validation), 1).weights, warm.weights));
  CHECK(!same(after(small.with_other_labels(Part::train), 1).weights, warm.weights));
  const NodeObjective other_test = small.with_other_labels(Part::test);
  CHECK(same(after(other_test, 0).weights, plain.weights));
}

TEST_CASE("search: alpha by itself lowers the validation loss, weights by themselves the training loss",
          "[models][search]") {
  const SmallSearch small;
  const auto losses = [&](Part part, double weight_rate, double alpha_rate) {
    const auto supernet = small.make();
    SearchOptions options{.steps = 60};
    options.weight_rate = weight_rate;
    options.alpha_rate = alpha_rate;
    SupernetSearch search(*supernet, small.objective, options);
    const double before = search.judge(search.mixture(), part).loss;
    CHECK(run_search(search));
    CHECK(search.done());
    return std::pair(before, search.judge(search.mixture(), part).loss);
  };
  const auto [validation_before, validation_after] = losses(Part::validation, 0, 0.03);
  CHECK(validation_after < validation_before);
  const auto [train_before, train_after] = losses(Part::train, 0.01, 0);
  CHECK(train_after < 0.7 * train_before);
}

TEST_CASE("search: methods differ in what they are named for", "[models][search]") {
  const SmallSearch small;
  const auto run = [&](const SearchOptions& options) {
    const auto supernet = small.make();
    SupernetSearch search(*supernet, small.objective, options);
    run_search(search);
    return std::pair(all_weights(search), search.records());
  };
  const auto blank = run({.method = SearchMethod::blank, .steps = 20}).first;
  for (const std::vector<double>& weights : blank) {
    for (const double weight : weights) CHECK(weight == Approx(1.0 / 3));
  }
  const auto darts = run({.steps = 20}).first;
  CHECK(run({.method = SearchMethod::smoothing, .steps = 20}).first != darts);
  CHECK(run({.method = SearchMethod::smoothing, .steps = 20}).first ==
        run({.method = SearchMethod::smoothing, .steps = 20}).first);
  for (const bool by_perturbation : {false, true}) {
    const auto greedy = run({.method = SearchMethod::greedy,
                             .steps = 30,
                             .greedy_from = 10,
                             .greedy_every = 5,
                             .greedy_by_perturbation = by_perturbation})
                            .second;
    REQUIRE(greedy.size() == 3);
    CHECK(greedy[0].step == 10);
    CHECK(greedy[1].step == 15);
    CHECK(greedy[2].step == 20);
    CHECK(greedy[0].masked_loss.empty() == !by_perturbation);
  }
  CHECK(find_search_method("smoothing") == SearchMethod::smoothing);
  CHECK_THROWS_WITH(find_search_method("dart"), Catch::Contains("darts, smoothing, greedy, blank"));
}

TEST_CASE("search: an interrupted search goes on to the same bits, also between two decisions", "[models][search]") {
  const SmallSearch small;
  for (const SearchMethod method : {SearchMethod::darts, SearchMethod::smoothing, SearchMethod::greedy}) {
    INFO(to_string(method));
    const SearchOptions options{.method = method, .steps = 12, .greedy_from = 6, .greedy_every = 20, .seed = 4};
    const PerturbationOptions perturbation{.tune_steps = 3, .order_seed = 2};
    const auto whole_net = small.make();
    SupernetSearch whole(*whole_net, small.objective, options);
    run_search(whole);
    select_by_perturbation(whole, perturbation);

    NamedTensors state;
    bool finished = false;
    int pieces = 0;
    while (!finished) {
      const auto net = small.make(pieces == 0 ? 1 : 99);  // later weights must all come from the state
      SupernetSearch piece(*net, small.objective, options);
      if (pieces > 0) piece.restore(state, "s.");
      int asked = 0;
      const Stopped stopped = [&] { return ++asked > 5; };
      finished = run_search(piece, stopped) && select_by_perturbation(piece, perturbation, stopped);
      piece.save(state, "s.");
      ++pieces;
      if (finished) {
        CHECK(same(values_of(*net), values_of(*whole_net)));
        CHECK(all_weights(piece) == all_weights(whole));
        CHECK(same_records(piece.records(), whole.records()));
        CHECK(piece.taken() == whole.taken());
        CHECK(piece.steps_run() == whole.steps_run());
      }
    }
    CHECK(pieces > 2);
    CHECK(whole.all_taken());
  }
}

TEST_CASE("search: a state of another search is refused", "[models][search]") {
  SmallSearch small;
  const auto net = small.make();
  SupernetSearch search(*net, small.objective, {.steps = 2});
  NamedTensors state;
  search.save(state, "");
  NamedTensors without = state;
  without.arrays.erase("alpha.1");
  CHECK_THROWS_WITH(search.restore(without, ""), Catch::Contains("alpha.1"));
  small.chain.width = 5;
  const auto wider = small.make();
  SupernetSearch other(*wider, small.objective, {.steps = 2});
  CHECK_THROWS_WITH(other.restore(state, ""), Catch::Contains("expected") && Catch::Contains("found"));
}

TEST_CASE("search: the same choice for any number of threads", "[models][search]") {
  const SmallSearch small;
  const auto run = [&](int threads) {
    const support::Threads so_many(threads);
    const auto supernet = small.make();
    SupernetSearch search(*supernet, small.objective, {.steps = 10});
    run_search(search);
    select_by_perturbation(search, {.tune_steps = 2});
    return search.records();
  };
  CHECK(same_records(run(1), run(3)));
}

TEST_CASE("perturbation: the supernet is tuned between decisions, and alpha only where asked", "[models][search]") {
  const SmallSearch small;
  const auto second_losses = [&](const PerturbationOptions& options) {
    const auto supernet = small.make();
    SupernetSearch search(*supernet, small.objective, {.steps = 5});
    run_search(search);
    select_by_perturbation(search, options);
    return search.records().at(1);
  };
  const auto untuned = second_losses({.tune_steps = 0});
  const auto tuned = second_losses({.tune_steps = 4});
  const auto frozen = second_losses({.tune_steps = 4, .tune_alpha = false});
  CHECK(untuned.step == 5);
  CHECK(tuned.step == 9);
  CHECK(tuned.masked_loss != untuned.masked_loss);
  CHECK(tuned.weights != untuned.weights);
  CHECK(frozen.weights == untuned.weights);
  CHECK(frozen.masked_loss != untuned.masked_loss);
}

TEST_CASE("perturbation: the option whose removal hurts most stays, ties on accuracy go by the loss",
          "[models][search]") {
  const DecisionRecord record{.masked_loss = {0.5, 0.9, 0.7}, .masked_score = {0.6, 0.8, 0.6}};
  CHECK(most_missed(record) == 1);
  CHECK(least_missed(record) == 0);
  CHECK(most_missed(record, Criterion::score) == 2);
  CHECK(least_missed(record, Criterion::score) == 1);
  CHECK(most_missed({}) == 0);
}

TEST_CASE("perturbation: decisions come phase by phase, in an order of the seed or as given", "[models][search]") {
  SearchSpace space;
  for (Index d = 0; d < 6; ++d) space.decisions.push_back({std::to_string(d), {"a", "b"}, d < 2 ? 1 : 0});
  std::vector<std::vector<Index>> orders;
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    orders.push_back(decision_order(space, {.order_seed = seed}));
    CHECK(orders.back() == decision_order(space, {.order_seed = seed}));
    std::vector<Index> late(orders.back().end() - 2, orders.back().end());
    std::sort(late.begin(), late.end());
    CHECK(late == std::vector<Index>{0, 1});
  }
  CHECK(std::adjacent_find(orders.begin(), orders.end(), std::not_equal_to<>()) != orders.end());
  const std::vector<Index> given{5, 4, 3, 2, 1, 0};
  CHECK(decision_order(space, {.order = given}) == given);
  CHECK_THROWS_AS(decision_order(space, {.order = {0, 0, 1, 2, 3, 4}}), UsageError);
  CHECK_THROWS_AS(decision_order(space, {.order = {0}}), UsageError);
}

TEST_CASE("search: random operations are averaged over so many evaluations", "[models][search]") {
  SmallSearch small;
  small.chain.operations = {"noise", "gcn"};
  const auto supernet = small.make();
  const SupernetSearch search(*supernet, small.objective, {.steps = 0});
  double sum = 0;
  for (std::uint64_t draw = 0; draw < 3; ++draw) {
    sum += search.judge(search.mixture(), Part::validation, 1).loss;  // always draw 0
  }
  const double first = search.judge(search.mixture(), Part::validation).loss;
  CHECK(sum == Approx(3 * first));
  CHECK(search.judge(search.mixture(), Part::validation, 3).loss != Approx(first));
  CHECK_THROWS_AS(search.judge(search.mixture(), Part::validation, 0), UsageError);
}

TEST_CASE("search: decisions are taken once, and of options there are", "[models][search]") {
  const SmallSearch small;
  const auto supernet = small.make();
  SupernetSearch search(*supernet, small.objective, {.steps = 1});
  search.decide({.decision = 1, .chosen = 2});
  CHECK(!search.is_open(1));
  CHECK(search.strongest(1) == 2);
  CHECK_THROWS_AS(search.decide({.decision = 1, .chosen = 0}), Error);
  CHECK_THROWS_AS(search.decide({.decision = 0, .chosen = 3}), Error);
  CHECK_THROWS_AS(search.decide({.decision = 3, .chosen = 0}), Error);
  search.advance();  // a supernet with a taken decision trains
  CHECK(std::isfinite(search.train_loss()));
}

TEST_CASE("search: options out of range are refused", "[models][search]") {
  const SmallSearch small;
  const auto supernet = small.make();
  CHECK_THROWS_AS(SupernetSearch(*supernet, small.objective, {.steps = -1}), UsageError);
  CHECK_THROWS_AS(SupernetSearch(*supernet, small.objective, {.smoothing = 2}), UsageError);
  CHECK_THROWS_AS(SupernetSearch(*supernet, small.objective, {.greedy_every = 0}), UsageError);
}
