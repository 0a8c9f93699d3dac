#include <string>
#include <vector>

#include "cli/run_cairn.h"
#include "support/catch.h"

using namespace cairn::support;

namespace {

Finished train(const TemporaryFolder& folder, const std::string& data, const std::string& model,
               std::vector<std::string> more) {
  std::vector<std::string> words{"train", data, "--model", model};
  words.insert(words.end(), more.begin(), more.end());
  return run_cairn(words, folder);
}

}  // namespace

TEST_CASE("cairn train: what one end of a path carries reaches the other by attention, and a saved model hears it",
          "[cli]") {
  const TemporaryFolder folder;
  const std::string model = folder / "m.safetensors";
  const Finished run = train(folder, "carry:8:graphs=60", "gcn+kernel-attention",
                             {"--epochs", "150", "--save", model, "--json", folder / "t.json"});
  INFO(run.err);
  REQUIRE(run.exit_code == 0);
  CHECK(read_json(folder / "t.json")["test"]["accuracy"]["mean"] == 1.0);
  const Finished alone = train(folder, "carry:8:graphs=60", "gcn", {"--epochs", "150", "--json", folder / "g.json"});
  REQUIRE(alone.exit_code == 0);
  CHECK(read_json(folder / "g.json")["test"]["accuracy"]["mean"] < 0.7);

  const Finished again = run_cairn(
      {"predict", model, "carry:8:graphs=60", "--out", folder / "p.csv", "--json", folder / "p.json"}, folder);
  REQUIRE(again.exit_code == 0);
  CHECK(read_json(folder / "p.json")["accuracy"] == 1.0);
  const Finished ring = run_cairn({"predict", model, "ring-transfer:8", "--out", folder / "r.csv"}, folder);
  CHECK(ring.exit_code == 3);
  CHECK(contains(ring.err, "expected a path with two ends, found a cycle"));
}

TEST_CASE("cairn train: options of attention that make no sense are refused with what was expected", "[cli]") {
  const TemporaryFolder folder;
  const auto refused = [&](const std::string& data, const std::vector<std::string>& more, int code,
                           const std::string& why) {
    const Finished run = train(folder, data, "kernel-attention", more);
    INFO(run.err);
    CHECK(run.exit_code == code);
    CHECK(contains(run.err, why));
  };
  refused("carry:6", {"--heads", "0"}, 2, "--heads: expected at least 1, found 0");
  refused("carry:6", {"--heads", "3"}, 2, "expected a width of at least 1 that 3 heads divide, found 32");
  refused("carry:6", {"--attention-offsets", "0"}, 2, "--attention-offsets: expected at least 1, found 0");
  refused("carry:6", {"--attention-operator", "toeplitz"}, 2, "known: auto, uniform, sequence, path");
  refused("corners:3x3", {"--attention-shape", "2x4"}, 2, "expected 8 nodes of the graph '0', found 9");
  refused("ring-transfer:6", {"--attention-causal"}, 2, "expected --attention-operator sequence or path, found cycle");
  refused("ring-transfer:6", {"--attention-operator", "path"}, 3, "expected a path with two ends, found a cycle");
  refused("carry:6", {"--attention-operator", "grid", "--attention-shape", "2x"}, 2, "found '2x'");
}
