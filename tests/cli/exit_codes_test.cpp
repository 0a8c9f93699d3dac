#include <string>
#include <vector>

#include "cli/run_cairn.h"
#include "cli/toy_data.h"
#include "support/catch.h"
#include "support/places.h"

using namespace cairn::support;

namespace {

struct Expected {
  std::vector<std::string> words;
  std::vector<std::string> parts;  // of what standard error must say
};

void check_all(int exit_code, const std::vector<Expected>& cases, const TemporaryFolder& folder) {
  for (const Expected& expected : cases) {
    const Finished run = run_cairn(expected.words, folder);
    std::string command;
    for (const std::string& word : expected.words) command += word + " ";
    INFO("cairn " << command << "\n" << run.out << run.err);
    CHECK(run.exit_code == exit_code);
    CHECK(contains(run.err, "cairn: error: "));
    for (const std::string& part : expected.parts) {
      INFO(part);
      CHECK(contains(run.err, part));
    }
  }
}

const std::vector<std::string> all_verbs{"info", "convert", "train", "predict", "bench", "demo"};

}  // namespace

TEST_CASE("cairn: --version and --help print and end with 0", "[cli]") {
  const TemporaryFolder folder;
  const Finished version = run_cairn({"--version"}, folder);
  CHECK(version.exit_code == 0);
  CHECK(version.out == std::string("cairn ") + CAIRN_VERSION + "\n");
  const Finished help = run_cairn({"--help"}, folder);
  CHECK(help.exit_code == 0);
  for (const std::string& verb : all_verbs) {
    INFO(verb);
    CHECK(contains(help.out, "\n  " + verb + " "));
    const Finished of_verb = run_cairn({verb, "--help"}, folder);
    CHECK(of_verb.exit_code == 0);
    CHECK(of_verb.err.empty());
    for (const char* option : {"--json", "--threads", "--quiet", "--config", "--seed"}) {
      CHECK(contains(of_verb.out, option));
    }
  }
}

TEST_CASE("cairn train --help: shows the tables of names, and the defaults of the chosen model", "[cli]") {
  const TemporaryFolder folder;
  const Finished gcn = run_cairn({"train", "--help"}, folder);
  for (const char* name :
       {"\n  mlp ", "\n  gat ", "\n  karate ", "\n  folder ", "--learning-rate", "--[no-]stratified"}) {
    INFO(name);
    CHECK(contains(gcn.out, name));
  }
  CHECK(contains(gcn.out, "[0.01]"));
  CHECK(contains(gcn.out, "--hidden N                  width of hidden layers (gat: of one head) [16]"));
  const Finished gat = run_cairn({"train", "--help", "--model", "gat"}, folder);
  CHECK(contains(gat.out, "[0.005]"));
  CHECK(contains(gat.out, "--hidden N                  width of hidden layers (gat: of one head) [8]"));
}

TEST_CASE("cairn: words that make no sense end with 2 and list what is known", "[cli]") {
  const TemporaryFolder folder;
  const std::string model = folder.write("model.safetensors", "x");
  check_all(2,
            {{{"trian"}, {"'trian'", "train", "predict"}},
             {{"train"}, {"DATASET"}},
             {{"train", "karate", "extra"}, {"'extra'"}},
             {{"train", "karate", "--modl", "gcn"}, {"'--modl'", "--model", "See `cairn train --help`"}},
             {{"train", "karate", "--model", "gnn"}, {"'gnn'", "gcn", "gat", "sage"}},
             {{"train", "karate", "--model"}, {"--model"}},
             {{"train", "karate", "--layers", "two"}, {"--layers: expected a whole number", "'two'"}},
             {{"train", "karate", "--layers=0"}, {"--layers: expected at least 1"}},
             {{"train", "karate", "--dropout", "1.5"}, {"--dropout", "1.5"}},
             {{"train", "karate", "--seed", "-1"}, {"--seed"}},
             {{"train", "karate", "--task", "nodes"}, {"'nodes'", "known: node"}},
             {{"train", "karate", "--optimizer", "lbfgs"}, {"'lbfgs'", "adamw"}},
             {{"train", "karate", "--activation", "swish"}, {"'swish'", "relu"}},
             {{"train", "karate", "--norm", "group"}, {"'group'"}},
             {{"train", "karate", "--schedule", "linear"}, {"'linear'", "cosine"}},
             {{"train", "karate", "--features", "words"}, {"'words'", "onehot"}},
             {{"train", "karate", "--header", "maybe"}, {"'maybe'", "yes"}},
             {{"train", "karate", "--threads", "0"}, {"--threads"}},
             {{"train", "karate", "--threads", "99999"}, {"--threads"}},
             {{"train", "karate", "--save-every", "-1"}, {"--save-every"}},
             {{"train", "karate", "--resume"}, {"--resume", "--save"}},
             {{"train", "karate", "--resume", "--save", folder / "none.safetensors"}, {"--resume", "none.safetensors"}},
             {{"train", "grid:0x3"}, {"grid:0x3"}},
             {{"info", "sbm:colour=3"}, {"colour"}},
             {{"convert", "karate"}, {"--out"}},
             {{"convert", "karate", "--out", folder / "x", "--format", "xls"}, {"'xls'", "folder"}},
             {{"predict", model}, {"DATASET"}},
             {{"bench", "speed"}, {"'speed'", "kernels"}}},
            folder);
  const Finished nothing = run_cairn({}, folder);
  CHECK(nothing.exit_code == 2);
  CHECK(contains(nothing.err, "train"));
}

