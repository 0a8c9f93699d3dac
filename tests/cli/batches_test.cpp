#include <string>
#include <vector>

#include "cli/run_cairn.h"
#include "cli/toy_data.h"
#include "support/catch.h"

using namespace cairn::support;

namespace {

std::vector<std::string> train_words(const std::vector<std::string>& more) {
  std::vector<std::string> words{"train", small_sbm, "--epochs", "5"};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

}  // namespace

TEST_CASE("cairn train --batch-size: trains, resumes to the same bytes with other threads, and predicts", "[cli]") {
  const TemporaryFolder folder;
  const auto words = [&](const std::string& model, const std::string& epochs, const std::string& threads) {
    return std::vector<std::string>{"train", small_sbm,      "--model", "sage",      "--save", model,       "--epochs",
                                    epochs,  "--batch-size", "32",      "--fan-out", "4,3",    "--threads", threads};
  };
  const std::string whole = folder / "whole.safetensors";
  const Finished first = run_cairn(words(whole, "6", "1"), folder);
  INFO(first.err);
  REQUIRE(first.exit_code == 0);
  const std::string model = folder / "model.safetensors";
  REQUIRE(run_cairn(words(model, "3", "2"), folder).exit_code == 0);
  std::vector<std::string> resumed = words(model, "6", "3");
  resumed.push_back("--resume");
  REQUIRE(run_cairn(resumed, folder).exit_code == 0);
  CHECK(read_bytes(model) == read_bytes(whole));
  CHECK(run_cairn({"predict", model, small_sbm, "--quiet", "--out", folder / "p.csv"}, folder).exit_code == 0);
  resumed[resumed.size() - 4] = "4,4";
  const Finished other = run_cairn(resumed, folder);
  CHECK(other.exit_code == 2);
  CHECK(contains(other.err, "fan_out"));
}

TEST_CASE("cairn train --batch-size: layers and paths train, resume to the same bytes and predict what training judged",
          "[cli]") {
  const TemporaryFolder folder;
  const auto words = [&](const std::string& model, const std::string& epochs, const std::string& threads) {
    return std::vector<std::string>{
        "train",     small_sbm, "--model",      "gcn+gir", "--save",         model,
        "--epochs",  epochs,    "--batch-size", "32",      "--path-fan-out", "2",
        "--anchors", "4",       "--threads",    threads,   "--json",         folder / "r.json"};
  };
  const std::string whole = folder / "whole.safetensors";
  const Finished first = run_cairn(words(whole, "6", "1"), folder);
  INFO(first.err);
  REQUIRE(first.exit_code == 0);
  const auto report = read_json(folder / "r.json");
  const std::string model = folder / "model.safetensors";
  REQUIRE(run_cairn(words(model, "3", "2"), folder).exit_code == 0);
  std::vector<std::string> resumed = words(model, "6", "3");
  resumed.push_back("--resume");
  REQUIRE(run_cairn(resumed, folder).exit_code == 0);
  CHECK(read_bytes(model) == read_bytes(whole));
  const Finished predicted =
      run_cairn({"predict", model, small_sbm, "--out", folder / "p.csv", "--json", folder / "p.json"}, folder);
  INFO(predicted.err);
  REQUIRE(predicted.exit_code == 0);
  // Of 200 nodes training judged 120, 40 and 40; all of them are labeled.
  const auto accuracy = [&](const char* part) { return report[part]["accuracy"]["mean"].get<double>(); };
  CHECK(read_json(folder / "p.json")["accuracy"].get<double>() ==
        Approx(0.6 * accuracy("train") + 0.2 * accuracy("validation") + 0.2 * accuracy("test")).margin(0.006));
}

TEST_CASE("cairn train --batch-size: what cannot be cut ends with 2 and says what can", "[cli]") {
  const TemporaryFolder folder;
  const std::vector<std::vector<std::string>> refused{
      {"--batch-size", "-1"},
      {"--batch-size", "8", "--fan-out", "3,x"},
      {"--batch-size", "8", "--fan-out", "3,2,1"},
      {"--fan-out", "3"},
      {"--batch-size", "8", "--model", "kernel-attention"},
      {"--batch-size", "8", "--model", "pgnn"},
      {"--batch-size", "8", "--model", "gcn+random"},
      {"--batch-size", "8", "--task", "link"},
      {"--batch-size", "8", "--model", "auto"},
      {"--path-fan-out", "3", "--model", "gir"},
      {"--path-fan-out", "3", "--model", "auto"},
      {"--batch-size", "8", "--model", "gir", "--fan-out", "3"},
      {"--batch-size", "8", "--model", "gir", "--path-layers", "2"},
      {"--batch-size", "8", "--model", "gcn+gir", "--plan"},
      {"--batch-size", "8", "--model", "gir", "--path-cache", "paths"},
  };
  for (const std::vector<std::string>& more : refused) {
    const Finished run = run_cairn(train_words(more), folder);
    std::string command;
    for (const std::string& word : more) command += word + " ";
    INFO(command << "\n" << run.err);
    CHECK(run.exit_code == 2);
    CHECK((contains(run.err, "--batch-size") || contains(run.err, "--fan-out")));
  }
  CHECK(run_cairn({"search", small_sbm, "--batch-size", "8"}, folder).exit_code == 2);
}
