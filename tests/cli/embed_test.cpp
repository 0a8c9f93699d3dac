#include <chrono>
#include <cmath>
#include <csignal>
#include <filesystem>
#include <map>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "cli/run_cairn.h"
#include "cli/toy_data.h"
#include "graph_io/npy.h"
#include "support/catch.h"
#include "support/tensors.h"

using namespace cairn::support;
using cairn::Index;
using cairn::Shape;
using cairn::Tensor;

namespace {

std::vector<std::string> lines_of(const std::string& path) {
  std::istringstream text(read_bytes(path));
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

/// Edges of a path of words: ant - bee - cat - ...
std::string write_words(const TemporaryFolder& folder, const std::string& name) {
  return folder.write(name, "source,target\ncat,bee\nbee,ant\ncat,dog\ndog,eel\neel,fox\nfox,gnu\ngnu,hen\nhen,ibis\n");
}

std::vector<std::string> files_of(const TemporaryFolder& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    names.push_back(entry.path().filename().string());
  }
  return names;
}

}  // namespace

TEST_CASE("cairn embed: writes a row a node as npy, and the nodes' ids beside it", "[cli][embed]") {
  const TemporaryFolder folder;
  const std::string words = write_words(folder, "words.csv");
  const Finished run = run_cairn({"embed", words, "--anchors", "3", "--dim", "5", "--epochs", "4", "--out",
                                  folder / "gir.npy", "--json", folder / "gir.json"},
                                 folder);
  INFO(run.err);
  REQUIRE(run.exit_code == 0);
  const Tensor rows = cairn::read_npy_tensor(folder / "gir.npy");
  CHECK(rows.shape() == Shape{9, 5});
  CHECK(lines_of(folder / "gir.ids.csv") ==
        std::vector<std::string>{"node", "cat", "bee", "ant", "dog", "eel", "fox", "gnu", "hen", "ibis"});
  const nlohmann::json out = read_json(folder / "gir.json");
  for (const char* key : {"dataset", "model", "columns", "test", "out", "version"}) {
    INFO(key);
    CHECK(out.contains(key));
  }
  CHECK(out["columns"] == 5);
  CHECK(out["dataset"]["nodes"] == 9);
  for (const char* figure : {"mean_absolute_error", "relative_error", "rank_correlation", "r2"}) {
    INFO(figure);
    CHECK(out["test"][figure].is_number());
  }
}

TEST_CASE("cairn embed: csv holds the same numbers, in rows that begin with the id", "[cli][embed]") {
  const TemporaryFolder folder;
  const std::string words = write_words(folder, "words.csv");
  const std::vector<std::string> common{"embed", words, "--anchors", "3", "--dim", "4", "--epochs", "3", "--out"};
  for (const char* name : {"rows.npy", "rows.csv"}) {
    std::vector<std::string> line = common;
    line.push_back(folder / name);
    REQUIRE(run_cairn(line, folder).exit_code == 0);
  }
  const Tensor rows = cairn::read_npy_tensor(folder / "rows.npy");
  const std::vector<std::string> ids = lines_of(folder / "rows.ids.csv");
  const std::vector<std::string> csv = lines_of(folder / "rows.csv");
  REQUIRE(csv.size() == 10);
  CHECK(csv[0] == "node,e0,e1,e2,e3");
  for (std::size_t u = 1; u < csv.size(); ++u) {
    std::istringstream cells(csv[u]);
    std::string cell;
    std::getline(cells, cell, ',');
    CHECK(cell == ids[u]);
    for (Index d = 0; d < 4; ++d) {
      REQUIRE(std::getline(cells, cell, ','));
      // Written in the shortest form that reads back as the same number.
      CHECK(static_cast<cairn::Real>(std::stod(cell)) == rows.at(static_cast<Index>(u) - 1, d));
    }
  }
}

TEST_CASE("cairn embed: the same for the same seed and any threads, other rows for another seed or encoder",
          "[cli][embed]") {
  const TemporaryFolder folder;
  int number = 0;
  const auto rows = [&](std::vector<std::string> options) {
    const std::string out = folder / ("rows" + std::to_string(++number) + ".npy");
    std::vector<std::string> words{"embed", "communities:5x8", "--anchors", "4", "--epochs", "4", "--out", out};
    words.insert(words.end(), options.begin(), options.end());
    REQUIRE(run_cairn(words, folder).exit_code == 0);
    return cairn::read_npy_tensor(out);
  };
  const Tensor first = rows({"--threads", "1"});
  CHECK(same_bits(first, rows({"--threads", "2"})));
  CHECK(same_bits(first, rows({"--encoder", "gir"})));
  CHECK(max_difference(first, rows({"--seed", "3"})) > 1e-3);
  CHECK(max_difference(first, rows({"--encoder", "gir-dist"})) > 1e-3);
  CHECK(rows({"--encoder", "pgnn"}).columns() == 4);
}

TEST_CASE("cairn embed: distances between rows follow those between nodes", "[cli][embed]") {
  const TemporaryFolder folder;
  const Finished run = run_cairn(
      {"embed", "grid:8x8", "--epochs", "150", "--out", folder / "rows.npy", "--json", folder / "o.json"}, folder);
  REQUIRE(run.exit_code == 0);
  CHECK(read_json(folder / "o.json")["test"]["rank_correlation"].get<double>() > 0.9);
  // And so they do in the file, which the figures above were not read from.
  const Tensor rows = cairn::read_npy_tensor(folder / "rows.npy");
  const auto apart = [&](Index u, Index v) {
    double sum = 0;
    for (Index d = 0; d < rows.columns(); ++d) sum += std::abs(static_cast<double>(rows.at(u, d) - rows.at(v, d)));
    return sum;
  };
  const double corners = apart(0, 63);
  CHECK(apart(0, 9) < corners / 2);
  CHECK(apart(27, 28) < corners / 3);
}

