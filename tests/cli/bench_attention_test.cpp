#include <string>
#include <vector>

#include "cli/run_cairn.h"
#include "support/catch.h"

using namespace cairn::support;

namespace {

std::vector<std::string> words(const std::string& only, const std::vector<std::string>& more) {
  std::vector<std::string> all{"bench", "attention", "--smoke", "--only", only};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

}  // namespace

TEST_CASE("cairn bench attention: prints tables with what must hold beside them, writes results and a page", "[cli]") {
  const TemporaryFolder folder;
  const Finished run =
      run_cairn(words("range,scaling", {"--json", folder / "bench.json", "--report", folder / "bench.html"}), folder);
  INFO(run.err);
  REQUIRE(run.exit_code == 0);
  CHECK(contains(run.out, "range, 2 seeds"));
  CHECK(contains(run.out, "biases of +-20"));
  const auto json = read_json(folder / "bench.json");
  CHECK(json["benchmark"] == "attention");
  CHECK(json["smoke"] == true);
  CHECK(json["rows"].size() > 20);
  for (const auto& claim : json["claims"]) CHECK((claim["verdict"] == "open" || claim["verdict"] == "reported"));
  const std::string html = read_bytes(folder / "bench.html");
  CHECK(contains(html, "time over the nodes of a line"));
  CHECK_FALSE(contains(html, "http"));
}

TEST_CASE("cairn bench attention: more seeds are added to what is known with --resume", "[cli]") {
  const TemporaryFolder folder;
  const std::string json = folder / "bench.json";
  REQUIRE(run_cairn(words("range", {"--seeds", "1", "--json", json}), folder).exit_code == 0);
  REQUIRE(run_cairn(words("range", {"--seeds", "2", "--json", json, "--resume"}), folder).exit_code == 0);
  const auto results = read_json(json);  // of a temporary, the loop would see rows already gone
  for (const auto& row : results["rows"]) CHECK(row["seeds"] == std::vector<int>{0, 1});
}

TEST_CASE("cairn bench attention: results and sections of another experiment are refused", "[cli]") {
  const TemporaryFolder folder;
  const std::string json = folder / "bench.json";
  REQUIRE(run_cairn({"bench", "encodings", "--smoke", "--only", "signals", "--json", json}, folder).exit_code == 0);
  const std::string before = read_bytes(json);
  const Finished other = run_cairn(words("range", {"--json", json, "--resume"}), folder);
  CHECK(other.exit_code == 3);
  CHECK(contains(other.err, "bench.json: expected results of bench attention"));
  CHECK(read_bytes(json) == before);
  const Finished section = run_cairn(words("signals", {}), folder);
  CHECK(section.exit_code == 2);
  CHECK(contains(section.err, "long-range"));
  CHECK_FALSE(contains(section.err, "spectral"));
  const Finished data = run_cairn({"bench", "attention", "--only", "citation"}, folder);
  CHECK(data.exit_code == 2);
  CHECK(contains(data.err, "--data"));
}
