#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "cli/run_cairn.h"
#include "cli/toy_data.h"
#include "support/catch.h"
#include "support/places.h"

using namespace cairn::support;
using nlohmann::json;

namespace {
json info(const std::vector<std::string>& words, const TemporaryFolder& folder) {
  std::vector<std::string> all{"info", "--json", folder / "info.json"};
  all.insert(all.end(), words.begin(), words.end());
  const Finished run = run_cairn(all, folder);
  INFO(run.err);
  REQUIRE(run.exit_code == 0);
  return read_json(folder / "info.json");
}

/// Unordered pairs of ids in an edge list.
std::set<std::set<std::string>> edges_of(const std::string& path) {
  std::set<std::set<std::string>> edges;
  std::istringstream lines(read_bytes(path));
  for (std::string line; std::getline(lines, line);) {
    const std::size_t comma = line.find(',');
    edges.insert({line.substr(0, comma), line.substr(comma + 1)});
  }
  return edges;
}
}  // namespace

TEST_CASE("cairn info: counts what a small folder holds", "[cli]") {
  const TemporaryFolder folder;
  // A triangle with a tail, a self-loop and a pair apart; (b,a) is named twice; e has no edge but a label.
  folder.write("toy/edges.csv", "source,target,weight\na,b,2\nb,c,1\nc,a,1\nc,d,1\nb,a,3\nd,d,1\nx,y,1\n");
  folder.write("toy/labels.csv", "node,label\na,red\nb,red\nc,blue\nd,blue\ne,red\n");
  folder.write("toy/split.csv", "node,part\na,train\nb,train\nc,validation\nd,test\n");
  const json facts = info({folder / "toy"}, folder);
  CHECK(facts["dataset"]["nodes"] == 7);
  CHECK(facts["dataset"]["edges"] == 6);
  CHECK(facts["directed"] == false);
  CHECK(facts["weighted"] == true);
  CHECK(facts["self_loops"] == 1);
  CHECK(facts["merged_duplicates"] == 1);
  CHECK(facts["isolated"] == 1);
  CHECK(facts["degree"]["min"] == 0);
  CHECK(facts["degree"]["max"] == 3);
  CHECK(facts["degree"]["median"] == 2);
  CHECK(facts["degree"]["mean"].get<double>() == Approx(11.0 / 7));
  CHECK(facts["density"].get<double>() == Approx(5.0 / 21));
  CHECK(facts["components"] == json({{"count", 3}, {"largest", 4}}));
  CHECK(facts["diameter_at_least"] == 2);
  CHECK(facts["features"]["kind"] == "none");
  CHECK(facts["classes"] == json({{{"name", "blue"}, {"nodes", 2}}, {{"name", "red"}, {"nodes", 3}}}));
  CHECK(facts["unlabeled"] == 2);
  CHECK(facts["homophily"].get<double>() == Approx(0.5));  // a-b and c-d of a-b, b-c, c-a, c-d
  CHECK(facts["splits"] == json({{{"train", 2}, {"validation", 1}, {"test", 1}}}));
  CHECK(facts["graphs"] == 1);

  const json directed = info({folder / "toy", "--directed"}, folder);
  CHECK(directed["dataset"]["edges"] == 7);
  CHECK(directed["merged_duplicates"] == 0);
}

TEST_CASE("cairn info: synthetic datasets by name, the same for the same seed", "[cli]") {
  const TemporaryFolder folder;
  CHECK(info({"karate"}, folder)["dataset"]["edges"] == 78);
  const json grids = info({"grid:10x10+grid:20x20"}, folder);
  CHECK(grids["dataset"]["nodes"] == 500);
  CHECK(grids["graphs"] == 2);
  CHECK(info({"er:500", "--seed", "3"}, folder) == info({"er:500", "--seed", "3"}, folder));
  CHECK(info({"er:500", "--seed", "3"}, folder) != info({"er:500", "--seed", "4"}, folder));
}

TEST_CASE("cairn info: a file or folder comes before a synthetic dataset of the same name", "[cli]") {
  const TemporaryFolder folder;
  folder.write("karate", "1 2\n");
  const Finished run =
      Program({"/bin/sh", "-c", "cd " + folder.path().string() + " && " + cairn_program() + " info karate"}, folder)
          .wait();
  CHECK(run.exit_code == 0);
  CHECK(contains(run.out, "nodes        2 "));
}

TEST_CASE("cairn info: --header says whether the first line is an edge", "[cli]") {
  const TemporaryFolder folder;
  const std::string edges = folder.write("e.csv", "1,2\n2,3\n3,4\n");
  CHECK(info({edges}, folder)["dataset"]["edges"] == 3);
  CHECK(info({edges, "--header", "yes"}, folder)["dataset"]["edges"] == 2);
  CHECK(info({edges, "--header", "no"}, folder)["dataset"]["edges"] == 3);
}

