#include <algorithm>
#include <string>
#include <vector>

#include "cli/run_cairn.h"
#include "cli/toy_data.h"
#include "support/catch.h"
#include "support/places.h"

using namespace cairn::support;
using nlohmann::json;

namespace {

/// The resolved configuration of a short run with these words.
json config_of(std::vector<std::string> words, const TemporaryFolder& folder) {
  words.insert(words.begin(), {"train", small_sbm, "--json", folder / "config.json"});
  if (std::find(words.begin(), words.end(), "--epochs") == words.end()) words.insert(words.end(), {"--epochs", "2"});
  const Finished run = run_cairn(words, folder);
  INFO(run.err);
  REQUIRE(run.exit_code == 0);
  return read_json(folder / "config.json")["config"];
}

}  // namespace

TEST_CASE("cairn train: --json holds every key that the documentation lists", "[cli]") {
  const TemporaryFolder folder;
  const Finished run = run_cairn(
      {"train", small_sbm, "--epochs", "5", "--seeds", "3", "--seed", "7", "--json", folder / "out.json"}, folder);
  REQUIRE(run.exit_code == 0);
  const json out = read_json(folder / "out.json");
  CHECK(out["dataset"]["nodes"] == 200);
  CHECK(out["dataset"]["features"] == 40);
  CHECK(out["dataset"]["classes"] == 3);
  CHECK(out["dataset"]["edges"].get<int>() > 100);
  CHECK(out["dataset"]["name"].is_string());
  CHECK(out["task"] == "node");
  CHECK(out["model"] == "gcn");
  CHECK(out["seeds"] == json({7, 8, 9}));
  CHECK(out["epochs_run"] == json({5, 5, 5}));
  CHECK(out["best_epochs"].size() == 3);
  for (const char* part : {"test", "validation", "train"}) {
    for (const char* figure : {"accuracy", "macro_f1", "cross_entropy"}) {
      INFO(part << " " << figure);
      const json& entry = out[part][figure];
      REQUIRE(entry["values"].size() == 3);
      double mean = 0;
      for (const double value : entry["values"]) mean += value / 3;
      CHECK(entry["mean"].get<double>() == Approx(mean));
      CHECK(entry["std"].get<double>() >= 0);
    }
  }
  CHECK(out["parameters"] == 40 * 16 + 16 + 16 * 3 + 3);
  const json& seconds = out["seconds_per_epoch"];
  CHECK(seconds["min"].get<double>() > 0);
  CHECK(seconds["min"] <= seconds["median"]);
  CHECK(seconds["median"] <= seconds["max"]);
  CHECK(out["seconds_total"] > seconds["max"]);
  CHECK(out["peak_memory_bytes"].get<long>() > 1000000);
  CHECK(out["threads"].get<int>() >= 1);
  CHECK(out["version"] == CAIRN_VERSION);
  CHECK(out["config"]["learning_rate"] == 0.01);
  CHECK(out["config"]["layers"] == 2);
  CHECK(out["config"]["stratified"] == true);
  CHECK(out["config"]["model"] == "gcn");
  CHECK(out["config"]["seed"] == 7);
}

TEST_CASE("cairn train: prints the dataset, the model, a line a seed and a table", "[cli]") {
  const TemporaryFolder folder;
  const Finished run = run_cairn({"train", small_sbm, "--epochs", "3", "--seeds", "2"}, folder);
  INFO(run.out);
  CHECK(run.exit_code == 0);
  for (const char* part :
       {"200 nodes", "gcn (node): 707 parameters", "seed 0: test", "seed 1: test", "accuracy %", "+-", "an epoch"}) {
    INFO(part);
    CHECK(contains(run.out, part));
  }
  const Finished quiet = run_cairn({"train", small_sbm, "--epochs", "3", "--quiet"}, folder);
  CHECK(quiet.exit_code == 0);
  CHECK(quiet.out.empty());
  CHECK(quiet.err.empty());
}

TEST_CASE("cairn train: the command line wins over the file, the file over the model's defaults", "[cli]") {
  const TemporaryFolder folder;
  const std::string file = folder.write("c.toml",
                                        "model = \"gat\"\nlearning_rate = 0.25\nhidden = 3\nresidual = true\n"
                                        "[train]\nhidden = 5\nweight_decay = 1\n[info]\nseed = 3\n");
  const json from_file = config_of({"--config", file}, folder);
  CHECK(from_file["model"] == "gat");
  CHECK(from_file["heads"] == 8);  // gat's own default
  CHECK(from_file["learning_rate"] == 0.25);
  CHECK(from_file["hidden"] == 5);  // the verb's own table wins
  CHECK(from_file["weight_decay"] == 1.0);
  CHECK(from_file["residual"] == true);
  CHECK(from_file["seed"] == 0);

  const json both = config_of({"--config", file, "--learning-rate", "0.5", "--no-residual"}, folder);
  CHECK(both["learning_rate"] == 0.5);
  CHECK(both["residual"] == false);
  CHECK(both["hidden"] == 5);

  const json other_model = config_of({"--config", file, "--model", "sage"}, folder);
  CHECK(other_model["model"] == "sage");
  CHECK(other_model["heads"] == 1);  // defaults are those of the model that is trained
  CHECK(other_model["hidden"] == 5);
}

