#include <string>
#include <vector>

#include "cli/run_cairn.h"
#include "cli/toy_data.h"
#include "support/catch.h"

using namespace cairn::support;

namespace {

/// A search of an instant.
std::vector<std::string> words(const std::vector<std::string>& more) {
  std::vector<std::string> all{"search", "communities:4x6", "--epochs", "2", "--anchors", "3", "--steps", "2"};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

}  // namespace

TEST_CASE("cairn search: says why, writes a configuration that train runs, and a page", "[cli]") {
  const TemporaryFolder folder;
  const Finished run = run_cairn(
      words({"--json", folder / "s.json", "--out", folder / "s.toml", "--report", folder / "s.html"}), folder);
  INFO(run.err);
  REQUIRE(run.exit_code == 0);
  CHECK(contains(run.out, "validation loss without each option"));
  CHECK(contains(run.out, "proposed by"));
  const auto json = read_json(folder / "s.json");
  CHECK(json["end"] == "finished");
  CHECK(json["decisions"].size() == 8);
  for (const auto& decision : json["decisions"]) {
    for (const auto& option : decision["options"]) CHECK(option.contains("masked_loss"));
  }
  CHECK(json["finalists"].size() >= 7);
  CHECK(json["recommended"]["test"]["accuracy"].contains("mean"));
  CHECK(contains(read_bytes(folder / "s.html"), "without an option"));

  const Finished train = run_cairn(
      {"train", "communities:4x6", "--config", folder / "s.toml", "--seeds", "2", "--json", folder / "t.json"}, folder);
  INFO(train.err);
  REQUIRE(train.exit_code == 0);
  // The finalist that was recommended is the run that its configuration makes.
  CHECK(read_json(folder / "t.json")["test"]["accuracy"]["values"] ==
        json["recommended"]["test"]["accuracy"]["values"]);
}

TEST_CASE("cairn search: the same command gives the same result for any number of threads", "[cli]") {
  const TemporaryFolder folder;
  REQUIRE(run_cairn(words({"--threads", "1", "--out", folder / "a.toml"}), folder).exit_code == 0);
  REQUIRE(run_cairn(words({"--threads", "2", "--out", folder / "b.toml"}), folder).exit_code == 0);
  CHECK(read_bytes(folder / "a.toml") == read_bytes(folder / "b.toml"));
}

TEST_CASE("cairn search: a space file with what is unknown ends with its line", "[cli]") {
  const TemporaryFolder folder;
  struct Case {
    std::string text;
    std::string message;
  };
  const std::vector<Case> cases{
      {"position = [\"none\"]\nlayer = [\"gcn\", \"gnc\"]\n", "space.toml:2: layer: unknown option 'gnc'; known: gcn"},
      {"\nposition = [\n  \"none\",\n  \"compass\"]\n", "space.toml:4: position: unknown option 'compass'"},
      {"colour = [\"red\"]\n", "space.toml:1: expected one of position, encoding"},
      {"layer_4 = [\"gcn\"]\n", "space.toml:1: expected layer_1 to layer_3, found 'layer_4'"},
      {"layers = 2\nlayer_2 = [\"skip\"]\n", "space.toml:2: layer_2: 'skip' fits between"},
      {"fusion = \"sum\"\n", "space.toml:1: fusion: expected a list"},
      {"fusion = [1]\n", "space.toml:1: fusion: expected options in quotes"},
      {"fusion = [\"sum\", \"sum\"]\n", "space.toml:1: fusion: 'sum' stands there twice"},
      {"layers = 0\n", "space.toml:1: layers: expected a number from 1"},
      {"layers = 2\nfusion = [\"sum\"\n", "expected TOML"}};
  for (const Case& c : cases) {
    folder.write("space.toml", c.text);
    const Finished run = run_cairn(words({"--space", folder / "space.toml"}), folder);
    INFO(c.text << run.err);
    CHECK(run.exit_code == 3);
    CHECK(contains(run.err, c.message));
  }
}

TEST_CASE("cairn search: a space file decides what is searched", "[cli]") {
  const TemporaryFolder folder;
  folder.write("space.toml", "position = [\"none\", \"gir\"]\nlayers = 2\nlayer = [\"gcn\", \"sage\"]\n");
  const Finished run =
      run_cairn(words({"--space", folder / "space.toml", "--task", "link", "--json", folder / "s.json"}), folder);
  INFO(run.err);
  REQUIRE(run.exit_code == 0);
  const auto json = read_json(folder / "s.json");
  CHECK(json["space"]["position"] == std::vector<std::string>{"none", "gir"});
  CHECK(json["space"]["layer 2"] == std::vector<std::string>{"gcn", "sage"});
  CHECK(json["recommended"]["test"].contains("roc_auc"));
}

TEST_CASE("cairn search: what exceeds its memory does not start, and out of time ends with the best so far", "[cli]") {
  const TemporaryFolder folder;
  const Finished memory = run_cairn(words({"--max-memory", "0.01", "--out", folder / "s.toml"}), folder);
  CHECK(memory.exit_code == 2);
  CHECK(contains(memory.err, "--max-memory 0.01: the search would hold about"));
  const Finished time = run_cairn({"search", "communities:4x6", "--steps", "1000000", "--max-seconds", "0.2", "--out",
                                   folder / "s.toml", "--json", folder / "s.json"},
                                  folder);
  INFO(time.err);
  REQUIRE(time.exit_code == 0);
  CHECK(contains(time.out, "more than --max-seconds"));
  CHECK(contains(time.out, "the best so far"));
  CHECK(read_json(folder / "s.json")["end"] == "out of time");
  CHECK(contains(read_bytes(folder / "s.toml"), "model = "));
}

TEST_CASE("cairn search: a search that ran out of time goes on with --resume", "[cli]") {
  const TemporaryFolder folder;
  const std::string state = folder / "state";
  REQUIRE(run_cairn(words({"--out", folder / "whole.toml"}), folder).exit_code == 0);
  REQUIRE(run_cairn(words({"--save", state, "--max-seconds", "0.02"}), folder).exit_code == 0);
  REQUIRE(run_cairn(words({"--save", state, "--resume", "--out", folder / "s.toml"}), folder).exit_code == 0);
  CHECK(read_bytes(folder / "s.toml") == read_bytes(folder / "whole.toml"));
  CHECK(run_cairn(words({"--save", state, "--resume", "--seed", "5"}), folder).exit_code == 2);
  CHECK(run_cairn(words({"--resume"}), folder).exit_code == 2);
  folder.write("other", "no state");
  CHECK(run_cairn(words({"--save", folder / "other", "--resume"}), folder).exit_code == 3);
}

TEST_CASE("cairn search: words that make no sense are refused", "[cli]") {
  const TemporaryFolder folder;
  CHECK(run_cairn(words({"--method", "guess"}), folder).exit_code == 2);
  CHECK(run_cairn(words({"--selection", "guess"}), folder).exit_code == 2);
  CHECK(run_cairn(words({"--criterion", "guess"}), folder).exit_code == 2);
  CHECK(run_cairn(words({"--model", "gcn"}), folder).exit_code == 2);
  const Finished no_labels = run_cairn({"search", "grid:4x4"}, folder);
  CHECK(no_labels.exit_code == 3);
}

TEST_CASE("cairn train: --model auto trains what a search recommends", "[cli]") {
  const TemporaryFolder folder;
  const std::vector<std::string> words{"train",  "communities:4x6", "--model", "auto",   "--epochs",
                                       "2",      "--anchors",       "3",       "--json", folder / "t.json",
                                       "--save", folder / "m"};
  const Finished run = run_cairn(words, folder);
  INFO(run.err);
  REQUIRE(run.exit_code == 0);
  CHECK(contains(run.out, "--model auto: a search over"));
  CHECK(read_json(folder / "t.json")["model"] != "auto");
  std::vector<std::string> chosen = words;
  chosen.insert(chosen.end(), {"--fusion", "late"});
  const Finished refused = run_cairn(chosen, folder);
  CHECK(refused.exit_code == 2);
  CHECK(contains(refused.err, "--fusion: --model auto chooses it itself"));
}

TEST_CASE("cairn bench search: sections, and the search of a cell on any dataset and table", "[cli]") {
  const TemporaryFolder folder;
  const Finished run =
      run_cairn({"bench", "search", "--smoke", "--only", "exhaustive,datasets", "--json", folder / "b.json"}, folder);
  INFO(run.err);
  REQUIRE(run.exit_code == 0);
  CHECK(contains(run.out, "perturbation less magnitude"));
  CHECK(read_json(folder / "b.json")["benchmark"] == "search");

  // Every key that an architecture can have, and scores that tell them apart.
  std::string table = "key,test\n";
  for (int key = 0; key < 90000; ++key) table += std::to_string(key) + "," + std::to_string(0.5 + key * 1e-6) + "\n";
  folder.write("table.csv", table);
  const std::string data = write_cliques(folder, "cliques", "n");
  const std::vector<std::string> words{"bench",
                                       "search",
                                       "--smoke",
                                       "--space",
                                       "nas-bench-graph",
                                       "--dataset",
                                       data,
                                       "--table",
                                       folder / "table.csv",
                                       "--seeds",
                                       "2",
                                       "--json",
                                       folder / "c.json"};
  const Finished cells = run_cairn(words, folder);
  INFO(cells.err);
  REQUIRE(cells.exit_code == 0);
  const auto json = read_json(folder / "c.json");
  for (const std::string selection : {"perturbation", "magnitude", "random"}) {
    CHECK(json[selection]["table_score"]["values"].size() == 2);
    CHECK(json[selection]["table_score"].contains("std"));
    for (const std::string figure : {"percentile", "regret", "seconds"}) {
      INFO(selection << " " << figure);
      const auto& values = json[selection]["by_seed"][figure];
      REQUIRE(values.size() == 2);
      CHECK(json[selection][figure].get<double>() == Approx((values[0].get<double>() + values[1].get<double>()) / 2));
    }
    CHECK(json[selection]["by_seed"]["cells"].size() == 2);
    CHECK(json[selection]["table_score"]["mean"].get<double>() + json[selection]["regret"].get<double>() ==
          Approx(0.5 + 89999e-6));
  }
}

TEST_CASE("cairn bench search: a bad table of cells ends with its line", "[cli]") {
  const TemporaryFolder folder;
  const std::string data = write_cliques(folder, "cliques", "n");
  const auto run = [&](const std::string& text) {
    folder.write("table.csv", text);
    return run_cairn({"bench", "search", "--space", "nas-bench-graph", "--dataset", data, "--table",
                      folder / "table.csv", "--smoke"},
                     folder);
  };
  struct Case {
    std::string text;
    std::string message;
  };
  const std::vector<Case> cases{{"key,score\n1,2\n", "table.csv:1: expected a column 'test'"},
                                {"key,test\n1,0.5\n2\n", "table.csv:3: expected 2 cells, found 1"},
                                {"key,test\n1,high\n", "table.csv:2: expected a number as test score, found 'high'"},
                                {"key,test\n1,0.5\n1,0.5\n", "table.csv:3: expected each key once, found 1 again"},
                                {"", "expected a table of cells, found nothing"},
                                {"key,test\n1,0.5\n", "expected a row of the cell"}};
  for (const Case& c : cases) {
    const Finished finished = run(c.text);
    INFO(c.text << finished.err);
    CHECK(finished.exit_code == 3);
    CHECK(contains(finished.err, c.message));
  }
  CHECK(run_cairn({"bench", "search", "--space", "other", "--dataset", data, "--table", data}, folder).exit_code == 2);
  CHECK(run_cairn({"bench", "search", "--space", "nas-bench-graph"}, folder).exit_code == 2);
}
