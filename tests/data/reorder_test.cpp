#include "data/reorder.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "core/error.h"
#include "data/synthetic.h"
#include "graph/node_order.h"
#include "support/catch.h"
#include "support/graphs.h"

using namespace cairn;

namespace {

/// Everything that a dataset says, in the ids of its user.
struct Told {
  std::multiset<std::pair<std::string, std::string>> arcs;
  std::map<std::string, std::string> of_node;  // label, graph, features
  std::vector<std::array<std::set<std::string>, 3>> splits;

  bool operator==(const Told&) const = default;
};

Told told_by(const Dataset& dataset) {
  Told told;
  const auto name = [&](NodeId u) { return dataset.ids.name(u); };
  for (Index u = 0; u < dataset.node_count(); ++u) {
    const auto node = static_cast<NodeId>(u);
    for (const NodeId v : dataset.graph.neighbors(node)) told.arcs.emplace(name(node), name(v));
    std::string& text = told.of_node[name(node)];
    if (!dataset.labels.empty()) text += fmt::format("label {}", dataset.labels[static_cast<std::size_t>(u)]);
    if (!dataset.graph_of_node.empty()) {
      text += fmt::format(" graph {}", dataset.graph_of_node[static_cast<std::size_t>(u)]);
    }
    if (const auto* dense = std::get_if<Tensor>(&dataset.features)) {
      text += fmt::format(" {}", fmt::join(dense->row(u), " "));
    }
    if (const auto* sparse = std::get_if<SparseMatrix>(&dataset.features)) {
      const auto offsets = sparse->pattern().offsets();
      const auto first = static_cast<std::size_t>(offsets[static_cast<std::size_t>(u)]);
      const auto count = static_cast<std::size_t>(offsets[static_cast<std::size_t>(u) + 1]) - first;
      text += fmt::format(" {}: {}", fmt::join(sparse->pattern().columns().subspan(first, count), " "),
                          fmt::join(sparse->values().values().subspan(first, count), " "));
    }
  }
  for (const Split& split : dataset.splits) {
    auto& parts = told.splits.emplace_back();
    for (const Part part : {Part::train, Part::validation, Part::test}) {
      for (const NodeId u : split.of(part)) parts[static_cast<std::size_t>(part)].insert(name(u));
    }
  }
  return told;
}

std::vector<Dataset> examples() {
  std::vector<Dataset> found{make_synthetic("sbm:nodes=60,classes=3,features=12", 1),
                             make_synthetic("grid:4x5+grid:3x3", 1), make_synthetic("karate", 1)};
  Rng rng(3);
  for (Dataset& dataset : found) {
    const Index nodes = dataset.node_count();
    Split split;
    for (NodeId u = 0; u < nodes; ++u) {
      std::vector<NodeId>* const parts[] = {&split.train, &split.validation, &split.test};
      parts[rng.below(3)]->push_back(u);
    }
    dataset.splits.push_back(split);
  }
  Dataset dense = found[2];
  Tensor x(Shape{dense.node_count(), 3});
  for (Real& value : x.values()) value = rng.normal();
  dense.features = x;
  std::vector<std::string> names;
  for (Index u = 0; u < dense.node_count(); ++u) names.push_back(fmt::format("n{}", u * 7 % 34));
  dense.ids = IdMap::strings(names);
  found.push_back(dense);
  Dataset gaps = found[0];
  std::vector<std::int64_t> ids;
  for (std::int64_t u = 0; u < gaps.node_count(); ++u) ids.push_back(u * u - 5);
  gaps.ids = IdMap::integers(ids);
  found.push_back(gaps);
  return found;
}

}  // namespace

TEST_CASE("reordered: in the user's ids a dataset says the same in any order", "[data][reorder]") {
  for (const Dataset& dataset : examples()) {
    const Told told = told_by(dataset);
    for (const std::string_view name : node_order_names()) {
      INFO(dataset.name << " by " << name);
      const Dataset other = reordered(dataset, node_order(dataset.graph, node_order_of(name)));
      check_consistent(other);
      CHECK(told_by(other) == told);
      for (Index u = 0; u < other.node_count(); ++u) {
        CHECK(other.ids.find(other.ids.name(static_cast<NodeId>(u))) == static_cast<NodeId>(u));
      }
    }
  }
}

TEST_CASE("reordered: the inverse order gives the dataset back, its ids a range again", "[data][reorder]") {
  Rng rng(4);
  const Dataset dataset = make_synthetic("sbm:nodes=60,classes=3,features=12", 1);
  const std::vector<NodeId> new_id = support::shuffled_ids(60, rng);
  const Dataset moved = reordered(dataset, new_id);
  CHECK_FALSE(moved.ids.is_range());
  const Dataset back = reordered(moved, inverse_order(new_id));
  CHECK(back.ids.is_range());
  CHECK(back.labels == dataset.labels);
  CHECK(std::equal(back.graph.targets().begin(), back.graph.targets().end(), dataset.graph.targets().begin()));
}

TEST_CASE("reordered: what is no permutation of the nodes is refused", "[data][reorder]") {
  const Dataset dataset = make_synthetic("grid:2x2", 1);
  CHECK_THROWS_AS(reordered(dataset, std::vector<NodeId>{0, 1, 2}), ShapeError);
  CHECK_THROWS_AS(reordered(dataset, std::vector<NodeId>{0, 1, 2, 2}), ShapeError);
}
