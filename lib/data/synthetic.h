#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "data/dataset.h"

namespace cairn {

/// A row of the table of synthetic datasets: what `--help` prints and make_synthetic understands.
struct SyntheticKind {
  std::string_view name;     // "grid"
  std::string_view pattern;  // "grid:ROWSxCOLUMNS[x...]"
  std::string_view summary;
};
std::span<const SyntheticKind> synthetic_kinds();

/// Whether each of the parts that '+' joins starts with a name of the table ("karate", "grid:20x20+grid:30x30"). Says
/// nothing about what follows the name: make_synthetic does. A folder of such a name is reached as "./path".
bool is_synthetic(std::string_view spec);

/// The dataset a spec names: one graph, or the disjoint union of the parts that '+' joins. After the name and ':' come
/// values, separated by ':' or ',', in the order of the table or as key=value: "sbm:2000:5" is
/// "sbm:nodes=2000,classes=5".
///
///   karate                     Zachary's club; classes are the two factions after the split
///   grid:ROWSxCOLUMNS          any number of axes; no labels
///   path:NODES, cycle:NODES    no labels
///   communities:CLIQUESxSIZE   [rewire=0.01]; connected caveman graph (caveman_graph); classes are the cliques
///   sbm                        [nodes=2000, classes=5, degree=4, homophily=0.7, features=100, words=16, signal=0.27]:
///                              blocks of (nearly) equal size, which are the classes. A node has `degree` neighbors on
///                              average, the share `homophily` of them in its own class. Its features are a bag of
///                              `words` draws from a vocabulary of `features` words (0: no features): with probability
///                              `signal` one of the features / classes words of its own class, else any word; a word
///                              drawn twice counts once. A node says little of its class, its neighborhood much.
///   geometric:NODES            [radius]; default: about 8 neighbors a node; no labels
///   er:NODES                   [degree=8]; each pair equally likely; no labels
///   rmat:SCALE                 [edgefactor=16]; rmat_graph; no labels
///   trees:COUNTxSIZE           COUNT random recursive trees as a dataset of COUNT graphs; no labels
///   carry:LENGTH, ring-transfer:LENGTH, corners:ROWSxCOLUMNS
///                              [graphs=200]; what a node far away carries (data/long_range.h), with a split by graphs
///
/// The same for the same spec and seed, for any number of threads; each part draws from a stream of its own.
/// Throws UsageError for an unknown name, key or value, saying what was expected.
Dataset make_synthetic(std::string_view spec, std::uint64_t seed);

}  // namespace cairn
