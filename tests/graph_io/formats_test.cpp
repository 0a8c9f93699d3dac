#include "graph_io/formats.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "support/catch.h"
#include "support/temporary_folder.h"

using namespace cairn;
namespace fs = std::filesystem;

TEST_CASE("formats: a dataset goes through every format and keeps its edges", "[graph_io]") {
  const support::TemporaryFolder folder;
  const Dataset dataset = read_dataset(folder.write("in.edges", "0 1\n1 2\n2 0\n"));
  for (const char* name : {"d", "x.csv", "x.tsv", "x.txt", "x.mtx", "x.graphml", "x.cairn"}) {
    write_dataset(dataset, folder / name);
    const Dataset read = read_dataset(folder / name);
    INFO(name);
    CHECK(read.graph.edge_count() == 3);
    CHECK(read.ids.is_range());
  }
  write_dataset(dataset, folder / "named.dat", "mtx");
  CHECK(read_dataset(folder / "named.dat", {}, "mtx").graph.edge_count() == 3);
}

TEST_CASE("formats: a store is known by its first bytes where its name says nothing", "[graph_io]") {
  const support::TemporaryFolder folder;
  write_dataset(read_dataset(folder.write("in.edges", "0 1\n1 2\n")), folder / "x.cairn");
  for (const char* name : {"plain", "x.graph", "x.safetensors"}) {
    fs::copy_file(folder / "x.cairn", folder / name);
    CHECK(read_dataset(folder / name).graph.edge_count() == 2);
  }
  CHECK(read_dataset(folder.write("short", "1 2\n")).graph.edge_count() == 1);  // shorter than what would tell
  fs::copy_file(folder / "x.cairn", folder / "x.csv");  // a name that says something is believed
  CHECK_THROWS_AS(read_dataset(folder / "x.csv"), InputError);
}

TEST_CASE("formats: each one of the table says what it is", "[graph_io]") {
  for (const Format& format : formats()) {
    CHECK(find_format(format.name).read == format.read);
    CHECK_FALSE(format.holds.empty());
  }
}

TEST_CASE("formats: unknown names list the known ones, unknown extensions are not guessed when writing", "[graph_io]") {
  const support::TemporaryFolder folder;
  const Dataset dataset = read_dataset(folder.write("in.csv", "0,1\n"));
  CHECK_THROWS_WITH(read_dataset(folder / "in.csv", {}, "gml"),
                    "unknown format 'gml'; known: folder, edges, mtx, graphml, store");
  CHECK_THROWS_AS(find_format(""), UsageError);
  CHECK_THROWS_AS(write_dataset(dataset, folder / "out.csv.gz"), UsageError);
  CHECK_THROWS_AS(write_dataset(dataset, folder / "out.xlsx"), UsageError);
  CHECK_FALSE(fs::exists(folder / "out.xlsx"));
  CHECK_THROWS_WITH(read_dataset(folder / "none"),
                    folder / "none" + ": expected a dataset folder or edge list, found nothing");
}

TEST_CASE("formats: what a format leaves out of a dataset is known before it is written", "[graph_io]") {
  using Parts = std::vector<std::string_view>;
  Dataset dataset;
  dataset.graph = Graph::from_edges(3, std::vector<Edge>{{0, 1, 1}}, {.directed = true, .weighted = false});
  dataset.ids = IdMap::range(3);
  CHECK(left_out(dataset, "x.csv") == Parts{"nodes without edges"});
  CHECK(left_out(dataset, "x.mtx") == Parts{});
  dataset.graph = Graph::from_edges(2, std::vector<Edge>{{0, 1, 1}}, {.directed = true, .weighted = false});
  dataset.ids = IdMap::range(2);
  CHECK(left_out(dataset, "x.csv") == Parts{});  // 1 has no arc of its own, but is a target
  dataset.features = Tensor({2, 1}, {1, 2});
  dataset.labels = {0, 0};
  dataset.class_names = {"a"};
  dataset.splits = {Split{{0}, {}, {1}}};
  CHECK(left_out(dataset, "x.mtx") == Parts{"features", "labels", "splits"});
  CHECK(left_out(dataset, "x.dat", "graphml") == Parts{"splits"});
  CHECK(left_out(dataset, "folder") == Parts{});
  CHECK(left_out(dataset, "x.cairn") == Parts{});
}
