#include "models/search/model_search.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "core/error.h"
#include "data/synthetic.h"
#include "models/search/model_search_net.h"
#include "models/training_cases.h"
#include "support/catch.h"

using namespace cairn;

namespace {

/// A search of moments: two layers, two sources, few steps.
ModelSearchOptions small_options(const std::string& task = "node") {
  ModelSearchOptions options;
  options.task = task;
  options.space.position = {"none", "distances", "gir"};
  options.space.encoding = {"raw", "gaussian"};
  options.space.layers = {{"gcn", "linear"}, {"skip", "kernel-attention"}, {"gcn", "sage"}};
  options.settings = {{"epochs", "2"}, {"anchors", "3"}};
  options.search.steps = 3;
  options.perturbation.tune_steps = 1;
  options.supernet.width = 4;
  return options;
}

void finish(ModelSearch& search) {
  while (!search.done()) search.advance();
}

}  // namespace

TEST_CASE("model search: node, link and pair tasks come to a recommended finalist", "[models][search]") {
  const Dataset dataset = make_synthetic("communities:4x6", 0);
  for (const std::string task : {"node", "link", "pair"}) {
    INFO(task);
    ModelSearch search(dataset, small_options(task));
    CHECK(search.stage() == SearchStage::supernet);
    finish(search);
    REQUIRE(search.recommended());
    CHECK(search.records().size() == static_cast<std::size_t>(search.space().decision_count()));
    for (const DecisionRecord& record : search.records()) {
      for (const double loss : record.masked_loss) CHECK(std::isfinite(loss));
    }
    const Finalist& best = search.finalists()[*search.recommended()];
    CHECK(best.results.size() == 2);
    // Nobody that trained as long is better by validation.
    for (const Finalist& other : search.finalists()) {
      CHECK(!other.results.empty());
      if (other.results.size() == 2) CHECK_FALSE(better(mean_quality(other), mean_quality(best)));
    }
    const auto proposed = [&](const char* who) {
      return std::any_of(search.finalists().begin(), search.finalists().end(),
                         [&](const Finalist& f) { return f.origin.find(who) != std::string::npos; });
    };
    CHECK(proposed("perturbation"));
    CHECK(proposed("magnitude"));
    CHECK(proposed("fixed"));
  }
}

TEST_CASE("model search: stopped after any piece of work it goes on to the same bits", "[models][search]") {
  const Dataset dataset = make_synthetic("communities:4x6", 0);
  ModelSearch whole(dataset, small_options());
  finish(whole);
  const NamedTensors expected = whole.save();
  ModelSearch reference(dataset, small_options());
  for (int pieces = 0; !reference.done(); ++pieces) {
    reference.advance();
    if (pieces % 5 != 0) continue;
    ModelSearch resumed(dataset, small_options());
    resumed.resume(reference.save());
    finish(resumed);
    INFO(pieces);
    CHECK(support::first_difference(resumed.save(), expected) == "");
  }
}

TEST_CASE("model search: another search's file is refused", "[models][search]") {
  const Dataset dataset = make_synthetic("communities:4x6", 0);
  ModelSearch search(dataset, small_options());
  search.advance();
  ModelSearchOptions other = small_options();
  other.seed = 7;
  CHECK_THROWS_AS(ModelSearch(dataset, other).resume(search.save()), UsageError);
}

TEST_CASE("model search: labels of the test part decide nothing", "[models][search]") {
  Dataset dataset = make_synthetic("communities:4x6", 0);
  Rng rng(3);
  dataset.splits = {make_split(dataset.labels, {}, {}, rng)};
  ModelSearch search(dataset, small_options());
  finish(search);
  Dataset changed = dataset;
  for (const NodeId node : changed.splits.front().test) {
    auto& label = changed.labels[static_cast<std::size_t>(node)];
    label = (label + 1) % static_cast<std::int32_t>(changed.class_count());
  }
  ModelSearch other(changed, small_options());
  finish(other);
  CHECK(search.selected() == other.selected());
  CHECK(search.recommended() == other.recommended());
  CHECK(search.records().back().masked_loss == other.records().back().masked_loss);
}

TEST_CASE("model supernet: a decision that is taken leaves the other options no part", "[models][search]") {
  const Dataset dataset = make_synthetic("communities:4x6", 0);
  const ModelSearchOptions options = small_options();
  const SearchNet net(dataset, options, shortest_path_items);
  // gir, raw, none, gcn, skip, gcn, concat, last: the gradient reaches what these are made of.
  const Mixture discrete(Architecture{2, 0, 0, 0, 0, 0, 0, 0});
  const Pass pass = Pass::training(1, 0);
  backward(net.objective.loss(net.supernet.forward(discrete, pass), Part::train, pass));
  for (const NamedParameter& parameter : parameters_of(net.supernet)) {
    const bool foreign = parameter.name.find("distances") != std::string::npos ||
                         parameter.name.find("sage") != std::string::npos ||
                         parameter.name.find("kernel-attention") != std::string::npos ||
                         parameter.name.find("fusion.sum") != std::string::npos;
    INFO(parameter.name);
    if (foreign) CHECK_FALSE(parameter.value.grad().defined());
    if (parameter.name.starts_with("positions.gir") && parameter.kind == ParameterKind::weight) {
      CHECK(parameter.value.grad().defined());
    }
  }
  clear_gradients(parameters_of(net.supernet));
}

TEST_CASE("finalists: a third goes on to the next seed, but at least two", "[models][search]") {
  std::vector<Finalist> finalists;
  for (int i = 0; i < 8; ++i) {
    TrainConfig config;
    config.layers = i + 1;
    propose(finalists, "fixed", config);
    SeedResult result;
    result.quality = {.score = i % 5 * 0.1, .tie_break = i * 0.01};
    finalists.back().results.push_back(result);
  }
  TrainConfig again;
  again.layers = 3;
  propose(finalists, "magnitude", again);
  CHECK(finalists.size() == 8);
  CHECK(finalists[2].origin == "fixed, magnitude");
  CHECK(next_round(finalists, 0).size() == 8);
  CHECK(next_round(finalists, 1) ==
        std::vector<std::size_t>{4, 3, 7});  // 0.4, 0.3, then of two with 0.2 the higher tie-break
  finalists.resize(3);
  CHECK(next_round(finalists, 1).size() == 2);
}

TEST_CASE("model search: what it will hold grows with what it may choose", "[models][search]") {
  const Dataset dataset = make_synthetic("grid:10x10", 0);
  ModelSearchOptions options = small_options("link");
  const Index all = planned_bytes(dataset, options);
  options.space.position = {"none", "distances"};
  const Index without_paths = planned_bytes(dataset, options);
  options.space.position = {"none"};
  CHECK(all > without_paths);
  CHECK(without_paths > planned_bytes(dataset, options));
}