TEST_CASE("cairn: files that are not what they should be end with 3 and their place", "[cli]") {
  const TemporaryFolder folder;
  const std::string edges = folder.write("bad/edges.csv", "source,target\n1,2\n2\n");
  const std::string no_labels = folder.write("plain.csv", "source,target\n1,2\n2,3\n");
  const std::string model = folder.write("model.safetensors", "this is no model");
  const std::string syntax = folder.write("syntax.toml", "layers = 2\nhidden = = 3\n");
  const std::string unknown = folder.write("unknown.toml", "layers = 2\n\nlayer = 3\n");
  const std::string type = folder.write("type.toml", "# one\n[train]\nlayers = \"two\"\n");
  const std::string fraction = folder.write("fraction.toml", "layers = 2.5\n");
  const std::string negative = folder.write("negative.toml", "model = \"gcn\"\nseed = -1\n");
  const std::string range = folder.write("range.toml", "[train]\n\ndropout = 1.5\n");
  const std::string model_name = folder.write("name.toml", "model = \"gnn\"\n");
  const std::string table = folder.write("table.toml", "[tain]\nlayers = 2\n");
  const std::string list = folder.write("list.toml", "layers = [2, 3]\n");
  check_all(3,
            {{{"info", folder / "nowhere"}, {"nowhere", "karate"}},
             {{"train", folder / "bad"}, {edges + ":3: expected"}},
             {{"train", no_labels}, {"labels"}},
             {{"predict", model, "karate"}, {model}},
             {{"predict", folder / "nowhere", "karate"}, {"nowhere"}},
             {{"train", "karate", "--save", model, "--resume"}, {model}},
             {{"train", "karate", "--config", folder / "nowhere.toml"}, {"nowhere.toml"}},
             {{"train", "karate", "--config", syntax}, {syntax + ":2: expected"}},
             {{"train", "karate", "--config", unknown}, {unknown + ":3: expected one of", "learning_rate", "'layer'"}},
             {{"train", "karate", "--config", type}, {type + ":3: layers: expected a whole number", "two"}},
             {{"train", "karate", "--config", fraction}, {fraction + ":1: layers: expected a whole number"}},
             {{"train", "karate", "--config", negative}, {negative + ":2: ", "-1"}},
             {{"train", "karate", "--config", range}, {range + ":3: ", "--dropout", "1.5"}},
             {{"train", "karate", "--config", model_name}, {model_name + ":1: ", "'gnn'", "gat"}},
             {{"train", "karate", "--config", table}, {table + ":1: expected", "tain"}},
             {{"train", "karate", "--config", list}, {list + ":1: layers"}}},
            folder);
}

TEST_CASE("cairn: numbers that go bad end with 4, the epoch and the operation", "[cli]") {
  const TemporaryFolder folder;
  check_all(4, {{{"train", small_sbm, "--learning-rate", "1e250"}, {"epoch 2: ", "not finite"}}}, folder);
}

TEST_CASE("cairn: outputs that cannot be written end with 5, before any training", "[cli]") {
  const TemporaryFolder folder;
  const std::string plain_file = folder.write("file", "");
  const std::string forever = "100000000";
  check_all(5,
            {{{"train", small_sbm, "--epochs", forever, "--json", folder / "none/out.json"}, {"none/out.json"}},
             {{"train", small_sbm, "--epochs", forever, "--save", folder / "none/model"}, {"none/model"}},
             {{"train", small_sbm, "--epochs", forever, "--log", folder.path().string()}, {folder.path().string()}},
             {{"info", "karate", "--json", plain_file + "/out.json"}, {"out.json"}},
             {{"convert", "karate", "--out", plain_file + "/folder"}, {plain_file}}},
            folder);
  // A full device shows only when something is written to it.
  const Finished full =
      Program({"/bin/sh", "-c", std::string(cairn_program()) + " info karate > /dev/full"}, folder).wait();
  CHECK(full.exit_code == 5);
  CHECK(contains(full.err, "standard output"));
}
