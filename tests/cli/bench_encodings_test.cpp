#include <string>
#include <vector>

#include "cli/run_cairn.h"
#include "support/catch.h"

using namespace cairn::support;

namespace {

std::vector<std::string> words(const std::string& only, const std::vector<std::string>& more) {
  std::vector<std::string> all{"bench", "encodings", "--smoke", "--only", only};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

/// The state file but for the time that was taken.
nlohmann::json results_in(const std::string& path) {
  nlohmann::json json = read_json(path);
  for (auto& run : json["runs"]) run.erase("seconds");
  return json;
}

}  // namespace

TEST_CASE("cairn bench encodings: prints tables with what must hold beside them, writes results and a page", "[cli]") {
  const TemporaryFolder folder;
  const Finished run =
      run_cairn(words("graphs,cape", {"--json", folder / "bench.json", "--report", folder / "bench.html"}), folder);
  INFO(run.err);
  REQUIRE(run.exit_code == 0);
  CHECK(contains(run.out, "graphs, 2 seeds"));
  CHECK(contains(run.out, "mean test error at most 0.05"));
  CHECK(contains(run.out, "open"));  // smoke size judges nothing
  CHECK(contains(run.out, "length 96"));
  const auto json = read_json(folder / "bench.json");
  CHECK(json["benchmark"] == "encodings");
  CHECK(json["smoke"] == true);
  CHECK(json["rows"].size() > 14);
  CHECK(json["claims"].size() == 13);
  for (const auto& row : json["rows"]) {
    CHECK(row["seeds"] == std::vector<int>{0, 1});
    for (const auto& figure : row["figures"]) CHECK(figure["values"].size() == 2);
  }
  const std::string html = read_bytes(folder / "bench.html");
  CHECK(html.rfind("<!DOCTYPE html>", 0) == 0);
  CHECK(contains(html, "graphs over the width"));
  CHECK_FALSE(contains(html, "http"));
}

TEST_CASE("cairn bench encodings: fewer seeds, then --resume, is the same as all at once", "[cli]") {
  const TemporaryFolder folder;
  const std::string whole = folder / "whole.json";
  const std::string parts = folder / "parts.json";
  REQUIRE(run_cairn(words("signals,rates", {"--seeds", "2", "--json", whole, "--threads", "2"}), folder).exit_code ==
          0);
  REQUIRE(run_cairn(words("signals", {"--seeds", "1", "--json", parts, "--threads", "1"}), folder).exit_code == 0);
  CHECK(results_in(parts) != results_in(whole));
  REQUIRE(run_cairn(words("signals,rates", {"--seeds", "2", "--json", parts, "--resume"}), folder).exit_code == 0);
  CHECK(results_in(parts) == results_in(whole));
}

TEST_CASE("cairn bench encodings: what makes no sense is refused before anything is written", "[cli]") {
  const TemporaryFolder folder;
  const std::string json = folder / "bench.json";
  const auto refused = [&](std::vector<std::string> line, int exit_code, const std::string& message) {
    line.insert(line.end(), {"--json", json});
    const Finished run = run_cairn(line, folder);
    CAPTURE(run.err);
    CHECK(run.exit_code == exit_code);
    CHECK(contains(run.err, message));
    CHECK_FALSE(std::filesystem::exists(json));
  };
  refused(words("law", {}), 2, "spectral");
  refused(words("laws,", {}), 2, "--only");
  refused(words("laws", {"--seeds", "0"}), 2, "--seeds");
  refused(words("laws", {"--resume"}), 2, "found nothing");
  refused(words("laws", {"--columns", "grid/link"}), 2, "`bench position` alone");
  refused(words("laws", {"--report", folder / "no/such/bench.html"}), 5, "bench.html");
  refused({"bench", "encodings", "--only", "data"}, 2, "--data");
  refused({"bench", "position", "--smoke", "--only", "laws"}, 2, "`bench encodings` and `bench attention`");
  refused({"bench", "kernels", "--smoke", "--seeds", "2"}, 2, "`bench position` and `bench encodings`");
}

TEST_CASE("cairn bench encodings: another file given to --resume is refused and stays as it is", "[cli]") {
  const TemporaryFolder folder;
  const std::string file = folder.write("bench.json", "{\"benchmark\": \"position\"}\n");
  const Finished other = run_cairn(words("signals", {"--json", file, "--resume"}), folder);
  CHECK(other.exit_code == 3);
  CHECK(contains(other.err, "bench.json: expected results of bench encodings"));
  CHECK(read_bytes(file) == "{\"benchmark\": \"position\"}\n");
}
