#include "graph_io/edge_list.h"

#include <zlib.h>

#include <string>

#include "core/error.h"
#include "core/parallel.h"
#include "core/rng.h"
#include "support/catch.h"
#include "support/temporary_folder.h"

using namespace cairn;

namespace {

Dataset read_text(std::string_view text, std::string_view name = "edges.csv", const ReadOptions& options = {}) {
  const support::TemporaryFolder folder;
  return read_edge_list(folder.write(name, text), options);
}

/// "a-b a-c" for the stored arcs, in the user's names.
std::string arcs(const Dataset& dataset) {
  std::string text;
  for (Index u = 0; u < dataset.node_count(); ++u) {
    for (const NodeId v : dataset.graph.neighbors(static_cast<NodeId>(u))) {
      text += (text.empty() ? "" : " ");
      text += dataset.ids.name(static_cast<NodeId>(u));
      text += "-";
      text += dataset.ids.name(v);
    }
  }
  return text;
}

std::string gzipped(const std::string& text) {
  const support::TemporaryFolder folder;
  const auto path = folder / "x.gz";
  gzFile file = gzopen(path.c_str(), "wb");
  gzwrite(file, text.data(), static_cast<unsigned>(text.size()));
  gzclose(file);
  return support::read_bytes(path);
}

class ThreadCount {
 public:
  explicit ThreadCount(int count) : before_(thread_count()) { set_thread_count(count); }
  ~ThreadCount() { set_thread_count(before_); }

 private:
  int before_;
};

}  // namespace

TEST_CASE("edge list: all delimiters, headers, comments and line ends give the same graph", "[graph_io]") {
  const std::string expected = "0-5 5-0 5-7 7-5";
  CHECK(arcs(read_text("0,5\n5,7\n")) == expected);
  CHECK(arcs(read_text("source,target\n0,5\n5,7")) == expected);
  CHECK(arcs(read_text("# a comment\r\n\r\nSRC;DST\r\n0 ; 5\r\n5;7\r\n% another\r\n")) == expected);
  CHECK(arcs(read_text("\xEF\xBB\xBF"
                       "from\tto\n0\t5\n5\t7\n",
                       "edges.tsv")) == expected);
  CHECK(arcs(read_text("  0 5  \n5 \t 7\n", "edges.txt")) == expected);
  CHECK(arcs(read_text("\"0\",\"5\"\n\"5\",\"7\"\n")) == expected);
  CHECK(arcs(read_text("target,source\n5,0\n7,5\n", "edges.csv", {.directed = true, .header = Header::automatic})) ==
        "0-5 5-7");
  CHECK(arcs(read_text(gzipped("0,5\n5,7\n"), "edges.csv.gz")) == expected);
  CHECK(arcs(read_text(gzipped("0,5\n") + gzipped("5,7\n"), "two_members.csv.gz")) == expected);
}

TEST_CASE("edge list: header=yes skips any first line, header=no takes one with known names as an edge", "[graph_io]") {
  CHECK(arcs(read_text("1,2\n0,5\n", "e.csv", {.directed = true, .header = Header::yes})) == "0-5");
  CHECK(arcs(read_text("u,v\nv,w\n", "e.csv", {.directed = true, .header = Header::no})) == "u-v v-w");
  CHECK(arcs(read_text("u,v\nv,w\n", "e.csv", {.directed = true, .header = Header::automatic})) == "v-w");
}

TEST_CASE("edge list: integers ascend, whatever their gaps, sign and width", "[graph_io]") {
  CHECK(arcs(read_text("4294967295 0\n", "e.txt")) == "0-4294967295 4294967295-0");
  const Dataset wide = read_text("-9223372036854775808 9223372036854775807\n-3 12345678901234567\n0 -3\n", "e.txt");
  CHECK(wide.node_count() == 5);
  CHECK(wide.ids.name(0) == "-9223372036854775808");
  CHECK(wide.ids.name(1) == "-3");
  CHECK(wide.ids.name(2) == "0");
  CHECK(wide.ids.name(3) == "12345678901234567");
  CHECK(wide.ids.name(4) == "9223372036854775807");
  CHECK(wide.graph.degree(1) == 2);
  CHECK(read_text("2,0\n1,2\n").ids.is_range());
}

TEST_CASE("edge list: every length of an id is read to the digit", "[graph_io]") {
  for (std::size_t digits = 1; digits <= 17; ++digits) {
    const std::string id = std::string("987654321987654321").substr(0, digits);
    // Not on the first line, which the one-line parser reads.
    for (const std::string& text :
         {"0,0\n" + id + "," + id + "1\n", "0 0\n" + id + "1 " + id, "0,0\n0," + id + "\r\n"}) {
      const Dataset dataset = read_text(text, text.find(',') == std::string::npos ? "e.txt" : "e.csv");
      INFO(text);
      CHECK(dataset.ids.are_integers());
      REQUIRE(dataset.ids.find(id).has_value());
      CHECK(dataset.graph.degree(*dataset.ids.find(id)) == 1);
      CHECK(dataset.node_count() == (text.starts_with("0,0\n0") ? 2 : 3));
    }
  }
}