TEST_CASE("cairn train: a configuration file may name outputs as well", "[cli]") {
  const TemporaryFolder folder;
  const std::string file = folder.write(
      "c.toml", "epochs = 2\nquiet = true\nsave = \"" + (folder / "m.safetensors") + "\"\nsave_every = 5\n");
  const Finished run = run_cairn({"train", small_sbm, "--config", file}, folder);
  CHECK(run.exit_code == 0);
  CHECK(run.out.empty());
  CHECK(std::filesystem::exists(folder / "m.safetensors"));
}

TEST_CASE("cairn train: a flag of the configuration has a --no- form", "[cli]") {
  const TemporaryFolder folder;
  CHECK(config_of({}, folder)["stratified"] == true);
  CHECK(config_of({"--no-stratified"}, folder)["stratified"] == false);
  CHECK(config_of({"--stratified"}, folder)["stratified"] == true);
  CHECK(config_of({"--residual"}, folder)["residual"] == true);
}

TEST_CASE("cairn train: --log has a row an epoch of every seed", "[cli]") {
  const TemporaryFolder folder;
  const Finished run =
      run_cairn({"train", small_sbm, "--epochs", "4", "--seeds", "2", "--log", folder / "log.csv"}, folder);
  REQUIRE(run.exit_code == 0);
  const std::string log = read_bytes(folder / "log.csv");
  CHECK(log.starts_with(
      "seed,epoch,learning_rate,train_loss,validation_accuracy,validation_cross_entropy,validation_macro_f1\n"
      "0,1,0.01,"));
  CHECK(std::count(log.begin(), log.end(), '\n') == 1 + 8);
  CHECK(contains(log, "\n1,4,0.01,"));
}

TEST_CASE("cairn train: reads a folder with its split, and edge direction where asked", "[cli]") {
  const TemporaryFolder folder;
  const std::string cliques = write_cliques(folder, "cliques", "n");
  const Finished run = run_cairn({"train", cliques, "--json", folder / "out.json"}, folder);
  INFO(run.err);
  REQUIRE(run.exit_code == 0);
  CHECK(contains(run.out, "split 8 / 6 / 6"));
  CHECK(read_json(folder / "out.json")["test"]["accuracy"]["mean"] == 1.0);
  const Finished directed = run_cairn({"train", cliques, "--directed", "--epochs", "2"}, folder);
  CHECK(directed.exit_code == 0);
  CHECK(contains(directed.out, "directed edges"));
}

TEST_CASE("cairn train: every model of the table trains from the command line", "[cli]") {
  const TemporaryFolder folder;
  for (const char* model : {"mlp", "gcn", "gat", "sage", "gin", "cheb", "arma", "graph"}) {
    const Finished run = run_cairn(
        {"train", small_sbm, "--model", model, "--epochs", "2", "--layers", "3", "--hidden", "4", "--norm", "layer"},
        folder);
    INFO(model << run.err);
    CHECK(run.exit_code == 0);
  }
}

TEST_CASE("cairn train: --json to a pipe arrives", "[cli]") {
  const TemporaryFolder folder;
  const Finished run =
      Program({"/bin/sh", "-c",
               std::string(cairn_program()) + " train " + small_sbm + " --epochs 2 --quiet --json /dev/stdout | cat"},
              folder)
          .wait();
  CHECK(json::parse(run.out)["model"] == "gcn");
}

TEST_CASE("cairn train: from a store, the model has the bits that it has from the folder", "[cli]") {
  const TemporaryFolder folder;
  // Dense features of named nodes, and sparse ones; both with splits, the second made by the seed.
  write_cliques(folder, "dense", "n");
  REQUIRE(run_cairn({"convert", small_sbm, "--out", folder / "sparse"}, folder).exit_code == 0);
  for (const std::string name : {"dense", "sparse"}) {
    REQUIRE(run_cairn({"convert", folder / name, "--out", folder / (name + ".cairn")}, folder).exit_code == 0);
    for (const std::string model : {"gcn", "sage+gir"}) {
      const auto trained = [&](const std::string& dataset, const std::string& out) {
        const Finished run = run_cairn(
            {"train", dataset, "--model", model, "--epochs", "4", "--feature-norm", "none", "--save", folder / out},
            folder);
        INFO(run.err);
        REQUIRE(run.exit_code == 0);
        return read_bytes(folder / out);
      };
      INFO(name << " " << model);
      CHECK(trained(folder / (name + ".cairn"), name + model + ".store") ==
            trained(folder / name, name + model + ".folder"));
    }
  }
}