TEST_CASE("cairn embed: from a trained model, without training, also for a graph in another order", "[cli][embed]") {
  const TemporaryFolder folder;
  const std::string words = write_words(folder, "words.csv");
  const std::string turned = folder.write(
      "turned.csv", "source,target\nibis,hen\nhen,gnu\ngnu,fox\nfox,eel\neel,dog\ndog,cat\ncat,bee\nbee,ant\n");
  REQUIRE(run_cairn({"train", words, "--task", "distance", "--model", "gir", "--features", "constant", "--anchor-nodes",
                     "dog,ibis", "--epochs", "3", "--dim", "4", "--save", folder / "model"},
                    folder)
              .exit_code == 0);
  std::map<std::string, std::vector<std::string>> found;
  for (const std::string& file : {words, turned}) {
    const Finished run = run_cairn({"embed", file, "--from", folder / "model", "--out", folder / "rows.csv"}, folder);
    INFO(run.err);
    REQUIRE(run.exit_code == 0);
    for (const std::string& line : lines_of(folder / "rows.csv")) found[line.substr(0, line.find(','))].push_back(line);
  }
  CHECK(found.size() == 10);
  for (const auto& [node, lines] : found) {  // a path has one predecessor everywhere: the same bits
    REQUIRE(lines.size() == 2);
    CHECK(lines[0] == lines[1]);
  }
}

TEST_CASE("cairn embed: stopped by Ctrl-C, it ends with 130 and writes nothing", "[cli][embed]") {
  const TemporaryFolder folder;
  const TemporaryFolder outputs;
  Program program = start_cairn(
      {"embed", "grid:20x20", "--epochs", "100000000", "--out", outputs / "rows.npy", "--json", outputs / "out.json"},
      folder);
  std::this_thread::sleep_for(std::chrono::milliseconds(500));  // into training; before it, the code is the same
  program.send(SIGINT);
  CHECK(program.wait().exit_code == 130);
  CHECK(files_of(outputs).empty());
}

TEST_CASE("cairn embed: what makes no sense ends with 2, files that do not fit with 3, and nothing is written",
          "[cli][embed]") {
  const TemporaryFolder folder;
  const TemporaryFolder outputs;
  const std::string words = write_words(folder, "words.csv");
  const std::string strangers = folder.write("strangers.csv", "source,target\nkoi,yak\nyak,emu\n");
  const std::string negative =
      folder.write("negative.csv", "source,target,weight\nant,bee,1\nbee,cat,-2\ncat,dog,1\ndog,eel,1\neel,fox,1\n");
  const std::string broken = folder.write("broken", "no model");
  for (const char* model : {"gir", "free"}) {
    REQUIRE(
        run_cairn({"train", words, "--task", "distance", "--model", model, "--epochs", "2", "--save", folder / model},
                  folder)
            .exit_code == 0);
  }
  REQUIRE(
      run_cairn({"train", words, "--directed", "--task", "distance", "--model", "gir", "--epochs", "2", "--train-ratio",
                 "0.6", "--validation-ratio", "0.2", "--test-ratio", "0.2", "--save", folder / "directed"},
                folder)
          .exit_code == 0);
  struct Case {
    int exit_code;
    std::vector<std::string> words;
    std::vector<std::string> parts;
  };
  const std::string npy = outputs / "rows.npy";
  const std::vector<Case> cases{
      {2, {words}, {"--out"}},
      {2, {words, "--out", outputs / "rows.parquet"}, {"--out", ".npy", "rows.parquet"}},
      {2, {words, "--out", npy, "--encoder", "gri"}, {"'gri'", "gir-dist"}},
      {2, {words, "--out", npy, "--task", "link"}, {"--task"}},
      {2, {words, "--out", npy, "--anchor-nodes", "ant,koi"}, {"--anchor-nodes", "'koi'"}},
      {2, {words, "--out", npy, "--anchor-strategy", "best"}, {"'best'", "farthest"}},
      {3, {words, "--out", npy, "--from", broken}, {broken}},
      {3, {words, "--out", npy, "--from", folder / "none"}, {"none"}},
      {3, {strangers, "--out", npy, "--from", folder / "gir"}, {"strangers", "anchors", "structure"}},
      {3, {strangers, "--out", npy, "--from", folder / "free"}, {"strangers", "9 nodes", "found 3"}},
      {3, {words, "--directed", "--out", npy, "--from", folder / "gir"}, {"undirected", "found directed"}},
      {3, {negative, "--weighted-paths", "--out", npy}, {"negative", "-2", "'bee'", "'cat'"}}};
  for (const Case& expected : cases) {
    std::vector<std::string> line{"embed"};
    line.insert(line.end(), expected.words.begin(), expected.words.end());
    line.insert(line.end(), {"--epochs", "2", "--json", outputs / "out.json"});
    const Finished run = run_cairn(line, folder);
    std::string command;
    for (const std::string& word : line) command += word + " ";
    INFO(command << "\n" << run.out << run.err);
    CHECK(run.exit_code == expected.exit_code);
    for (const std::string& part : expected.parts) CHECK(contains(run.err, part));
    CHECK(files_of(outputs).empty());
  }
  // A model of directed edges reads edges as directed by itself.
  CHECK(run_cairn({"embed", words, "--from", folder / "directed", "--out", npy}, folder).exit_code == 0);
  CHECK(run_cairn({"embed", words, "--epochs", "100000000", "--out", outputs / "none/rows.npy"}, folder).exit_code ==
        5);
}
