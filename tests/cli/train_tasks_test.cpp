// Tasks beside node classes, and how runs of them end that cannot be.

#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include "cli/run_cairn.h"
#include "cli/toy_data.h"
#include "support/catch.h"

using namespace cairn::support;

namespace {

struct Expected {
  int exit_code;
  std::vector<std::string> words;
  std::vector<std::string> parts;  // of what standard error must say
};

/// Every run is asked for all outputs, and must leave none.
void check_refused(const std::vector<Expected>& cases, const TemporaryFolder& folder) {
  for (const Expected& expected : cases) {
    const TemporaryFolder outputs;
    std::vector<std::string> words{"train"};
    words.insert(words.end(), expected.words.begin(), expected.words.end());
    words.insert(words.end(), {"--epochs", "2", "--save", outputs / "model", "--json", outputs / "out.json", "--log",
                               outputs / "log.csv"});
    const Finished run = run_cairn(words, folder);
    std::string command;
    for (const std::string& word : expected.words) command += word + " ";
    INFO("cairn train " << command << "\n" << run.out << run.err);
    CHECK(run.exit_code == expected.exit_code);
    CHECK(contains(run.err, "cairn: error: "));
    for (const std::string& part : expected.parts) {
      INFO(part);
      CHECK(contains(run.err, part));
    }
    CHECK(std::filesystem::is_empty(outputs.path()));
  }
}

}  // namespace

TEST_CASE("cairn train: every task ends with the figures that it is judged by", "[cli][tasks]") {
  const TemporaryFolder folder;
  struct Case {
    const char* task;
    const char* dataset;
    std::vector<std::string> figures;
  };
  const std::vector<std::string> of_pairs{"roc_auc", "average_precision", "hits@20", "cross_entropy", "accuracy"};
  for (const Case& c :
       {Case{"node", "communities:5x8", {"accuracy", "macro_f1", "cross_entropy"}}, Case{"link", "grid:8x8", of_pairs},
        Case{"pair", "communities:5x8", of_pairs},
        Case{"distance", "grid:8x8", {"mean_absolute_error", "relative_error", "rank_correlation", "r2"}},
        Case{"path-sum", "trees:10x12", {"accuracy", "macro_f1", "cross_entropy", "roc_auc"}}}) {
    for (const char* model : {"gir", "pgnn", "gcn+gir"}) {
      const Finished run = run_cairn({"train", c.dataset, "--task", c.task, "--model", model, "--epochs", "3",
                                      "--anchors", "4", "--json", folder / "out.json"},
                                     folder);
      INFO(c.task << " " << model << "\n" << run.out << run.err);
      REQUIRE(run.exit_code == 0);
      CHECK(contains(run.out, "anchors: "));
      const nlohmann::json out = read_json(folder / "out.json");
      CHECK(out["task"] == c.task);
      CHECK(out["model"] == model);
      for (const char* part : {"test", "validation", "train"}) {
        CHECK(out[part].size() == c.figures.size());
        for (const std::string& figure : c.figures) {
          INFO(part << " " << figure);
          REQUIRE(out[part].contains(figure));
          CHECK(out[part][figure]["values"].size() == 1);
        }
      }
    }
  }
}

TEST_CASE("cairn train: a run with redrawn anchors, stopped and resumed, ends with the same bytes", "[cli][tasks]") {
  const TemporaryFolder folder;
  const auto train = [&](const char* epochs, const char* file, bool resume) {
    std::vector<std::string> words{"train", "communities:5x8", "--task", "pair",   "--model",    "pgnn", "--anchors",
                                   "4",     "--epochs",        epochs,   "--save", folder / file};
    if (resume) words.push_back("--resume");
    REQUIRE(run_cairn(words, folder).exit_code == 0);
  };
  train("9", "whole", false);
  train("4", "parts", false);
  train("9", "parts", true);
  CHECK(read_bytes(folder / "whole") == read_bytes(folder / "parts"));
}

TEST_CASE("cairn train: options of positions and tasks that make no sense end with 2, and nothing is written",
          "[cli][tasks]") {
  const TemporaryFolder folder;
  check_refused(
      {{2, {"grid:5x5", "--task", "link", "--model", "gir", "--anchor-nodes", "3,99"}, {"--anchor-nodes", "'99'"}},
       {2, {"grid:5x5", "--task", "link", "--model", "gir", "--anchor-nodes", "3,3"}, {"3"}},
       {2,
        {"grid:5x5", "--task", "link", "--model", "gir", "--anchor-nodes", "3", "--redraw-anchors", "epoch"},
        {"--redraw-anchors"}},
       {2, {"grid:5x5", "--task", "links"}, {"'links'", "path-sum"}},
       {2, {"grid:5x5", "--task", "link", "--model", "gcn+gri"}, {"'gri'", "gir-dist"}},
       {2, {"grid:5x5", "--task", "link", "--model", "gcn+"}, {"gir-dist"}},
       {2, {"grid:5x5", "--task", "link", "--model", "gir", "--anchor-strategy", "best"}, {"'best'", "farthest"}},
       {2, {"grid:5x5", "--task", "link", "--model", "gir", "--anchors", "-1"}, {"--anchors"}},
       {2, {"grid:5x5", "--task", "link", "--model", "gir", "--paths", "walks"}, {"'walks'", "siblings"}},
       {2, {"grid:5x5", "--task", "link", "--model", "gir", "--read-out", "best"}, {"'best'", "structure"}},
       {2, {"grid:5x5", "--task", "link", "--model", "gir", "--path-direction", "up"}, {"'up'", "towards"}},
       {2, {"grid:5x5", "--task", "link", "--model", "gir", "--redraw-anchors", "often"}, {"'often'", "epoch"}},
       {2, {"grid:5x5", "--task", "link", "--model", "gir", "--max-hops", "-2"}, {"--max-hops"}},
       {2, {"grid:5x5", "--task", "link", "--model", "gcn+sage", "--fusion", "early"}, {"--fusion early", "gcn+gir"}},
       {2, {"grid:5x5", "--task", "link", "--model", "gcn+gir", "--fusion", "both"}, {"'both'", "late"}},
       {2, {"grid:5x5", "--task", "link", "--score", "cosine"}, {"'cosine'", "dot"}},
       {2, {"communities:4x6", "--task", "pair", "--redraw-negatives"}, {"redraw", "pair"}},
       {2, {"grid:5x5", "--task", "link", "--validation-ratio", "0"}, {"validation", "link"}},
       {2, {"grid:5x5", "--task", "link", "--test-ratio", "0.9"}, {"ratio"}},
       {2,
        {"karate", "--task", "pair", "--train-ratio", "1", "--validation-ratio", "0", "--test-ratio", "0"},
        {"'validation'"}},
       {2, {"grid:5x5", "--task", "distance", "--test-ratio", "0"}, {"test"}},
       {2, {"trees:3x9", "--task", "path-sum", "--train-ratio", "0.01"}, {"train"}},
       {2, {"grid:5x5", "--task", "path-sum"}, {"trees", "graph 0"}},
       // One anchor at an end of a path of 69,999 hops; a distance takes 16 bits.
       {2,
        {"path:70000", "--task", "distance", "--model", "gir", "--anchor-nodes", "0", "--distance-pairs", "50"},
        {"65534", "max_hops"}}},
      folder);
}

