#include <string>
#include <vector>

#include "cli/run_cairn.h"
#include "support/catch.h"

using namespace cairn::support;

namespace {

/// The page of a run.
std::string page_of(const std::vector<std::string>& words, const TemporaryFolder& folder) {
  std::vector<std::string> all{"train"};
  all.insert(all.end(), words.begin(), words.end());
  all.insert(all.end(), {"--report", folder / "page.html"});
  const Finished run = run_cairn(all, folder);
  INFO(run.err);
  REQUIRE(run.exit_code == 0);
  return read_bytes(folder / "page.html");
}

}  // namespace

TEST_CASE("cairn train --report: figures, curves of all seeds, pictures by label and by distance", "[cli]") {
  const TemporaryFolder folder;
  const std::string page = page_of({"communities:4x6", "--model", "gcn+gir", "--task", "pair", "--anchors", "3",
                                    "--epochs", "12", "--seeds", "2", "--seed", "5"},
                                   folder);
  CHECK(page.rfind("<!DOCTYPE html>", 0) == 0);
  CHECK(contains(page, "gcn+gir on communities:4x6: pair"));
  CHECK(contains(page, "3 anchors a graph"));
  CHECK(contains(page, "ROC AUC"));
  CHECK(contains(page, "Training loss"));
  for (const std::string seed : {"seed 5", "seed 6"}) CHECK(contains(page, seed));
  CHECK(contains(page, "nodes: labels"));
  CHECK(contains(page, "hops from the first anchor"));
}

TEST_CASE("cairn train --report: no picture by what a run does not have", "[cli]") {
  const TemporaryFolder folder;
  const std::string labels = page_of({"karate", "--model", "gcn", "--epochs", "5"}, folder);
  CHECK(contains(labels, "nodes: labels"));
  CHECK_FALSE(contains(labels, "first anchor"));
  const std::string distances =
      page_of({"grid:5x5+path:9", "--task", "link", "--model", "gir", "--epochs", "5", "--anchors", "2"}, folder);
  CHECK_FALSE(contains(distances, "nodes: labels"));
  CHECK(contains(distances, "first anchor"));
  const std::string neither = page_of({"grid:5x5", "--task", "link", "--model", "gcn", "--epochs", "5"}, folder);
  CHECK_FALSE(contains(neither, "first anchor"));
  CHECK(contains(neither, "Training loss"));
}

TEST_CASE("cairn train --report: a page that cannot be written is an error before training", "[cli]") {
  const TemporaryFolder folder;
  const Finished run = run_cairn(
      {"train", "karate", "--epochs", "5", "--report", folder / "no/page.html", "--save", folder / "model.safetensors"},
      folder);
  CHECK(run.exit_code == 5);
  CHECK(contains(run.err, "page.html"));
  CHECK_FALSE(std::filesystem::exists(folder / "model.safetensors"));
}
