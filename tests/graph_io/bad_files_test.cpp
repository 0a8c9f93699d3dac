// Every file under tests/data/bad, what it must say, and what reading it may cost.

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <limits>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/rng.h"
#include "graph_io/dataset_store.h"
#include "graph_io/edge_list.h"
#include "graph_io/formats.h"
#include "graph_io/graphml.h"
#include "graph_io/held_memory.h"
#include "graph_io/matrix_market.h"
#include "graph_io/npy.h"
#include "graph_io/safetensors.h"
#include "support/catch.h"
#include "support/places.h"
#include "support/temporary_folder.h"

using namespace cairn;
namespace fs = std::filesystem;

namespace {

std::string summary(const Dataset& dataset) {
  check_consistent(dataset);
  return std::to_string(dataset.node_count()) + " nodes, " + std::to_string(dataset.graph.edge_count()) + " edges, " +
         std::to_string(dataset.class_count()) + " classes";
}

/// Reads a file by the reader its folder is named after; what it holds, in words.
std::string read_by(const std::string& reader, const fs::path& path) {
  if (reader == "edge_list" || reader == "gzip") return summary(read_edge_list(path));
  if (reader == "dataset_folder") return summary(read_dataset(path));
  if (reader == "graphml") return summary(read_graphml(path));
  if (reader == "matrix_market") return std::to_string(feature_width(read_matrix_market(path))) + " columns";
  if (reader == "store") return summary(read_dataset_store(path));
  if (reader == "npy") return "shape " + to_string(read_npy_tensor(path).shape());
  REQUIRE(reader == "safetensors");
  return std::to_string(read_safetensors(path).arrays.size()) + " arrays";
}

std::size_t bytes_of(const fs::path& path) {
  if (fs::is_regular_file(path)) return fs::file_size(path);
  std::size_t bytes = 0;
  for (const auto& entry : fs::directory_iterator(path)) bytes += bytes_of(entry.path());
  return bytes;
}

/// Calls read() and checks that it held no more than the rule allows: 64 MiB and four times the size of its input.
template <class Read>
void check_memory(std::size_t input_bytes, const Read& read) {
  const std::size_t before = start_peak();
  read();
  CHECK(peak_bytes() - before <= (std::size_t{64} << 20) + 4 * input_bytes);
}

/// One to three small damages, as disks, editors and networks do them.
std::string damage(std::string text, Rng& rng) {
  for (Index change = 0; change <= rng.below(3); ++change) {
    const auto place = static_cast<std::size_t>(rng.below(static_cast<Index>(text.size())));
    switch (rng.below(5)) {
      case 0:
        text[place] = static_cast<char>(rng.below(256));
        break;
      case 1:
        text[place] = static_cast<char>(text[place] ^ (1 << rng.below(8)));
        break;
      case 2:
        text[place] = "0123456789-.e,\"\n\t <>/"[rng.below(21)];
        break;
      case 3:
        text.insert(place, text.substr(place / 2, 20));
        break;
      default:
        text.resize(std::max<std::size_t>(1, place));
    }
  }
  return text;
}

}  // namespace