TEST_CASE("cairn train: files that lack what a task or its paths need end with 3, and nothing is written",
          "[cli][tasks]") {
  const TemporaryFolder folder;
  const std::string cycle = "source,target,weight\nant,bee,1\nbee,cat,2\ncat,dog,";
  const std::string rest = "\ndog,eel,1\neel,fox,1\nfox,gnu,1\ngnu,hen,1\nhen,ant,1\n";
  const std::string negative = folder.write("negative.csv", cycle + "-0.5" + rest);
  const std::string zero = folder.write("zero.csv", cycle + "0" + rest);
  const std::string positive = folder.write("positive.csv", cycle + "0.5" + rest);
  const std::vector<std::string> by_weight{"--task", "distance", "--model", "gir", "--weighted-paths"};
  const auto with = [&](const std::string& file) {
    std::vector<std::string> words{file};
    words.insert(words.end(), by_weight.begin(), by_weight.end());
    return words;
  };
  check_refused({{3, with(negative), {"negative", "above 0", "-0.5", "'cat'", "'dog'"}},
                 {3, with(zero), {"zero", "above 0", "found 0", "'cat'", "'dog'"}},
                 {3, {"grid:5x5", "--task", "pair"}, {"grid:5x5", "labels", "labels.csv"}},
                 {3, {positive, "--task", "pair", "--model", "gir"}, {"positive", "labels"}},
                 {3, {"grid:5x5", "--task", "node", "--model", "gir"}, {"labels"}}},
                folder);
  CHECK(run_cairn({"train", positive, "--task", "distance", "--model", "gir", "--weighted-paths", "--epochs", "2"},
                  folder)
            .exit_code == 0);
  // Without paths by weight a negative weight is no fault.
  CHECK(run_cairn({"train", negative, "--task", "distance", "--model", "gir", "--epochs", "2"}, folder).exit_code == 0);
}

TEST_CASE("cairn train: max-hops makes a long path possible", "[cli][tasks]") {
  const TemporaryFolder folder;
  const Finished run = run_cairn({"train", "path:70000", "--task", "distance", "--model", "gir", "--anchor-nodes", "0",
                                  "--max-hops", "100", "--distance-pairs", "50", "--epochs", "1"},
                                 folder);
  INFO(run.err);
  CHECK(run.exit_code == 0);
}

TEST_CASE("cairn train: positions are learned from named anchors, in the user's ids", "[cli][tasks]") {
  const TemporaryFolder folder;
  const std::string data = write_cliques(folder, "cliques", "node ");
  const Finished run = run_cairn({"train", data, "--model", "gir", "--features", "constant", "--anchor-nodes",
                                  "node 0,node 19", "--epochs", "60", "--json", folder / "out.json"},
                                 folder);
  INFO(run.out << run.err);
  REQUIRE(run.exit_code == 0);
  CHECK(contains(run.out, "anchors: 2 given"));
  // Constant features, alike cliques: only where a node is tells its class.
  CHECK(read_json(folder / "out.json")["test"]["accuracy"]["mean"].get<double>() > 0.95);
}

TEST_CASE("cairn train: paths kept from one run serve the next, and a damaged file is refused", "[cli][tasks]") {
  const TemporaryFolder folder;
  const TemporaryFolder cache;
  const std::vector<std::string> words{"train",     "grid:8x8", "--task",   "link", "--model",      "gir",
                                       "--anchors", "3",        "--epochs", "2",    "--path-cache", cache / "paths"};
  const auto model_of = [&](const char* name) {
    std::vector<std::string> saving = words;
    saving.insert(saving.end(), {"--save", folder / name});
    const Finished run = run_cairn(saving, folder);
    INFO(run.err);
    CHECK(run.exit_code == 0);
    return read_bytes(folder / name);
  };
  const std::string first = model_of("first");
  CHECK(first == model_of("second"));
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(cache / "paths")) files.push_back(entry.path());
  REQUIRE(files.size() == 1);
  std::filesystem::resize_file(files.front(), std::filesystem::file_size(files.front()) / 2);
  CHECK(run_cairn(words, folder).exit_code == 3);
}
