#include "graph_io/dataset_store.h"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "core/error.h"
#include "data/synthetic.h"
#include "graph_io/content_hash.h"
#include "graph_io/held_memory.h"
#include "graph_io/safetensors.h"
#include "support/catch.h"
#include "support/graphs.h"
#include "support/temporary_folder.h"
#include "support/tensors.h"
#include "support/threads.h"

using namespace cairn;
namespace fs = std::filesystem;
using support::read_bytes;
using support::TemporaryFolder;

namespace {

template <class Value>
bool equal(std::span<const Value> a, std::span<const Value> b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

bool same_features(const Features& a, const Features& b) {
  if (a.index() != b.index()) return false;
  if (const auto* dense = std::get_if<Tensor>(&a)) return cairn::support::same_bits(*dense, std::get<Tensor>(b));
  if (const auto* sparse = std::get_if<SparseMatrix>(&a)) {
    const auto& other = std::get<SparseMatrix>(b);
    return sparse->rows() == other.rows() && sparse->columns() == other.columns() &&
           equal(sparse->pattern().offsets(), other.pattern().offsets()) &&
           equal(sparse->pattern().columns(), other.pattern().columns()) &&
           cairn::support::same_bits(sparse->values(), other.values());
  }
  return true;
}

void check_same(const Dataset& a, const Dataset& b) {
  CHECK(a.name == b.name);
  CHECK(cairn::support::same_graph(a.graph, b.graph));
  CHECK(a.graph.counts().self_loops == b.graph.counts().self_loops);
  CHECK(same_features(a.features, b.features));
  CHECK(a.labels == b.labels);
  CHECK(a.class_names == b.class_names);
  CHECK(a.graph_of_node == b.graph_of_node);
  CHECK(a.graph_names == b.graph_names);
  REQUIRE(a.splits.size() == b.splits.size());
  for (std::size_t i = 0; i < a.splits.size(); ++i) {
    for (const Part part : {Part::train, Part::validation, Part::test}) {
      CHECK(a.splits[i].of(part) == b.splits[i].of(part));
    }
  }
  CHECK(a.ids.is_range() == b.ids.is_range());
  CHECK(a.ids.are_integers() == b.ids.are_integers());
  REQUIRE(a.ids.size() == b.ids.size());
  for (NodeId u = 0; u < a.ids.size(); ++u) {
    CHECK(a.ids.name(u) == b.ids.name(u));
    CHECK(b.ids.find(a.ids.name(u)) == u);
  }
}

/// Seven nodes (the last two apart) with one of everything but features.
Dataset example(const GraphOptions& options = {}) {
  Dataset dataset;
  dataset.name = "an \"example\" \xff";  // folders may be called so
  const std::vector<Edge> edges{{0, 1, Real(0.1)}, {1, 2, 2}, {2, 2, -3}, {0, 4, 1}, {3, 4, Real(1e-30)}};
  dataset.graph = Graph::from_edges(7, edges, options);
  dataset.labels = {0, 1, -1, 2, 0, -1, 1};
  dataset.class_names = {"a", "", "no,\nde", "of nobody"};
  dataset.graph_of_node = {0, 0, 0, 0, 0, 1, 1};
  dataset.graph_names = {"g", "h"};
  dataset.splits = {{{0, 3}, {1}, {4, 6}}, {{}, {}, {}}, {{6}, {0, 1}, {}}};
  dataset.ids = IdMap::range(7);
  return dataset;
}

void check_kept(const Dataset& dataset) {
  const TemporaryFolder folder;
  write_dataset_store(dataset, folder / "x.cairn");
  check_same(dataset, read_dataset_store(folder / "x.cairn"));
}

using Change = std::function<void(NamedTensors&)>;

/// A stored example, changed, must be refused with that message. rehash: as if it had been written so.
void check_refused(const Dataset& dataset, const Change& change, const std::string& message, bool rehash = false) {
  const TemporaryFolder folder;
  const fs::path path = folder / "x.cairn";
  write_dataset_store(dataset, path);
  NamedTensors tensors = read_safetensors(path);
  std::erase_if(tensors.arrays, [](const auto& array) { return array.first.starts_with(padding_prefix); });
  change(tensors);
  if (rehash) {
    tensors.metadata.erase("hash");
    tensors.metadata["hash"] = content_hash(views_of(tensors));
  }
  write_safetensors(path, tensors);
  CHECK_THROWS_WITH(read_dataset_store(path), path.string() + ": " + message);
  CHECK_THROWS_AS(read_dataset_store(path), InputError);
}

template <class Value>
std::vector<Value>& values(NamedTensors& tensors, const std::string& name) {
  return std::get<std::vector<Value>>(tensors.arrays.at(name).values);
}

}  // namespace

TEST_CASE("dataset store: whatever a dataset holds comes back to the bit", "[graph_io][store]") {
  check_kept(Dataset{});
  for (const bool directed : {false, true}) {
    for (const bool weighted : {false, true}) check_kept(example({directed, weighted}));
  }
  Rng rng(5);
  Dataset dataset = example();
  dataset.features = cairn::support::random_tensor({7, 3}, rng);
  check_kept(dataset);
  dataset.features = Tensor(Shape{7, 0});
  check_kept(dataset);
  const auto pattern = std::make_shared<SparsePattern>(7, 90, std::vector<std::int64_t>{0, 2, 2, 3, 3, 3, 3, 4},
                                                       std::vector<std::int32_t>{0, 89, 4, 7});
  dataset.features = SparseMatrix(pattern, Tensor({4}, {1, 2, Real(-0.1), 4}));
  check_kept(dataset);
  dataset.ids = IdMap::integers({-5, 0, 1, 2, 3, 4, std::numeric_limits<std::int64_t>::max()});
  check_kept(dataset);
  dataset.ids = IdMap::strings({"7", "", "a b", "\xff", "x\ny", "007", std::string("\0", 1)});
  check_kept(dataset);
}

TEST_CASE("dataset store: synthetic datasets come back to the bit", "[graph_io][store]") {
  for (const char* spec : {"karate", "rmat:8", "sbm:nodes=300,features=30", "trees:5x9", "grid:6x7+grid:3x3"}) {
    check_kept(make_synthetic(spec, 3));
  }
}

TEST_CASE("dataset store: the same dataset gives the same bytes, also for other threads and read again",
          "[graph_io][store]") {
  const TemporaryFolder folder;
  const Dataset dataset = make_synthetic("sbm:nodes=300,features=30", 1);
  write_dataset_store(dataset, folder / "a");
  {
    const cairn::support::Threads scope(3);
    write_dataset_store(dataset, folder / "b");
  }
  write_dataset_store(read_dataset_store(folder / "a"), folder / "c");
  const std::string bytes = read_bytes(folder / "a");
  CHECK(read_bytes(folder / "b") == bytes);
  CHECK(read_bytes(folder / "c") == bytes);
}

TEST_CASE("dataset store: written over the file it was read from, it stays whole, and so does what was read",
          "[graph_io][store]") {
  const TemporaryFolder folder;
  const fs::path path = folder / "x.cairn";
  write_dataset_store(make_synthetic("rmat:9", 1), path);
  const std::string bytes = read_bytes(path);
  const Dataset dataset = read_dataset_store(path);
  write_dataset_store(dataset, path);
  CHECK(read_bytes(path) == bytes);
  check_same(dataset, read_dataset_store(path));
  CHECK(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()) == 1);
}