TEST_CASE("held memory: a peak is seen after it is over", "[graph_io]") {
  const std::size_t before = start_peak();
  {
    const auto memory = std::make_unique<char[]>(100'000);
    *static_cast<volatile char*>(memory.get()) = 1;  // else a compiler may leave both out
  }
  CHECK(peak_bytes() - before >= 100'000);
  CHECK(start_peak() - before < 100'000);
}

TEST_CASE("bad files: each says exactly what is expected.txt has for it, within the memory that its size allows",
          "[graph_io]") {
  const fs::path root = fs::path(cairn::support::tests_folder()) / "data/bad";
  std::ifstream expected(root / "expected.txt");
  std::set<std::string> listed;
  for (std::string line; std::getline(expected, line);) {
    const std::size_t bar = line.find(" | ");
    REQUIRE(bar != std::string::npos);
    const std::string name = line.substr(0, bar);
    listed.insert(name);
    const std::string reader = name.substr(0, name.find('/'));
    const std::string folder = (root / reader).string() + "/";
    std::string found;
    check_memory(bytes_of(root / name), [&] {
      try {
        found = read_by(reader, root / name);
      } catch (const InputError& error) {
        found = error.what();
      }
    });
    if (found.starts_with(folder)) found.erase(0, folder.size());
    CHECK(name + " | " + found == line);
  }
  std::set<std::string> present;
  for (const auto& reader : fs::directory_iterator(root)) {
    if (!reader.is_directory()) continue;
    for (const auto& entry : fs::directory_iterator(reader)) {
      present.insert(reader.path().filename().string() + "/" + entry.path().filename().string());
    }
  }
  CHECK(present == listed);
}

TEST_CASE("bad files: weights that overflow only when duplicates merge are refused", "[graph_io]") {
  const support::TemporaryFolder folder;
  const auto path = folder.write("e.csv", fmt::format("0,1,{0}\n1,0,{0}\n", std::numeric_limits<Real>::max()));
  CHECK_THROWS_WITH(read_edge_list(path),
                    path + ": expected weights of duplicate edges with a finite sum, found an overflow");
}

TEST_CASE("bad files: defaults in GraphML cannot blow a small file up into a large matrix", "[graph_io]") {
  const support::TemporaryFolder folder;
  std::string text = "<graphml>\n";
  for (int i = 0; i < 3000; ++i) {
    text += fmt::format(
        "<key id=\"k{0}\" for=\"node\" attr.name=\"k{0}\" attr.type=\"int\"><default>1</default></key>\n", i);
  }
  text += "<graph edgedefault=\"directed\">\n";
  for (int i = 0; i < 20000; ++i) text += fmt::format("<node id=\"{}\"/>\n", i);
  const auto path = folder.write("x.graphml", text + "</graph></graphml>\n");
  check_memory(text.size(), [&] {
    CHECK_THROWS_WITH(read_graphml(path), Catch::Contains("bytes of features in a file of this size, found more"));
  });
}

TEST_CASE("bad files: a file that is damaged anywhere reads as something or is refused, and never costs more memory",
          "[graph_io]") {
  const support::TemporaryFolder folder;
  std::map<std::string, std::string> good{
      {"edge_list/a.csv", "source,target,weight\n0,1,0.5\n1,2,1e3\n\"7\",2,-4\n# comment\n2,1000000000000,1\n"},
      {"edge_list/b.txt", "%\n10 11\n11 12\n  12   10\n"},
      {"edge_list/c.tsv", "a\tb\nb\tc\n\"x y\"\ta\n"},
      {"matrix_market/a.mtx",
       "%%MatrixMarket matrix coordinate real general\n% comment\n4 5 4\n1 1 0.5\n4 5 -1e3\n2 3 7\n1 2 1\n"},
      {"matrix_market/b.mtx", "%%MatrixMarket matrix array integer symmetric\n2 2\n1\n2\n3\n"},
      {"graphml/a.graphml",
       "<?xml version=\"1.0\"?>\n<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n<key id=\"f\" for=\"node\" "
       "attr.name=\"f\" attr.type=\"double\"/>\n"
       "<key id=\"c\" for=\"node\" attr.name=\"class\" attr.type=\"string\"/>\n<key id=\"w\" for=\"edge\" "
       "attr.name=\"weight\" attr.type=\"int\"><default>2</default></key>\n"
       "<graph edgedefault=\"directed\">\n<node id=\"1\"><data key=\"f\">0.5</data><data key=\"c\">x &amp; "
       "y</data></node>\n<node id=\"2\"><data key=\"f\">1</data></node>\n"
       "<edge source=\"1\" target=\"2\"/>\n<edge source=\"2\" target=\"2\"><data "
       "key=\"w\">3</data></edge>\n</graph>\n</graphml>\n"}};
  const fs::path scratch = folder / "scratch";
  write_npy(scratch.string() + ".npy", Tensor({2, 3}, {1, 2, 3, 4, 5, 6}));
  good["npy/a.npy"] = support::read_bytes(scratch.string() + ".npy");
  NamedTensors tensors;
  tensors.arrays["weight"] = {Shape{2, 2}, std::vector<float>{1, 2, 3, 4}};
  tensors.arrays["ids"] = {Shape{3}, std::vector<std::int64_t>{5, 6, 7}};
  tensors.metadata["config"] = "layers = 2";
  write_safetensors(scratch, tensors);
  good["safetensors/a.safetensors"] = support::read_bytes(scratch);
  write_dataset_store(read_dataset(folder.write("d/edges.csv", "1,2,0.5\n2,3,1\n")), scratch);
  good["store/a.cairn"] = support::read_bytes(scratch);
  good["gzip/a.csv.gz"] = support::read_bytes(fs::path(cairn::support::tests_folder()) / "data/bad/gzip/whole.csv.gz");

  Rng rng(2);
  std::size_t refused = 0;
  std::size_t rounds = 0;
  for (const auto& [name, content] : good) {
    const std::string reader = name.substr(0, name.find('/'));
    CHECK_NOTHROW(read_by(reader, folder.write(name, content)));
    for (int round = 0; round < 300; ++round) {
      const std::string damaged = damage(content, rng);
      const fs::path path = folder.write(name, damaged);
      ++rounds;
      check_memory(16 * damaged.size(), [&] {  // 16: a damaged gzip file may inflate to more
        try {
          read_by(reader, path);
        } catch (const Error&) {
          ++refused;
        }
      });
    }
  }
  CHECK(refused > rounds / 4);
  CHECK(refused < rounds);
}

TEST_CASE("bad files: a folder with one damaged file reads as something or is refused", "[graph_io]") {
  const std::map<std::string, std::string> good{
      {"edges.csv", "source,target,weight\n10,11,1\n11,12,2\n20,21,0.5\n"},
      {"features.csv", "node,f0,f1\n10,1,2\n11,3,4\n12,5,6\n20,7,8\n21,9,0\n"},
      {"labels.csv", "node,label\n10,a\n11,b\n12,a\n20,b\n"},
      {"graphs.csv", "node,graph\n10,x\n11,x\n12,x\n20,y\n21,y\n"},
      {"split_0.csv", "node,part\n10,train\n11,validation\n20,test\n"},
      {"split_1.csv", "12,train\n20,test\n"}};
  const support::TemporaryFolder folder;
  for (const auto& [name, content] : good) folder.write(fmt::format("d/{}", name), content);
  CHECK(summary(read_dataset(folder / "d")) == "5 nodes, 3 edges, 2 classes");
  Rng rng(4);
  std::size_t refused = 0;
  for (const auto& [name, content] : good) {
    for (int round = 0; round < 150; ++round) {
      folder.write(fmt::format("d/{}", name), damage(content, rng));
      check_memory(1000, [&] {
        try {
          summary(read_dataset(folder / "d"));
        } catch (const InputError&) {
          ++refused;
        }
      });
    }
    folder.write(fmt::format("d/{}", name), content);
  }
  CHECK(refused > 300);
  CHECK(refused < 900);
}
