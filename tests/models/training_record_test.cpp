#include "models/training_record.h"

#include "core/error.h"
#include "support/catch.h"

using namespace cairn;

TEST_CASE("training record: results come back, 64-bit seeds and missing parts too", "[models][training_record]") {
  const std::vector<SeedResult> results{{.seed = 0xffffffffffffffffULL,
                                         .epochs_run = 7,
                                         .best_epoch = 3,
                                         .quality = {.score = 0.1 + 0.2, .tie_break = -1.5},
                                         .train = {{"accuracy", 0.3}},
                                         .validation = {{"accuracy", 0.2}, {"macro_f1", 0.1}},
                                         .test = {}},
                                        {.seed = 5,
                                         .epochs_run = 1,
                                         .best_epoch = 1,
                                         .quality = {},
                                         .train = {{"accuracy", 1}},
                                         .validation = {},
                                         .test = {{"accuracy", 0}}}};
  NamedTensors saved;
  save_results(results, saved);
  const std::vector<SeedResult> loaded = load_results(saved);
  REQUIRE(loaded.size() == 2);
  for (std::size_t i = 0; i < 2; ++i) {
    CHECK(loaded[i].seed == results[i].seed);
    CHECK(loaded[i].epochs_run == results[i].epochs_run);
    CHECK(loaded[i].best_epoch == results[i].best_epoch);
    CHECK(loaded[i].quality.score == results[i].quality.score);
    CHECK(loaded[i].quality.tie_break == results[i].quality.tie_break);
    CHECK(loaded[i].train == results[i].train);
    CHECK(loaded[i].validation == results[i].validation);
    CHECK(loaded[i].test == results[i].test);
  }
}

TEST_CASE("training record: history comes back, an empty one too", "[models][training_record]") {
  const std::vector<LoggedEpoch> history{
      {.seed = 1, .record = {.epoch = 1, .train_loss = 2.5, .learning_rate = 0.01, .validation = {{"accuracy", 0.5}}}},
      {.seed = 1,
       .record = {.epoch = 2, .train_loss = 1.5, .learning_rate = 0.005, .validation = {{"accuracy", 0.6}}}}};
  NamedTensors saved;
  save_history(history, saved);
  const auto loaded = load_history(saved);
  REQUIRE(loaded.size() == 2);
  CHECK(loaded[1].seed == 1);
  CHECK(loaded[1].record.epoch == 2);
  CHECK(loaded[1].record.train_loss == 1.5);
  CHECK(loaded[1].record.learning_rate == 0.005);
  CHECK(loaded[1].record.validation == history[1].record.validation);
  NamedTensors empty;
  save_history({}, empty);
  CHECK(load_history(empty).empty());
}

TEST_CASE("training record: what is missing or of another shape is refused by name", "[models][training_record]") {
  NamedTensors saved;
  save_results(
      {{.seed = 1, .epochs_run = 1, .best_epoch = 1, .quality = {}, .train = {}, .validation = {}, .test = {}}}, saved);
  NamedTensors less = saved;
  less.arrays.erase("training.results");
  CHECK_THROWS_WITH(load_results(less), Catch::Contains("training.results"));
  less = saved;
  less.metadata.erase("training.results.columns");
  CHECK_THROWS_WITH(load_results(less), Catch::Contains("training.results.columns"));
  less = saved;
  less.arrays["training.results"].shape = Shape{6};
  CHECK_THROWS_AS(load_results(less), Error);
  less = saved;
  less.metadata["training.results.columns"] = "a b c d e f";
  CHECK_THROWS_WITH(load_results(less), Catch::Contains("is missing"));
}
