#include <filesystem>
#include <string>
#include <vector>

#include "cli/run_cairn.h"
#include "support/catch.h"

using namespace cairn::support;

namespace {

/// A file with two numbers for each of karate's 34 nodes.
std::string write_places(const TemporaryFolder& folder, int nodes = 34) {
  std::string text = "node,x,y\n";
  for (int node = 0; node < nodes; ++node) {
    text += std::to_string(node) + "," + std::to_string(node % 7) + "," + std::to_string(node / 7) + "\n";
  }
  return folder.write("places.csv", text);
}

}  // namespace

TEST_CASE("cairn train: encodings of every kind of coordinates train and predict, alone and fused",
          "[cli][coordinates]") {
  const TemporaryFolder folder;
  const std::string places = write_places(folder);
  for (const std::string coordinates : {"distances", "inverse", "unit", "spectral", "walk", "degree", places.c_str()}) {
    for (const char* model : {"gaussian", "gat+gir+lff"}) {
      INFO(coordinates << " " << model);
      const std::string file = folder / "model.safetensors";
      const Finished run =
          run_cairn({"train", "karate", "--model", model, "--coordinates", coordinates, "--cape-shift", "1",
                     "--cape-local", "0.5", "--epochs", "3", "--save", file, "--json", folder / "run.json"},
                    folder);
      INFO(run.err);
      REQUIRE(run.exit_code == 0);
      CHECK(read_json(folder / "run.json")["config"]["coordinates"] == (coordinates == places ? "given" : coordinates));
      std::vector<std::string> predict{"predict", file, "karate"};
      if (coordinates == places) predict.insert(predict.end(), {"--coordinates", places});
      const Finished predicted = run_cairn(predict, folder);
      INFO(predicted.err);
      CHECK(predicted.exit_code == 0);
      CHECK(predicted.out.starts_with("node,label\n0,"));
    }
  }
}

TEST_CASE("cairn train: --encoding joins encodings to the model, with the defaults of the whole, in any order",
          "[cli][coordinates]") {
  const TemporaryFolder folder;
  const auto config = [&](std::vector<std::string> options) {
    options.insert(options.begin(), {"train", "karate", "--epochs", "2", "--json", folder / "run.json"});
    const Finished run = run_cairn(options, folder);
    INFO(run.err);
    REQUIRE(run.exit_code == 0);
    return read_json(folder / "run.json")["config"];
  };
  const nlohmann::json joined = config({"--model", "gat+gaussian+lff"});
  CHECK(joined["model"] == "gat+gaussian+lff");
  CHECK(config({"--encoding", "gaussian+lff", "--model", "gat"}) == joined);
  CHECK(config({"--model", "gat+gaussian", "--encoding", "gaussian+lff"}) == joined);
  CHECK(config({"--model", "gat", "--encoding", "none"})["model"] == "gat");
}

TEST_CASE("cairn train: coordinates that are not there, do not fit or make no sense are refused",
          "[cli][coordinates]") {
  const TemporaryFolder folder;
  const std::string file = folder / "model.safetensors";
  const auto train = [&](std::vector<std::string> options) {
    options.insert(options.begin(), {"train", "karate", "--model", "gaussian", "--epochs", "2", "--save", file});
    return run_cairn(options, folder);
  };
  struct Case {
    std::vector<std::string> options;
    int exit_code;
    const char* says;
  };
  const std::string few = write_places(folder, 33);
  const std::string holes = folder.write("holes.csv", "node,x\n0,1\n1,nan\n");
  for (const Case& bad :
       {Case{{"--coordinates", "given"}, 2, "expected a kind of coordinates or a file"},
        Case{{"--coordinates", "lengths"}, 2, "spectral"},
        Case{{"--coordinates", folder / "none.csv"}, 3, "found nothing"}, Case{{"--coordinates", few}, 3, "places.csv"},
        Case{{"--coordinates", holes}, 3, "holes.csv:3"}, Case{{"--encoding-width", "-2"}, 2, "--encoding-width"},
        Case{{"--encoding", "gausian"}, 2, "'gausian'"}, Case{{"--encoding", "gcn"}, 2, "reads no coordinates"},
        Case{{"--encoding-mode", "sum"}, 2, "simple, product"}, Case{{"--cape-scale", "0.5"}, 2, "--cape-scale"},
        Case{{"--cape-shift", "-1"}, 2, "--cape-shift"}}) {
    const Finished run = train(bad.options);
    INFO(bad.options[0] << " " << bad.options[1] << ": " << run.err);
    CHECK(run.exit_code == bad.exit_code);
    CHECK(run.err.find(bad.says) != std::string::npos);
    CHECK_FALSE(std::filesystem::exists(file));
  }
}

TEST_CASE("cairn predict: a model of given coordinates asks for them", "[cli][coordinates]") {
  const TemporaryFolder folder;
  const std::string places = write_places(folder);
  const std::string file = folder / "model.safetensors";
  REQUIRE(
      run_cairn({"train", "karate", "--model", "lff", "--coordinates", places, "--epochs", "2", "--save", file}, folder)
          .exit_code == 0);
  const Finished without = run_cairn({"predict", file, "karate"}, folder);
  CHECK(without.exit_code == 2);
  CHECK(without.err.find("--coordinates") != std::string::npos);
  const std::string wide = folder.write("wide.csv", [] {
    std::string text;
    for (int node = 0; node < 34; ++node) text += std::to_string(node) + ",1,2,3\n";
    return text;
  }());
  const Finished other = run_cairn({"predict", file, "karate", "--coordinates", wide}, folder);
  CHECK(other.exit_code == 3);
  CHECK(other.err.find("2 axes") != std::string::npos);
}