TEST_CASE("dataset store: a dataset that is not consistent replaces nothing", "[graph_io][store]") {
  const TemporaryFolder folder;
  const fs::path path = folder.write("x.cairn", "old");
  Dataset dataset = example();
  dataset.labels.pop_back();
  CHECK_THROWS_AS(write_dataset_store(dataset, path), ShapeError);
  CHECK(read_bytes(path) == "old");
  CHECK_THROWS_AS(write_dataset_store(example(), folder / "missing/x.cairn"), OutputError);
}

TEST_CASE("dataset store: graph and dense features stay in the file, which outlives the dataset", "[graph_io][store]") {
  const TemporaryFolder folder;
  Rng rng(6);
  Dataset written = make_synthetic("rmat:12", 2);
  written.features = cairn::support::random_tensor({written.node_count(), 32}, rng);
  write_dataset_store(written, folder / "x.cairn");
  const auto size = static_cast<std::size_t>(fs::file_size(folder / "x.cairn"));
  const auto address = [](const auto* values) { return reinterpret_cast<std::uintptr_t>(values); };
  const std::size_t before = start_peak();
  auto dataset = std::make_unique<Dataset>(read_dataset_store(folder / "x.cairn"));
  CHECK(peak_bytes() - before < size / 8);
  Tensor features = std::get<Tensor>(dataset->features);
  CHECK(address(features.data()) % 64 == 0);
  // As far from each other as in the file.
  const MappedTensors file = map_safetensors(folder / "x.cairn");
  const auto& targets = std::get<std::span<const NodeId>>(file.tensors.arrays.at("graph.targets").values);
  const auto& values_there = std::get<std::span<const Real>>(file.tensors.arrays.at("features.values").values);
  CHECK(address(features.data()) - address(dataset->graph.targets().data()) ==
        address(values_there.data()) - address(targets.data()));
  fs::remove(folder / "x.cairn");
  dataset.reset();
  CHECK(cairn::support::same_bits(features, std::get<Tensor>(written.features)));  // they alone are left

  write_dataset_store(written, folder / "x.cairn");
  const Graph graph = read_dataset_store(folder / "x.cairn").graph;
  fs::remove(folder / "x.cairn");
  CHECK(cairn::support::same_graph(graph, written.graph));
}

