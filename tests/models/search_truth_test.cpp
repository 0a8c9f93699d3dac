#include <algorithm>
#include <string>

#include "core/error.h"
#include "models/search/search_experiment.h"
#include "models/search_cases.h"
#include "support/catch.h"
#include "support/tensors.h"

using namespace cairn;

TEST_CASE("truth: standing counts what is better", "[models][search]") {
  const Truth truth{{0, 0.5}, {1, 0.9}, {2, 0.7}, {3, 0.7}, {7, 0.1}};
  const Standing best = standing(truth, 1);
  CHECK(best.regret == 0);
  CHECK(best.rank == 0);
  CHECK(best.percentile == 100);
  const Standing middle = standing(truth, 2);
  CHECK(middle.score == 0.7);
  CHECK(middle.regret == Approx(0.2));
  CHECK(middle.rank == 1);
  CHECK(middle.percentile == Approx(100 * 2.5 / 4));
  CHECK(standing(truth, 7).percentile == 0);
  CHECK(standing(truth, 7).rank == 4);
  CHECK_THROWS_AS(standing(truth, 4), Error);
}

TEST_CASE("truth: stopped by its budget it goes on where it was", "[models][search]") {
  support::SmallSearch small;
  small.chain.operations = {"skip", "gcn"};
  small.chain.depth = 2;
  const TruthOptions options{.repeats = 2, .steps = 5};
  Truth whole;
  CHECK(complete_truth(whole, small.maker(), small.objective, options));
  CHECK(whole.size() == 4);
  Truth pieces;
  CHECK(!complete_truth(pieces, small.maker(), small.objective, options, 3));
  CHECK(pieces.size() == 3);
  CHECK(!complete_truth(pieces, small.maker(), small.objective, options, 0, [] { return true; }));
  int networks = 0;
  const MakeSupernet counted = [&](const Rng& rng) {
    ++networks;
    return small.maker()(rng);
  };
  CHECK(complete_truth(pieces, counted, small.objective, options));
  CHECK(pieces == whole);
  CHECK(networks == 3);  // one to ask for its space, two to train the last architecture
  const double mean = (train_architecture(small.maker(), small.objective, {1, 0}, options, 0) +
                       train_architecture(small.maker(), small.objective, {1, 0}, options, 1)) /
                      2;
  CHECK(whole.at(2) == mean);
}

TEST_CASE("block model: sizes, density and noise are those asked for", "[models][search]") {
  const Dataset data = contextual_block_model({}, 3);
  check_consistent(data);
  CHECK(data.node_count() == 400);
  CHECK(data.class_count() == 4);
  CHECK(data.splits.front().train.size() == 60);
  CHECK(data.splits.front().validation.size() == 100);
  CHECK(data.splits.front().test.size() == 240);
  Index within = 0;
  for (NodeId u = 0; u < 400; ++u) {
    for (const NodeId v : data.graph.neighbors(u)) within += u < v && u / 100 == v / 100 ? 1 : 0;
  }
  // Means of 19,800 pairs at 0.05 and 60,000 at 0.01; standard deviations 31 and 24.
  CHECK(std::abs(static_cast<double>(within) - 990) < 5 * 31);
  CHECK(std::abs(static_cast<double>(data.graph.edge_count() - within) - 600) < 5 * 24);
  const auto& features = std::get<Tensor>(data.features);
  double spread = 0;
  for (Index f = 0; f < 16; ++f) {
    double mean = 0;
    double square = 0;
    for (Index u = 0; u < 100; ++u) {
      const auto value = static_cast<double>(features.at(u, f));
      mean += value / 100;
      square += value * value / 100;
    }
    spread += (square - mean * mean) / 16;
  }
  CHECK(spread == Approx(4 * 0.99).margin(0.7));  // 1,600 values: the variance's own deviation is 0.14
  const Dataset again = contextual_block_model({}, 3);
  CHECK(support::same_bits(std::get<Tensor>(again.features), features));
  CHECK(again.splits.front().train == data.splits.front().train);
  CHECK(contextual_block_model({}, 4).splits.front().train != data.splits.front().train);
  CHECK_THROWS_AS(contextual_block_model({.train = 300}, 1), UsageError);
}

TEST_CASE("experiment: methods that share a search start from the same one, and seeds decide alone",
          "[models][search]") {
  BlockModelSearch options;
  options.data = {.nodes = 60, .classes = 3, .features = 4, .train = 15, .validation = 20};
  options.chain = {.operations = {"skip", "gcn"}, .depth = 2, .width = 4};
  options.search.steps = 10;
  options.perturbation.tune_steps = 2;
  options.truth = {.repeats = 1, .steps = 5};
  SearchExperiment experiment(options);
  CHECK_THROWS_AS(experiment.choose(experiment_methods(), 0), Error);
  CHECK(!experiment.complete_truth([] { return true; }));
  REQUIRE(experiment.complete_truth());
  const auto all = experiment.choose(experiment_methods(), 5);
  REQUIRE(all.size() == experiment_methods().size());
  for (std::size_t m = 0; m < all.size(); ++m) {
    const auto alone = experiment.choose({experiment_methods()[m]}, 5);
    INFO(all[m].method << " " << all[m].selection);
    CHECK(alone.front().architecture == all[m].architecture);
    CHECK(all[m].standing.score == experiment.truth().at(experiment.space().number(all[m].architecture)));
    CHECK(all[m].records.size() == (all[m].selection == "magnitude" ? 0 : 2));
  }
  CHECK(option_share(experiment.space(), {0, 1}, "skip") == 0.5);
}

TEST_CASE("experiment: perturbation repairs what magnitude does with skips and never takes noise",
          "[models][search][slow]") {
  struct Means {
    double magnitude = 0;
    double perturbation = 0;
    double flipped = 0;
    double random = 0;
    int all_gcn = 0;
  };
  constexpr int seeds = 4;
  const auto means = [](const std::string& other) {
    BlockModelSearch options;
    options.chain.operations = {other, "gcn"};
    SearchExperiment experiment(options);
    experiment.complete_truth();
    Means found;
    found.random = experiment.random_score();
    for (std::uint64_t seed = 0; seed < seeds; ++seed) {
      for (const ExperimentChoice& choice : experiment.choose({{SearchMethod::darts, "magnitude"},
                                                               {SearchMethod::darts, "perturbation"},
                                                               {SearchMethod::darts, "sign-flipped"}},
                                                              seed)) {
        double& to = choice.selection == "magnitude"
                         ? found.magnitude
                         : (choice.selection == "perturbation" ? found.perturbation : found.flipped);
        to += choice.standing.score / seeds;
        found.all_gcn += choice.selection == "perturbation" && choice.architecture == Architecture{1, 1, 1} ? 1 : 0;
      }
    }
    return found;
  };
  // Bounds of the acceptance experiment, which averages 3 x 20 seeds; these four differ by 0.18 and 0.53.
  const Means skip = means("skip");
  CHECK(skip.perturbation - skip.magnitude >= 0.04);
  CHECK(skip.perturbation >= skip.random + 0.02);
  CHECK(skip.magnitude <= skip.random + 0.02);
  CHECK(skip.flipped < skip.random);
  const Means noise = means("noise");
  CHECK(noise.all_gcn == seeds);
  CHECK(noise.perturbation - noise.magnitude >= 0.1);
}
