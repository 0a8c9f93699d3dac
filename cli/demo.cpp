#include <fmt/format.h>

#include <array>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "cli/common.h"
#include "cli/console.h"
#include "cli/train_report.h"
#include "cli/verb.h"
#include "data/synthetic.h"
#include "models/defaults.h"
#include "models/training.h"

namespace cairn::cli {

namespace {

constexpr std::array<std::string_view, 3> models{"mlp", "gcn", "gat"};
constexpr Index seeds = 3;
constexpr Index labels_per_class = 20;
constexpr Index epochs = 200;

struct Outcome {
  std::string model;
  std::vector<double> test_accuracy;
  Index parameters = 0;
  double seconds = 0;
};

Outcome train(const Dataset& dataset, std::string_view model, std::uint64_t seed, Console& console) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point start = Clock::now();
  TrainConfig config = default_config(model);
  config.seed = seed;
  config.seeds = seeds;
  config.train_per_class = labels_per_class;  // few labels and many nodes to judge: what a graph is for
  config.epochs = epochs;                     // enough for all three, and over in seconds
  Training training(dataset, config);
  while (!training.done()) {
    const EpochRecord& epoch = training.advance();
    console.progress(
        fmt::format("{}  run {} of {}  epoch {}", model, training.current_seed() - seed + 1, seeds, epoch.epoch));
  }
  return {.model = std::string(model),
          .test_accuracy = values_of(training.results(), &SeedResult::test, "accuracy"),
          .parameters = training.parameter_count(),
          .seconds = std::chrono::duration<double>(Clock::now() - start).count()};
}

class Demo : public Verb {
 public:
  void declare(OptionList& options) override {
    cli::declare(options, common_);
    declare_seed(options, seed_);
  }

  int run() override {
    prepare(common_);
    Console console(common_.quiet);
    const Dataset dataset = make_synthetic("sbm", seed_);
    console.say("sbm: {}", counts_text(dataset));
    console.say(
        "A made-up citation network: each node's words say a little of its class, its neighbors' words the rest.");
    console.say("Training on {} nodes of each class, {} runs of at most {} epochs a model.\n", labels_per_class, seeds,
                epochs);
    std::vector<Outcome> outcomes;
    for (const std::string_view model : models) outcomes.push_back(train(dataset, model, seed_, console));
    print_table(outcomes, console);
    if (!common_.json.empty()) write_json(common_.json, to_json(dataset, outcomes));
    return 0;
  }

 private:
  static void print_table(const std::vector<Outcome>& outcomes, Console& console) {
    std::vector<std::vector<std::string>> rows{{"model", "test accuracy %", "parameters", "time", "sees the graph"}};
    for (const Outcome& outcome : outcomes) {
      rows.push_back({outcome.model, mean_text(mean_std(outcome.test_accuracy), outcome.test_accuracy.size(), true),
                      grouped(outcome.parameters), duration_text(outcome.seconds),
                      outcome.model == "mlp" ? "no" : "yes"});
    }
    console.print_line(table_text(rows));
    const auto mean = [&](std::size_t i) { return 100 * mean_std(outcomes[i].test_accuracy).mean; };
    console.say("\nThe same words, the same labels: the graph adds {:.1f} points (gcn) and {:.1f} points (gat).",
                mean(1) - mean(0), mean(2) - mean(0));
    console.say("\nNext, with a folder of your own (edges.csv, labels.csv, perhaps features.csv):");
    console.say("  cairn info FOLDER");
    console.say("  cairn train FOLDER --model gcn --seeds 10 --save model.safetensors");
    console.say("  cairn predict model.safetensors FOLDER --out predictions.csv");
  }

  static Json to_json(const Dataset& dataset, const std::vector<Outcome>& outcomes) {
    Json list = Json::array();
    for (const Outcome& outcome : outcomes) {
      const MeanStd figure = mean_std(outcome.test_accuracy);
      list.add(
          Json::object()
              .set("model", outcome.model)
              .set("test", Json::object().set("accuracy", Json::object()
                                                              .set("mean", figure.mean)
                                                              .set("std", figure.std)
                                                              .set("values", Json::array_of(outcome.test_accuracy))))
              .set("parameters", outcome.parameters)
              .set("seconds", outcome.seconds));
    }
    return Json::object().set("dataset", counts_json(dataset)).set("models", std::move(list)).set("version", version());
  }

  CommonOptions common_;
  std::uint64_t seed_ = 0;
};

}  // namespace

std::unique_ptr<Verb> make_demo() { return std::make_unique<Demo>(); }

}  // namespace cairn::cli