TEST_CASE("edge list: names stand in the order of their first appearance", "[graph_io]") {
  const Dataset dataset = read_text("\"New York\",Paris\nParis,\"a \"\"b\"\"\"\n007,7\n");
  REQUIRE(dataset.node_count() == 5);
  CHECK(dataset.ids.name(0) == "New York");
  CHECK(dataset.ids.name(1) == "Paris");
  CHECK(dataset.ids.name(2) == "a \"b\"");
  CHECK(dataset.ids.name(3) == "007");  // not 7: the user would not find it again
  CHECK(dataset.ids.name(4) == "7");
  CHECK(arcs(read_text("\"#1\" b\n", "e.txt")) == "#1-b b-#1");
  for (const char* id : {"01", "00", "0123456789", "012345678901234567", "+1", "-0"}) {
    const Dataset named = read_text(std::string("0,1\n0,") + id + "\n");
    CHECK_FALSE(named.ids.are_integers());
    CHECK(named.ids.find(id) == 2);
  }
}

TEST_CASE("edge list: duplicates merge and are counted, their weights add", "[graph_io]") {
  const Dataset plain = read_text("0,1\n1,0\n0,1\n2,2\n");
  CHECK(plain.graph.edge_count() == 2);
  CHECK(plain.graph.counts().merged_duplicates == 2);
  CHECK(plain.graph.counts().self_loops == 1);
  CHECK_FALSE(plain.graph.weighted());
  const Dataset weighted = read_text("source,target,weight\n0,1,0.5\n1,0,2e0\n1,2,-.25\n0,2,+3\n");
  REQUIRE(weighted.graph.weighted());
  CHECK(weighted.graph.weights()[0] == Real(2.5));    // 0-1
  CHECK(weighted.graph.weights()[1] == Real(3));      // 0-2
  CHECK(weighted.graph.weights()[3] == Real(-0.25));  // 1-2
}

TEST_CASE("edge list: the same graph for any number of threads, over several windows of text", "[graph_io]") {
  Rng rng(5);
  std::string text;
  while (text.size() < (std::size_t{9} << 20)) {  // more than two windows of 4 MiB
    const Index kind = rng.below(1000);
    if (kind == 0) text += "# comment\n";
    if (kind == 1) text += "\"7\" , 12\n";
    text +=
        std::to_string(rng.below(50'000)) + "," + std::to_string(rng.below(kind == 2 ? 5'000'000'000 : 50'000)) + "\n";
  }
  const support::TemporaryFolder folder;
  const auto path = folder.write("e.csv", text);
  std::string first;
  for (const int threads : {1, 2, 3}) {
    const ThreadCount scope(threads);
    const Dataset dataset = read_edge_list(path);
    const std::string all = arcs(dataset);
    if (first.empty()) first = all;
    CHECK(all == first);
    CHECK(dataset.graph.edge_count() + dataset.graph.counts().merged_duplicates ==
          std::count(text.begin(), text.end(), '\n') - std::count(text.begin(), text.end(), '#'));
  }
}

TEST_CASE("edge list: the line of a fault is right in any window and block", "[graph_io]") {
  std::string text;
  std::int64_t lines = 0;
  for (; text.size() < (std::size_t{5} << 20); ++lines) text += "123456,123\n";
  const support::TemporaryFolder folder;
  for (const std::int64_t line : {std::int64_t{2}, lines / 4, lines / 2, lines}) {
    std::string bad = text;
    bad.replace(static_cast<std::size_t>(line - 1) * 11, 10, "123456,1,3");
    const auto path = folder.write("e.csv", bad);
    CHECK_THROWS_WITH(read_edge_list(path), path + ":" + std::to_string(line) + ": expected 2 cells, found 3");
  }
}

TEST_CASE("edge list: a lone header with unknown names among integers is refused", "[graph_io]") {
  CHECK_THROWS_WITH(
      read_text("person,friend\n1,2\n2,3\n"),
      Catch::Contains(
          ":1: expected integer ids as in all other places, or a header of known column names, found 'person'"));
  CHECK(read_text("person,friend\n1,2\n2,x\n").node_count() == 5);
  CHECK(read_text("person,friend\n1,2\n2,3\n", "e.csv", {.directed = false, .header = Header::no}).node_count() == 5);
  CHECK(read_text("person,friend\n1,2\n2,3\n", "e.csv", {.directed = false, .header = Header::yes}).node_count() == 3);
}

TEST_CASE("edge list: what was written reads back as the same graph", "[graph_io]") {
  const support::TemporaryFolder folder;
  for (const char* name : {"x.csv", "x.tsv", "x.txt"}) {
    for (const char* text : {"0,1\n1,2\n", "3,-1,0.1\n-1,-1,1e-30\n", "a,\"b,\t c\"\n\"#d\",\"e \"\"\"\n"}) {
      for (const bool directed : {false, true}) {
        const ReadOptions options{directed, Header::automatic};
        const Dataset before = read_text(text, "e.csv", options);
        write_edge_list(before, folder / name);
        const Dataset after = read_edge_list(folder / name, options);
        CHECK(arcs(after) == arcs(before));
        CHECK(std::equal(after.graph.weights().begin(), after.graph.weights().end(), before.graph.weights().begin(),
                         before.graph.weights().end()));
      }
    }
  }
}