TEST_CASE("cairn convert: what was written reads as the same dataset", "[cli]") {
  const TemporaryFolder folder;
  const std::string cliques = write_cliques(folder, "cliques", "n");
  const Finished run = run_cairn({"convert", cliques, "--out", folder / "copy", "--json", folder / "c.json"}, folder);
  INFO(run.err);
  REQUIRE(run.exit_code == 0);
  CHECK(read_json(folder / "c.json")["dataset"]["nodes"] == 20);
  json before = info({cliques}, folder);
  json after = info({folder / "copy"}, folder);
  before["dataset"].erase("name");
  after["dataset"].erase("name");
  CHECK(before == after);
  // A second time there is something to lose.
  CHECK(run_cairn({"convert", cliques, "--out", folder / "copy"}, folder).exit_code == 5);
  CHECK(run_cairn({"convert", cliques, "--out", folder / "copy", "--overwrite"}, folder).exit_code == 0);
}

TEST_CASE("cairn convert: what the format has no place for is named", "[cli]") {
  const TemporaryFolder folder;
  const Finished edges = run_cairn({"convert", "karate", "--out", folder / "karate.csv"}, folder);
  CHECK(edges.out.find("left out, as this format has no place for it: labels") != std::string::npos);
  const Finished whole = run_cairn({"convert", "karate", "--out", folder / "karate"}, folder);
  CHECK(whole.out.find("left out") == std::string::npos);
}

TEST_CASE("cairn convert: an edge list is told by its extension, or by --format", "[cli]") {
  const TemporaryFolder folder;
  REQUIRE(run_cairn({"convert", "karate", "--out", folder / "karate.tsv"}, folder).exit_code == 0);
  CHECK(info({folder / "karate.tsv"}, folder)["dataset"]["edges"] == 78);
  REQUIRE(run_cairn({"convert", "karate", "--out", folder / "karate.graph", "--format", "edges"}, folder).exit_code ==
          0);
  CHECK(info({folder / "karate.graph"}, folder)["dataset"]["edges"] == 78);
}

TEST_CASE("cairn convert: a store reads as the dataset it was made of, is the same bytes again, and needs no name",
          "[cli]") {
  const TemporaryFolder folder;
  const std::string cliques = write_cliques(folder, "cliques", "n");
  for (const char* store : {"a.cairn", "b.cairn"}) {
    const Finished run = run_cairn({"convert", cliques, "--out", folder / store}, folder);
    INFO(run.err);
    REQUIRE(run.exit_code == 0);
    CHECK_FALSE(contains(run.out, "left out"));
  }
  CHECK(read_bytes(folder / "a.cairn") == read_bytes(folder / "b.cairn"));
  CHECK(info({folder / "a.cairn"}, folder) == info({cliques}, folder));
  folder.write("renamed", read_bytes(folder / "a.cairn"));
  CHECK(info({folder / "renamed"}, folder) == info({cliques}, folder));
}

TEST_CASE("cairn convert: --order keeps a store's ids, and no other format takes it", "[cli]") {
  const TemporaryFolder folder;
  for (const char* order : {"given", "degree", "bfs", "rcm"}) {
    INFO(order);
    const std::string store = folder / (std::string(order) + ".cairn");
    const Finished run = run_cairn({"convert", "grid:7x9", "--out", store, "--order", order}, folder);
    INFO(run.err);
    REQUIRE(run.exit_code == 0);
    // Written as edges, they are those of the grid, whatever the order in the store.
    REQUIRE(run_cairn({"convert", store, "--out", folder / (std::string(order) + ".csv")}, folder).exit_code == 0);
    CHECK(edges_of(folder / (std::string(order) + ".csv")) == edges_of(folder / "given.csv"));
  }
  CHECK(read_bytes(folder / "rcm.cairn") != read_bytes(folder / "given.cairn"));
  CHECK(run_cairn({"convert", "karate", "--out", folder / "k", "--order", "rcm"}, folder).exit_code == 2);
  CHECK(run_cairn({"convert", "karate", "--out", folder / "k.cairn", "--order", "x"}, folder).exit_code == 2);
}

TEST_CASE("cairn convert: a store of a synthetic graph holds the graph that its name makes", "[cli]") {
  const TemporaryFolder folder;
  REQUIRE(run_cairn({"convert", "rmat:scale=9,edgefactor=4", "--seed", "5", "--out", folder / "g.cairn"}, folder)
              .exit_code == 0);
  json made = info({"rmat:scale=9,edgefactor=4", "--seed", "5"}, folder);
  made.erase("merged_duplicates");  // of the way there
  json stored = info({folder / "g.cairn"}, folder);
  stored.erase("merged_duplicates");
  CHECK(stored == made);
}

TEST_CASE("cairn: a damaged store is bad input, and directions cannot be asked back", "[cli]") {
  const TemporaryFolder folder;
  REQUIRE(run_cairn({"convert", "karate", "--out", folder / "k.cairn"}, folder).exit_code == 0);
  const Finished directed = run_cairn({"info", folder / "k.cairn", "--directed"}, folder);
  CHECK(directed.exit_code == 3);
  CHECK(contains(directed.err, "expected a directed graph, as was asked for, found an undirected one"));
  std::string bytes = read_bytes(folder / "k.cairn");
  bytes.resize(bytes.size() - 1);
  folder.write("k.cairn", bytes);
  CHECK(run_cairn({"info", folder / "k.cairn"}, folder).exit_code == 3);
}
