#include "data/synthetic.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

#include "core/error.h"
#include "core/parallel.h"
#include "data/long_range.h"
#include "data/spec.h"
#include "graph/generate.h"

namespace cairn {

namespace {

using MakeDataset = Dataset (*)(std::string_view text, std::string_view pattern, Rng& rng);

/// Dataset of one graph, its nodes called 0 .. N - 1.
Dataset plain(Graph graph) {
  Dataset dataset;
  dataset.ids = IdMap::range(graph.node_count());
  dataset.graph = std::move(graph);
  return dataset;
}

void name_classes(Dataset& dataset, Index count) {
  for (Index c = 0; c < count; ++c) dataset.class_names.push_back(std::to_string(c));
}

Dataset make_karate(std::string_view text, std::string_view pattern, Rng&) {
  const Spec spec(text, pattern, {});
  Dataset dataset = plain(karate_club());
  dataset.class_names = {"Mr. Hi", "Officer"};
  // Who went with the instructor when the club split (Zachary, table 3, as it happened).
  dataset.labels.assign(34, 1);
  constexpr std::array<std::size_t, 17> with_instructor{0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 16, 17, 19, 21};
  for (const std::size_t member : with_instructor) dataset.labels[member] = 0;
  return dataset;
}

Dataset make_grid(std::string_view text, std::string_view pattern, Rng&) {
  return plain(grid_graph(Spec(text, pattern, {"extents"}).extents("extents", 1)));
}

Dataset make_path(std::string_view text, std::string_view pattern, Rng&) {
  return plain(path_graph(Spec(text, pattern, {"nodes"}).integer("nodes", 1)));
}

Dataset make_cycle(std::string_view text, std::string_view pattern, Rng&) {
  return plain(cycle_graph(Spec(text, pattern, {"nodes"}).integer("nodes", 3)));
}

/// Exactly two extents, joined by x.
std::array<Index, 2> two_extents(const Spec& spec, std::string_view key) {
  const std::vector<Index> extents = spec.extents(key, 2);
  if (extents.size() != 2) spec.fail(fmt::format("{}: expected two numbers joined by x", key));
  return {extents[0], extents[1]};
}

Dataset make_communities(std::string_view text, std::string_view pattern, Rng& rng) {
  const Spec spec(text, pattern, {"size", "rewire"});
  const auto [cliques, size] = two_extents(spec, "size");
  Dataset dataset = plain(caveman_graph(cliques, size, spec.real("rewire", 0, 1, 0.01), rng));
  name_classes(dataset, cliques);
  for (Index u = 0; u < dataset.node_count(); ++u) dataset.labels.push_back(static_cast<std::int32_t>(u / size));
  return dataset;
}

struct WordOptions {
  Index vocabulary = 0;
  Index words = 0;
  double signal = 0;
};

SparseMatrix class_words(std::span<const std::int32_t> labels, Index classes, const WordOptions& options,
                         const Rng& rng) {
  const auto nodes = static_cast<Index>(labels.size());
  std::vector<std::vector<std::int32_t>> bags(labels.size());
  parallel_blocks(nodes, block_rows(options.words), [&](Index begin, Index end) {
    for (Index u = begin; u < end; ++u) {
      Rng own = rng.split(static_cast<std::uint64_t>(u));
      auto& bag = bags[static_cast<std::size_t>(u)];
      const Index label = labels[static_cast<std::size_t>(u)];
      const Index first = options.vocabulary * label / classes;  // the words first .. last - 1 are the class's own
      const Index last = options.vocabulary * (label + 1) / classes;
      for (Index word = 0; word < options.words; ++word) {
        const bool own_word = static_cast<double>(own.bits() >> 11) * 0x1.0p-53 < options.signal;
        bag.push_back(
            static_cast<std::int32_t>(own_word ? first + own.below(last - first) : own.below(options.vocabulary)));
      }
      std::sort(bag.begin(), bag.end());
      bag.erase(std::unique(bag.begin(), bag.end()), bag.end());
    }
  });
  std::vector<std::int64_t> offsets{0};
  std::vector<std::int32_t> columns;
  for (const auto& bag : bags) {
    columns.insert(columns.end(), bag.begin(), bag.end());
    offsets.push_back(static_cast<std::int64_t>(columns.size()));
  }
  const Shape stored{static_cast<Index>(columns.size())};
  return SparseMatrix(
      std::make_shared<SparsePattern>(nodes, options.vocabulary, std::move(offsets), std::move(columns)),
      Tensor(stored, Real(1)));
}

Dataset make_sbm(std::string_view text, std::string_view pattern, Rng& rng) {
  const Spec spec(text, pattern, {"nodes", "classes", "degree", "homophily", "features", "words", "signal"});
  // Defaults: with 20 training nodes a class, a linear model on the words is right for about 66 nodes in 100, the same
  // model on words averaged over two hops for about 90.
  const Index nodes = spec.integer("nodes", 2, 2000);
  const Index classes = spec.integer("classes", 1, 5);
  const double degree = spec.real("degree", 0, 1e6, 4);
  const double homophily = spec.real("homophily", 0, 1, 0.7);
  const WordOptions words{.vocabulary = spec.integer("features", 0, 100),
                          .words = spec.integer("words", 1, 16),
                          .signal = spec.real("signal", 0, 1, 0.27)};
  if (nodes > std::numeric_limits<NodeId>::max()) spec.fail("nodes: more than 2147483647");
  if (classes > std::min<Index>(nodes / 2, 4096)) spec.fail("classes: expected at most nodes / 2, and at most 4096");
  if (words.vocabulary > 0 && words.vocabulary < classes) spec.fail("features: expected at least one a class, or 0");
  if (words.vocabulary > std::numeric_limits<std::int32_t>::max()) spec.fail("features: more than 2147483647");
  if (words.vocabulary > 0 && words.words > std::numeric_limits<std::int32_t>::max() / nodes)
    spec.fail("words: too many");

  const double size = static_cast<double>(nodes) / static_cast<double>(classes);
  const double within = degree * (classes == 1 ? 1 : homophily) / (size - 1);
  const double between = classes == 1 ? 0 : degree * (1 - homophily) / (static_cast<double>(nodes) - size);
  if (within > 1 || between > 1) spec.fail("degree: more neighbors than there are nodes");

  std::vector<Index> sizes;
  for (Index c = 0; c < classes; ++c) sizes.push_back(nodes * (c + 1) / classes - nodes * c / classes);
  std::vector<double> probabilities(static_cast<std::size_t>(classes * classes), between);
  for (Index c = 0; c < classes; ++c) probabilities[static_cast<std::size_t>(c * classes + c)] = within;
  Dataset dataset = plain(block_model_graph(sizes, probabilities, rng));
  name_classes(dataset, classes);
  for (Index c = 0; c < classes; ++c) {
    dataset.labels.insert(dataset.labels.end(), static_cast<std::size_t>(sizes[static_cast<std::size_t>(c)]),
                          static_cast<std::int32_t>(c));
  }
  if (words.vocabulary > 0) dataset.features = class_words(dataset.labels, classes, words, rng.split("words"));
  return dataset;
}

Dataset make_geometric(std::string_view text, std::string_view pattern, Rng& rng) {
  const Spec spec(text, pattern, {"nodes", "radius"});
  const Index nodes = spec.integer("nodes", 1);
  // A disc of that radius holds 8 of the nodes.
  const double otherwise = std::sqrt(8.0 / (std::numbers::pi * static_cast<double>(nodes)));
  return plain(geometric_graph(nodes, spec.real("radius", 0, 2, otherwise), rng).graph);
}

Dataset make_er(std::string_view text, std::string_view pattern, Rng& rng) {
  const Spec spec(text, pattern, {"nodes", "degree"});
  const Index nodes = spec.integer("nodes", 1);
  const double others = static_cast<double>(std::max<Index>(nodes - 1, 1));
  const double degree = spec.real("degree", 0, 1e9, std::min(8.0, others));
  if (degree > others) spec.fail("degree: more neighbors than there are nodes");
  return plain(gnp_graph(nodes, degree / others, rng));
}

Dataset make_rmat(std::string_view text, std::string_view pattern, Rng& rng) {
  const Spec spec(text, pattern, {"scale", "edgefactor"});
  const Index scale = std::min<Index>(spec.integer("scale", 0), 31);  // rmat_graph says what is too much
  return plain(rmat_graph(static_cast<int>(scale), spec.integer("edgefactor", 0, 16), rng));
}

Dataset make_trees(std::string_view text, std::string_view pattern, Rng& rng) {
  const Spec spec(text, pattern, {"size"});
  const auto [count, size] = two_extents(spec, "size");
  if (count > std::numeric_limits<NodeId>::max() / size) spec.fail("size: more than 2147483647 nodes");
  std::vector<Graph> graphs;
  Dataset names;
  for (Index tree = 0; tree < count; ++tree) {
    graphs.push_back(random_recursive_tree(size, rng));
    names.graph_names.push_back(std::to_string(tree));
    names.graph_of_node.insert(names.graph_of_node.end(), static_cast<std::size_t>(size),
                               static_cast<std::int32_t>(tree));
  }
  Dataset dataset = plain(disjoint_union(std::span<const Graph>(graphs)));
  dataset.graph_names = std::move(names.graph_names);
  dataset.graph_of_node = std::move(names.graph_of_node);
  return dataset;
}

constexpr Index usual_graphs = 200;  // of the long-range tasks: a training takes seconds

Dataset make_carry(std::string_view text, std::string_view pattern, Rng& rng) {
  const Spec spec(text, pattern, {"length", "graphs"});
  return carry_dataset(spec.integer("length", 2), spec.integer("graphs", 5, usual_graphs), rng);
}

Dataset make_ring_transfer(std::string_view text, std::string_view pattern, Rng& rng) {
  const Spec spec(text, pattern, {"length", "graphs"});
  return ring_transfer_dataset(spec.integer("length", 3), spec.integer("graphs", 5, usual_graphs), rng);
}

Dataset make_corners(std::string_view text, std::string_view pattern, Rng& rng) {
  const Spec spec(text, pattern, {"size", "graphs"});
  const auto [rows, columns] = two_extents(spec, "size");
  return corners_dataset(rows, columns, spec.integer("graphs", 5, usual_graphs), rng);
}

constexpr std::array<SyntheticKind, 13> kinds{{
    {"karate", "karate", "Zachary's karate club: 34 nodes, 78 edges, 2 factions"},
    {"grid", "grid:ROWSxCOLUMNS[x...]", "grid of any number of axes, without labels"},
    {"communities", "communities:CLIQUESxSIZE[:rewire=0.01]",
     "connected cliques with rewired edges; classes are the cliques"},
    {"path", "path:NODES", "path, without labels"},
    {"cycle", "cycle:NODES (at least 3)", "cycle, without labels"},
    {"sbm", "sbm[:nodes=2000,classes=5,degree=4,homophily=0.7,features=100,words=16,signal=0.27]",
     "stochastic block model with bags of words; classes are the blocks"},
    {"geometric", "geometric:NODES[:radius=R]",
     "random points in the unit square, tied within a radius, without labels"},
    {"er", "er:NODES[:degree=8]", "Erdos-Renyi random graph, without labels"},
    {"rmat", "rmat:SCALE[:edgefactor=16]", "R-MAT graph of 2^SCALE nodes with skewed degrees, without labels"},
    {"trees", "trees:COUNTxSIZE", "random recursive trees, each a graph of its own, without labels"},
    {"carry", "carry:LENGTH[:graphs=200]", "paths: an end is asked for the class (of 4) that the other end carries"},
    {"ring-transfer", "ring-transfer:LENGTH[:graphs=200]",
     "rings: a node is asked for the class (of 4) that the node opposite carries"},
    {"corners", "corners:ROWSxCOLUMNS[:graphs=200]",
     "grids: two opposite corners are asked whether both carry the same class (of 2)"},
}};
constexpr std::array<MakeDataset, kinds.size()> makers{
    make_karate, make_grid, make_communities, make_path,  make_cycle,         make_sbm,    make_geometric,
    make_er,     make_rmat, make_trees,       make_carry, make_ring_transfer, make_corners};

std::size_t kind_of(std::string_view part) {
  const auto found = std::find_if(kinds.begin(), kinds.end(),
                                  [&](const SyntheticKind& kind) { return kind.name == Spec::name_of(part); });
  return static_cast<std::size_t>(found - kinds.begin());
}

std::vector<std::string_view> parts_of(std::string_view spec) {
  std::vector<std::string_view> parts;
  for (std::size_t plus = spec.find('+'); plus != std::string_view::npos; plus = spec.find('+')) {
    parts.push_back(spec.substr(0, plus));
    spec.remove_prefix(plus + 1);
  }
  parts.push_back(spec);
  return parts;
}

}  // namespace

std::span<const SyntheticKind> synthetic_kinds() { return kinds; }

bool is_synthetic(std::string_view spec) {
  const std::vector<std::string_view> parts = parts_of(spec);
  return std::all_of(parts.begin(), parts.end(), [](std::string_view part) { return kind_of(part) < kinds.size(); });
}

Dataset make_synthetic(std::string_view spec, std::uint64_t seed) {
  std::vector<Dataset> datasets;
  const Rng base = Rng(seed).split("synthetic");
  for (const std::string_view part : parts_of(spec)) {
    const std::size_t kind = kind_of(part);
    if (kind == kinds.size()) {
      std::array<std::string_view, kinds.size()> known{};
      std::transform(kinds.begin(), kinds.end(), known.begin(), [](const SyntheticKind& k) { return k.name; });
      throw_unknown_name("synthetic dataset", Spec::name_of(part), known);
    }
    Rng rng = base.split(static_cast<std::uint64_t>(datasets.size()));
    datasets.push_back(makers[kind](part, kinds[kind].pattern, rng));
    datasets.back().name = part;
  }
  try {
    return disjoint_union(datasets);
  } catch (const ShapeError& error) {  // the parts are a user's choice
    throw UsageError(fmt::format("{}: {}", spec, error.what()));
  }
}

}  // namespace cairn