TEST_CASE("dataset store: numbers of the other precision are converted", "[graph_io][store]") {
  using Other = std::conditional_t<std::is_same_v<Real, float>, double, float>;
  const TemporaryFolder folder;
  Dataset dataset = example({.weighted = true});
  dataset.graph = Graph::from_edges(7, std::vector<Edge>{{0, 1, 2}, {2, 3, Real(0.5)}}, {.weighted = true});
  dataset.features = Tensor({7, 1}, {1, 2, 3, 4, 5, 6, Real(-0.25)});
  write_dataset_store(dataset, folder / "x");
  NamedTensors tensors = read_safetensors(folder / "x");
  std::erase_if(tensors.arrays, [](const auto& array) { return array.first.starts_with(padding_prefix); });
  for (const char* name : {"graph.weights", "features.values"}) {
    const std::vector<Real> own = values<Real>(tensors, name);
    tensors.arrays.at(name).values = std::vector<Other>(own.begin(), own.end());
  }
  tensors.metadata.erase("hash");
  tensors.metadata["hash"] = content_hash(views_of(tensors));
  write_safetensors(folder / "y", tensors);
  check_same(dataset, read_dataset_store(folder / "y"));
}

TEST_CASE("dataset store: a file cut anywhere is refused", "[graph_io][store]") {
  const TemporaryFolder folder;
  write_dataset_store(example({.weighted = true}), folder / "x");
  const std::string whole = read_bytes(folder / "x");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CHECK_THROWS_AS(read_dataset_store(folder.write("cut", whole.substr(0, size))), InputError);
  }
}

TEST_CASE("dataset store: a file with a flipped bit is refused, or means the same", "[graph_io][store]") {
  const TemporaryFolder folder;
  Dataset dataset = example({.weighted = true});
  dataset.ids = IdMap::strings({"a", "b", "c", "d", "e", "f", "g"});
  write_dataset_store(dataset, folder / "x");
  std::string bytes = read_bytes(folder / "x");
  std::size_t harmless = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const char before = std::exchange(bytes[i], static_cast<char>(bytes[i] ^ (1 << (i * 5 % 8))));
    try {
      const Dataset read = read_dataset_store(folder.write("flipped", bytes));
      ++harmless;
      CHECK(cairn::support::same_graph(read.graph, dataset.graph));
      CHECK(read.labels == dataset.labels);
      CHECK(read.class_names == dataset.class_names);
    } catch (const InputError&) {
    }
    bytes[i] = before;
  }
  CHECK(harmless < bytes.size() / 2);  // padding
}

