#include <chrono>
#include <csignal>
#include <string>
#include <thread>
#include <vector>

#include "cli/run_cairn.h"
#include "cli/toy_data.h"
#include "support/catch.h"
#include "support/places.h"

using namespace cairn::support;

namespace {

std::vector<std::string> train_words(const std::string& model, const std::vector<std::string>& more) {
  std::vector<std::string> words{"train", small_sbm, "--save", model};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

/// The model file of a run from start to end.
std::string trained(const TemporaryFolder& folder, const std::vector<std::string>& more) {
  const std::string model = folder / "whole.safetensors";
  const Finished run = run_cairn(train_words(model, more), folder);
  INFO(run.err);
  REQUIRE(run.exit_code == 0);
  return read_bytes(model);
}

/// Waits until there is such a file.
bool appeared(const std::string& path, Program& program) {
  while (!std::filesystem::exists(path)) {
    if (program.ended()) return std::filesystem::exists(path);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

/// Starts training, lets it save once, sends the signal and waits.
Finished stopped_by(int signal, std::vector<std::string> words, const std::string& file,
                    const TemporaryFolder& folder) {
  words.insert(words.end(), {"--save-every", "0"});  // after each epoch
  Program program = start_cairn(words, folder);
  REQUIRE(appeared(file, program));
  program.send(signal);
  return program.wait();
}

Finished resumed(const TemporaryFolder& folder, const std::string& model, std::vector<std::string> more) {
  more.push_back("--resume");
  return run_cairn(train_words(model, more), folder);
}

}  // namespace

TEST_CASE("cairn train: stopped by Ctrl-C and resumed, it ends with the same bytes", "[cli]") {
  const TemporaryFolder folder;
  const std::vector<std::string> options{"--epochs", "150", "--seeds", "2"};
  const std::string whole = trained(folder, options);
  const std::string model = folder / "model.safetensors";
  const Finished stopped = stopped_by(SIGINT, train_words(model, options), model, folder);
  INFO(stopped.err);
  CHECK(stopped.exit_code == 130);
  CHECK(contains(stopped.err, "stopped after epoch"));
  CHECK(contains(stopped.err, "saved to " + model));
  CHECK(contains(stopped.err, "--resume"));
  CHECK(read_bytes(model) != whole);
  const Finished second = resumed(folder, model, options);
  INFO(second.out << second.err);
  CHECK(second.exit_code == 0);
  CHECK(contains(second.out, "going on after epoch"));
  CHECK(read_bytes(model) == whole);
  // Once more: nothing is left to do, and nothing changes.
  CHECK(resumed(folder, model, options).exit_code == 0);
  CHECK(read_bytes(model) == whole);
}

TEST_CASE("cairn train: killed without warning, it resumes from the last saving to the same bytes", "[cli]") {
  const TemporaryFolder folder;
  const std::vector<std::string> options{"--epochs", "150"};
  const std::string whole = trained(folder, options);
  const std::string model = folder / "model.safetensors";
  CHECK(stopped_by(SIGKILL, train_words(model, options), model, folder).exit_code == 128 + SIGKILL);
  CHECK(run_cairn({"predict", model, small_sbm, "--quiet", "--out", folder / "p.csv"}, folder).exit_code == 0);
  CHECK(resumed(folder, model, options).exit_code == 0);
  CHECK(read_bytes(model) == whole);
}

TEST_CASE("cairn train: SIGTERM saves as well", "[cli]") {
  const TemporaryFolder folder;
  const std::string model = folder / "model.safetensors";
  const Finished stopped = stopped_by(SIGTERM, train_words(model, {"--epochs", "100000"}), model, folder);
  CHECK(stopped.exit_code == 128 + SIGTERM);
  CHECK(contains(stopped.err, "saved to"));
}

TEST_CASE("cairn train: stopped without --save, it says that nothing was saved", "[cli]") {
  const TemporaryFolder folder;
  const std::string log = folder / "log.csv";
  const Finished stopped = stopped_by(SIGINT, {"train", small_sbm, "--epochs", "100000", "--log", log}, log, folder);
  CHECK(stopped.exit_code == 130);
  CHECK(contains(stopped.err, "nothing was saved"));
}

TEST_CASE("cairn train: more epochs, or more seeds, end where as many at once end", "[cli]") {
  const TemporaryFolder folder;
  const std::string model = folder / "model.safetensors";
  REQUIRE(run_cairn(train_words(model, {"--epochs", "50"}), folder).exit_code == 0);
  REQUIRE(resumed(folder, model, {"--epochs", "100"}).exit_code == 0);
  CHECK(read_bytes(model) == trained(folder, {"--epochs", "100"}));

  REQUIRE(run_cairn(train_words(model, {"--epochs", "20", "--seeds", "1"}), folder).exit_code == 0);
  REQUIRE(resumed(folder, model, {"--epochs", "20", "--seeds", "3", "--json", folder / "resumed.json"}).exit_code == 0);
  CHECK(read_bytes(model) == trained(folder, {"--epochs", "20", "--seeds", "3", "--json", folder / "whole.json"}));
  const auto a = read_json(folder / "resumed.json");
  const auto b = read_json(folder / "whole.json");
  for (const char* key : {"seeds", "epochs_run", "best_epochs", "test", "validation", "train", "config"}) {
    INFO(key);
    CHECK(a[key] == b[key]);
  }
}

TEST_CASE("cairn train: 1, 2 and 3 threads write the same model file", "[cli]") {
  const TemporaryFolder folder;
  for (const char* model : {"gcn", "gat"}) {
    const std::string one = trained(folder, {"--model", model, "--epochs", "10", "--threads", "1"});
    CHECK(trained(folder, {"--model", model, "--epochs", "10", "--threads", "2"}) == one);
    CHECK(trained(folder, {"--model", model, "--epochs", "10", "--threads", "3"}) == one);
  }
}

TEST_CASE("cairn train: OpenBLAS settings around it change nothing", "[cli]") {
  const TemporaryFolder folder;
  const std::string expected = trained(folder, {"--epochs", "5"});
  const std::string model = folder / "model.safetensors";
  for (const std::vector<std::string>& setting :
       {std::vector<std::string>{"-u", "OPENBLAS_NUM_THREADS"}, std::vector<std::string>{"OPENBLAS_NUM_THREADS=2"}}) {
    std::vector<std::string> words{"/usr/bin/env"};
    words.insert(words.end(), setting.begin(), setting.end());
    words.push_back(cairn_program());  // it starts itself anew, with the settings that it wants
    const auto train = train_words(model, {"--epochs", "5"});
    words.insert(words.end(), train.begin(), train.end());
    CHECK(Program(words, folder).wait().exit_code == 0);
    CHECK(read_bytes(model) == expected);
  }
}

TEST_CASE("cairn train: another learning rate or dataset is not resumed", "[cli]") {
  const TemporaryFolder folder;
  const std::string model = folder / "model.safetensors";
  REQUIRE(run_cairn(train_words(model, {"--epochs", "5"}), folder).exit_code == 0);
  const std::string before = read_bytes(model);
  const Finished rate = resumed(folder, model, {"--epochs", "9", "--learning-rate", "0.5"});
  CHECK(rate.exit_code == 2);
  CHECK(contains(rate.err, "learning_rate"));
  const Finished dataset = run_cairn({"train", "karate", "--epochs", "9", "--save", model, "--resume"}, folder);
  CHECK(dataset.exit_code == 2);
  CHECK(contains(dataset.err, "another dataset"));
  CHECK(read_bytes(model) == before);
}
