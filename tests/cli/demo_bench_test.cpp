#include <string>

#include "cli/run_cairn.h"
#include "support/catch.h"

using namespace cairn::support;

TEST_CASE("cairn demo: needs no file and shows that the graph adds much", "[cli][slow]") {
  const TemporaryFolder folder;
  const Finished run = run_cairn({"demo", "--json", folder / "demo.json"}, folder);
  INFO(run.out << run.err);
  REQUIRE(run.exit_code == 0);
  CHECK(contains(run.out, "the graph adds"));
  CHECK(contains(run.out, "cairn train"));
  const auto json = read_json(folder / "demo.json");
  REQUIRE(json["models"].size() == 3);
  const auto accuracy = [&](std::size_t i) { return json["models"][i]["test"]["accuracy"]["mean"].get<double>(); };
  CHECK(json["models"][0]["model"] == "mlp");
  CHECK(json["models"][1]["model"] == "gcn");
  CHECK(json["models"][2]["model"] == "gat");
  CHECK(accuracy(1) > accuracy(0) + 0.1);
  CHECK(accuracy(2) > accuracy(0) + 0.1);
}

TEST_CASE("cairn bench kernels: prints a row a kernel and writes it", "[cli][slow]") {
  const TemporaryFolder folder;
  const Finished run = run_cairn({"bench", "kernels", "--smoke", "--json", folder / "bench.json"}, folder);
  INFO(run.err);
  REQUIRE(run.exit_code == 0);
  CHECK(contains(run.out, "propagate"));
  const auto json = read_json(folder / "bench.json");
  CHECK(json["benchmark"] == "kernels");
  CHECK(json["smoke"] == true);
  REQUIRE(json["results"].size() > 3);
  for (const auto& row : json["results"]) {
    CHECK(row["seconds"]["min"] <= row["seconds"]["median"]);
    CHECK(row["share_of_limit"].get<double>() > 0);
  }
}