TEST_CASE("dataset store: what makes no sense is said", "[graph_io][store]") {
  const Dataset weighted = example({.weighted = true});
  const Dataset plain = example();
  using Tensors = NamedTensors&;
  check_refused(
      plain, [](Tensors t) { t.metadata["format"] = "cairn dataset 2"; },
      "expected 'cairn dataset 1', found 'cairn dataset 2'");
  check_refused(
      plain, [](Tensors t) { t.metadata.erase("format"); }, "expected a text 'format', found none");
  check_refused(
      plain, [](Tensors t) { t.metadata["directed"] = "maybe"; }, "text 'directed': expected no or yes, found 'maybe'");
  check_refused(
      plain, [](Tensors t) { t.metadata["splits"] = "-1"; }, "text 'splits': expected a count, found '-1'");
  check_refused(
      plain, [](Tensors t) { t.metadata["splits"] = "4"; }, "expected an array 'split.3.train', found none");
  check_refused(
      plain, [](Tensors t) { t.metadata["splits"] = "2"; }, "expected no array 'split.2.test', found one");
  check_refused(
      plain, [](Tensors t) { t.metadata["colour"] = "red"; }, "expected no text 'colour', found one");
  check_refused(
      plain, [](Tensors t) { t.metadata.erase("hash"); }, "expected a text 'hash', found none");
  check_refused(
      plain, [](Tensors t) { t.arrays.erase("graph.targets"); }, "expected an array 'graph.targets', found none");
  check_refused(
      plain, [](Tensors t) { t.arrays.erase("class_names.text"); }, "expected an array 'class_names.text', found none");
  check_refused(
      plain,
      [](Tensors t) {
        t.arrays["graph.offsets"] = {Shape{1}, std::vector<std::int32_t>{0}};
      },
      "array 'graph.offsets': expected integers of 64 bits, found others");
  check_refused(
      plain,
      [](Tensors t) {
        t.arrays["graph.targets"].shape = Shape{9, 1};
      },
      "array 'graph.targets': expected 1 extents, found [9, 1]");
  check_refused(
      weighted, [](Tensors t) { t.arrays["graph.weights"].values = std::vector<std::int32_t>(9); },
      "array 'graph.weights': expected real numbers, found integers");
  check_refused(
      weighted, [](Tensors t) { values<Real>(t, "graph.weights")[3] = std::numeric_limits<Real>::infinity(); },
      "array 'graph.weights': expected finite numbers, found inf at 3");
  check_refused(
      weighted,
      [](Tensors t) {
        t.arrays["graph.weights"] = {Shape{1}, std::vector<Real>{1}};
      },
      "expected a dataset that holds together, found graph: 9 arcs and 1 weights");
  check_refused(
      plain, [](Tensors t) { values<NodeId>(t, "graph.targets")[0] = 7; },
      "expected a dataset that holds together, found graph: node 0: target 7 follows -1 of 7");
  check_refused(
      plain, [](Tensors t) { values<NodeId>(t, "graph.targets")[0] = -2; },
      "expected a dataset that holds together, found graph: node 0: target -2 follows -1 of 7");
  check_refused(
      plain, [](Tensors t) { std::swap(values<NodeId>(t, "graph.targets")[0], values<NodeId>(t, "graph.targets")[1]); },
      "expected a dataset that holds together, found graph: node 0: target 1 follows 4 of 7");
  check_refused(
      plain, [](Tensors t) { values<EdgeId>(t, "graph.offsets")[2] = 100; },
      "expected a dataset that holds together, found graph: the offsets of node 1 descend or overshoot");
  check_refused(
      plain, [](Tensors t) { values<std::int32_t>(t, "labels")[0] = 4; },
      "expected a dataset that holds together, found dataset 'an \"example\" \xff': a label 4 where there are "
      "4 classes");
  check_refused(
      plain, [](Tensors t) { values<std::int64_t>(t, "class_names.ends")[0] = 1000; },
      "expected a dataset that holds together, found tensor 'class_names.ends': 1000 follows 0, of 16 letters");
  // Values that make sense, but are not those that were written.
  check_refused(
      plain,
      [](Tensors t) {
        values<std::int32_t>(t, "labels")[0] = 1;
        t.metadata["hash"] = "0";
      },
      "expected content of hash '0', found 391f879af888aadd: the file is damaged");
  // Written so by another program.
  check_refused(
      plain, [](Tensors t) { t.metadata["note"] = "mine"; }, "expected no text 'note', found one", true);
}

TEST_CASE("dataset store: other safetensors files are named for what they are", "[graph_io][store]") {
  const TemporaryFolder folder;
  NamedTensors model;
  model.metadata["format"] = "cairn model 3";
  write_safetensors(folder / "m", model);
  CHECK_THROWS_WITH(read_dataset_store(folder / "m"),
                    folder / "m" + ": expected 'cairn dataset 1', found 'cairn model 3'");
  CHECK(begins_like_dataset_store(folder / "m"));
  CHECK_FALSE(begins_like_dataset_store(folder / "none"));
  CHECK_FALSE(begins_like_dataset_store(folder.path()));
  CHECK_FALSE(begins_like_dataset_store(folder.write("e.txt", "source target\n1 2\n")));
}

TEST_CASE("dataset store: --directed cannot give an undirected graph its directions back", "[graph_io][store]") {
  const TemporaryFolder folder;
  write_dataset_store(example(), folder / "u");
  write_dataset_store(example({.directed = true}), folder / "d");
  CHECK(read_dataset_store(folder / "d").graph.directed());
  CHECK(read_dataset_store(folder / "d", {.directed = true}).graph.directed());
  CHECK_THROWS_WITH(read_dataset_store(folder / "u", {.directed = true}),
                    folder / "u" + ": expected a directed graph, as was asked for, found an undirected one");
}
