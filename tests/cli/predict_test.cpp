#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "cli/run_cairn.h"
#include "cli/toy_data.h"
#include "support/catch.h"

using namespace cairn::support;

namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::string trained_on_cliques(const TemporaryFolder& folder) {
  const std::string model = folder / "model.safetensors";
  const Finished run = run_cairn(
      {"train", write_cliques(folder, "seen", "a"), "--save", model, "--json", folder / "train.json"}, folder);
  INFO(run.err);
  REQUIRE(run.exit_code == 0);
  return model;
}

}  // namespace

TEST_CASE("cairn predict: labels nodes that training never saw, in the user's ids and classes", "[cli]") {
  const TemporaryFolder folder;
  const std::string model = trained_on_cliques(folder);
  const std::string unseen = write_cliques(folder, "unseen", "new-", false);
  const Finished run = run_cairn({"predict", model, unseen, "--out", folder / "p.csv"}, folder);
  INFO(run.err);
  REQUIRE(run.exit_code == 0);
  CHECK(!contains(run.out, "accuracy"));
  const auto lines = lines_of(read_bytes(folder / "p.csv"));
  REQUIRE(lines.size() == 21);
  CHECK(lines[0] == "node,label");
  for (std::size_t u = 0; u < 20; ++u) {
    CHECK(lines[u + 1] == "new-" + std::to_string(u) + (u < 10 ? ",\"left, or west\"" : ",right"));
  }
}

TEST_CASE("cairn predict: where labels are there, says how many were met", "[cli]") {
  const TemporaryFolder folder;
  const std::string model = trained_on_cliques(folder);
  const std::string unseen = write_cliques(folder, "unseen", "new-");
  const Finished run =
      run_cairn({"predict", model, unseen, "--out", folder / "p.csv", "--json", folder / "p.json"}, folder);
  CHECK(contains(run.out, "accuracy 100.00 % of 20 labeled nodes"));
  const auto json = read_json(folder / "p.json");
  CHECK(json["accuracy"] == 1.0);
  CHECK(json["labeled"] == 20);
  CHECK(json["model"] == "gcn");
}

TEST_CASE("cairn predict: agrees with what training reported for the test nodes", "[cli]") {
  const TemporaryFolder folder;
  // A dataset on which the model errs: its figures are then telling.
  REQUIRE(run_cairn({"convert", "sbm:nodes=300,classes=4,features=40,degree=3", "--out", folder / "data"}, folder)
              .exit_code == 0);
  std::string split = "node,part\n";
  for (int u = 0; u < 300; ++u)
    split += std::to_string(u) + (u % 3 == 0 ? ",train\n" : u % 3 == 1 ? ",validation\n" : ",test\n");
  folder.write("data/split.csv", split);
  const std::string model = folder / "m.safetensors";
  REQUIRE(run_cairn({"train", folder / "data", "--epochs", "30", "--save", model, "--json", folder / "t.json"}, folder)
              .exit_code == 0);
  REQUIRE(run_cairn({"predict", model, folder / "data", "--out", folder / "p.csv"}, folder).exit_code == 0);
  std::map<std::string, std::string> labels;
  for (const std::string& line : lines_of(read_bytes(folder / "data/labels.csv"))) {
    labels[line.substr(0, line.find(','))] = line.substr(line.find(',') + 1);
  }
  int right = 0;
  for (const std::string& line : lines_of(read_bytes(folder / "p.csv"))) {
    const std::string node = line.substr(0, line.find(','));
    if (node != "node" && std::stoi(node) % 3 == 2 && labels.at(node) == line.substr(line.find(',') + 1)) ++right;
  }
  const double reported = read_json(folder / "t.json")["test"]["accuracy"]["mean"];
  CHECK(right / 100.0 == Approx(reported));
  CHECK(reported < 1);
}

TEST_CASE("cairn predict: probabilities have a column a class and sum to one", "[cli]") {
  const TemporaryFolder folder;
  const std::string model = trained_on_cliques(folder);
  const Finished run = run_cairn({"predict", model, folder / "seen", "--probabilities"}, folder);
  REQUIRE(run.exit_code == 0);
  const auto lines = lines_of(run.out);  // without --out: standard output, and nothing else on it
  REQUIRE(lines.size() == 21);
  CHECK(lines[0] == "node,label,\"probability_left, or west\",probability_right");
  CHECK(contains(run.err, "accuracy"));
  for (std::size_t u = 1; u < lines.size(); ++u) {
    const std::size_t last = lines[u].rfind(',');
    const std::size_t before = lines[u].rfind(',', last - 1);
    const double left = std::stod(lines[u].substr(before + 1));
    const double right = std::stod(lines[u].substr(last + 1));
    CHECK(left + right == Approx(1).epsilon(1e-5));
    CHECK((left > right) == (u <= 10));
  }
}

TEST_CASE("cairn predict: a model of one-hot ids refuses strangers and serves those it knows", "[cli]") {
  const TemporaryFolder folder;
  const std::string model = folder / "m.safetensors";
  const std::string seen = write_cliques(folder, "seen", "a");
  REQUIRE(run_cairn({"train", seen, "--features", "onehot", "--epochs", "20", "--save", model}, folder).exit_code == 0);
  CHECK(run_cairn({"predict", model, seen, "--out", folder / "p.csv"}, folder).exit_code == 0);
  const Finished run =
      run_cairn({"predict", model, write_cliques(folder, "unseen", "b"), "--out", folder / "q.csv"}, folder);
  CHECK(run.exit_code == 3);
  CHECK(contains(run.err, "'b0'"));
  CHECK(contains(run.err, "--features"));
  CHECK(!std::filesystem::exists(folder / "q.csv"));
}

TEST_CASE("cairn predict: a model file cut short anywhere is refused by name", "[cli]") {
  const TemporaryFolder folder;
  const std::string whole = read_bytes(trained_on_cliques(folder));
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{7}, std::size_t{100}, whole.size() / 2, whole.size() - 1}) {
    const std::string cut = folder.write("cut.safetensors", whole.substr(0, size));
    const Finished run = run_cairn({"predict", cut, folder / "seen"}, folder);
    INFO(size << ": " << run.err);
    CHECK(run.exit_code == 3);
    CHECK(contains(run.err, cut));
  }
}

TEST_CASE("cairn predict: a graph read as directed in training is read as directed again", "[cli]") {
  const TemporaryFolder folder;
  const std::string model = folder / "m.safetensors";
  const std::string seen = write_cliques(folder, "seen", "a");
  REQUIRE(run_cairn({"train", seen, "--directed", "--epochs", "5", "--save", model}, folder).exit_code == 0);
  const Finished run = run_cairn({"predict", model, seen, "--out", folder / "p.csv"}, folder);
  CHECK(run.exit_code == 0);
  CHECK(contains(run.out, "directed edges"));
}
