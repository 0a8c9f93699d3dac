#include <csignal>
#include <string>
#include <vector>

#include "cli/run_cairn.h"
#include "support/catch.h"

using namespace cairn::support;

namespace {

std::vector<std::string> smoke_words(const std::vector<std::string>& more) {
  std::vector<std::string> words{"bench",
                                 "position",
                                 "--smoke",
                                 "--columns",
                                 "grid/link,trees/path-sum",
                                 "--models",
                                 "gcn,gir,gir-dist,untrained-distance"};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

/// The state file but for the time that was taken.
nlohmann::json results_in(const std::string& path) {
  nlohmann::json json = read_json(path);
  for (auto& row : json["rows"]) row.erase("seconds");
  return json;
}

bool is_empty(const TemporaryFolder& folder) {
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    const std::string name = entry.path().filename().string();
    if (name.find("json") != std::string::npos || name.find("html") != std::string::npos) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("cairn bench position: prints a table a column, writes results and a page", "[cli]") {
  const TemporaryFolder folder;
  const Finished run =
      run_cairn(smoke_words({"--json", folder / "bench.json", "--report", folder / "bench.html"}), folder);
  INFO(run.err);
  REQUIRE(run.exit_code == 0);
  CHECK(contains(run.out, "grid/link: test ROC AUC, 2 seeds"));
  CHECK(contains(run.out, "gir-dist *"));
  CHECK(contains(run.out, "K = 25 (log2^2)"));
  const auto json = read_json(folder / "bench.json");
  CHECK(json["benchmark"] == "position");
  CHECK(json["seeds"] == std::vector<int>{0, 1});
  CHECK(json["rows"].size() == 4 * 4 + 3);
  CHECK(json["comparisons"].size() > 0);
  for (const auto& row : json["rows"]) {
    CHECK(row["roc_auc"]["values"].size() == 2);
    CHECK(row.contains("accuracy") == (row["task"] == "path-sum"));
  }
  const std::string html = read_bytes(folder / "bench.html");
  CHECK(html.rfind("<!DOCTYPE html>", 0) == 0);
  CHECK(contains(html, "</html>"));
  CHECK(contains(html, "trees/path-sum"));
  CHECK(contains(html, "Cost against anchors"));
  CHECK_FALSE(contains(html, "http"));
}

TEST_CASE("cairn bench position: fewer seeds, then --resume, is the same as all at once, for any threads", "[cli]") {
  const TemporaryFolder folder;
  const std::string whole = folder / "whole.json";
  const std::string parts = folder / "parts.json";
  REQUIRE(run_cairn(smoke_words({"--seeds", "3", "--json", whole, "--threads", "2"}), folder).exit_code == 0);
  REQUIRE(run_cairn(smoke_words({"--seeds", "1", "--json", parts, "--threads", "1"}), folder).exit_code == 0);
  CHECK(results_in(parts) != results_in(whole));
  REQUIRE(run_cairn(smoke_words({"--seeds", "3", "--json", parts, "--resume"}), folder).exit_code == 0);
  CHECK(results_in(parts) == results_in(whole));
}

TEST_CASE("cairn bench position: stopped by a signal it says so, and goes on to the same results", "[cli]") {
  const TemporaryFolder folder;
  const std::vector<std::string> options{"bench",    "position",  "--columns", "grid/link", "--models",
                                         "gcn,gir",  "--anchors", "1",         "--seeds",   "2",
                                         "--epochs", "60",        "--threads", "1",         "--json"};
  const auto words = [&](const std::string& file, bool resume) {
    std::vector<std::string> all = options;
    all.push_back(folder / file);
    if (resume) all.push_back("--resume");
    return all;
  };
  REQUIRE(run_cairn(words("whole.json", false), folder).exit_code == 0);
  Program program = start_cairn(words("parts.json", false), folder);
  while (!std::filesystem::exists(folder / "parts.json") && !program.ended()) {
  }
  program.send(SIGINT);
  const Finished stopped = program.wait();
  if (stopped.exit_code != 0) {  // 0: it was faster than the signal
    CHECK(stopped.exit_code == 128 + SIGINT);
    CHECK(contains(stopped.err, "--resume"));
  }
  REQUIRE(run_cairn(words("parts.json", true), folder).exit_code == 0);
  CHECK(results_in(folder / "parts.json") == results_in(folder / "whole.json"));
}

TEST_CASE("cairn bench position: what makes no sense is refused before anything is written", "[cli]") {
  const TemporaryFolder folder;
  const std::string json = folder / "bench.json";
  const auto refused = [&](std::vector<std::string> words, int exit_code, const std::string& message) {
    words.insert(words.end(), {"--json", json});
    const Finished run = run_cairn(words, folder);
    CAPTURE(run.err);
    CHECK(run.exit_code == exit_code);
    CHECK(contains(run.err, message));
    CHECK(is_empty(folder));
  };
  refused({"bench", "position", "--smoke", "--columns", "grid"}, 2, "communities/pair");
  refused({"bench", "position", "--smoke", "--models", "gnc"}, 2, "untrained-distance");
  refused({"bench", "position", "--smoke", "--columns", "grid/link,"}, 2, "--columns");
  refused({"bench", "position", "--smoke", "--anchors", "1,-2"}, 2, "--anchors");
  refused({"bench", "position", "--smoke", "--anchors", "4,4"}, 2, "4 twice");
  refused({"bench", "position", "--smoke", "--seeds", "0"}, 2, "--seeds");
  refused({"bench", "position", "--smoke", "--resume"}, 2, "found nothing");
  refused({"bench", "position", "--smoke", "--columns", "cora/link"}, 2, "--data");
  refused({"bench", "position", "--smoke", "--columns", "cora/link", "--data", folder / "none"}, 3, "none/cora");
  refused({"bench", "position", "--smoke", "--report", folder / "no/such/bench.html"}, 5, "bench.html");
  refused({"bench", "kernels", "--smoke", "--anchors", "4"}, 2, "`bench position` alone");
}

TEST_CASE("cairn bench position: another file given to --resume is refused and stays as it is", "[cli]") {
  const TemporaryFolder folder;
  const std::string file = folder.write("bench.json", "{\"benchmark\": \"kernels\"}\n");
  const Finished other = run_cairn(smoke_words({"--json", file, "--resume"}), folder);
  CHECK(other.exit_code == 3);
  CHECK(contains(other.err, "bench.json"));
  CHECK(read_bytes(file) == "{\"benchmark\": \"kernels\"}\n");
  REQUIRE(run_cairn(smoke_words({"--seeds", "1", "--json", file}), folder).exit_code == 0);
  const std::string before = read_bytes(file);
  const Finished epochs = run_cairn(smoke_words({"--seeds", "1", "--epochs", "5", "--json", file, "--resume"}), folder);
  CHECK(epochs.exit_code == 2);
  CHECK(contains(epochs.err, "--epochs 3"));
  CHECK(read_bytes(file) == before);
}

TEST_CASE("cairn bench paths: times distances and epochs, and writes them", "[cli][slow]") {
  const TemporaryFolder folder;
  const Finished run = run_cairn(
      {"bench", "paths", "--smoke", "--json", folder / "bench.json", "--report", folder / "bench.html"}, folder);
  INFO(run.err);
  REQUIRE(run.exit_code == 0);
  CHECK(contains(run.out, "Boost.Graph"));
  const auto results = read_json(folder / "bench.json")["results"];
  CHECK(results["distances"]["seconds_per_anchor"].get<double>() > 0);
  CHECK(results["distances"]["boost_seconds_per_anchor"]["median"].get<double>() > 0);
  CHECK(results["epoch_by_anchors"].size() == 4);
  CHECK(results["epoch_by_arcs"].size() == 4);
  CHECK(contains(read_bytes(folder / "bench.html"), "Cost against arcs"));
}

TEST_CASE("cairn bench scale: time and memory of each size, written and drawn", "[cli][slow]") {
  const TemporaryFolder folder;
  const Finished run = run_cairn(
      {"bench", "scale", "--smoke", "--json", folder / "bench.json", "--report", folder / "bench.html"}, folder);
  INFO(run.err);
  REQUIRE(run.exit_code == 0);
  CHECK(contains(run.out, "an arc of the largest beside one of the smallest"));
  const auto results = read_json(folder / "bench.json")["results"];
  CHECK(results["left_out"] == "");
  REQUIRE(results["by_arcs"].size() == 2);
  for (const auto& size : results["by_arcs"]) {
    CHECK(size["epoch_seconds"]["median"].get<double>() > 0);
    CHECK(size["distances_seconds"]["median"].get<double>() > 0);
    CHECK(size["epoch_share_of_gather_limit"].get<double>() > 0);
  }
  CHECK(contains(read_bytes(folder / "bench.html"), "Memory an arc"));
}
