#include "data/long_range.h"

#include <fmt/format.h>

#include <array>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/draws.h"
#include "core/error.h"
#include "graph/generate.h"

namespace cairn {

namespace {

constexpr Index fewest_graphs = 5;  // 3 to train, one to choose the epoch, one to be judged

/// What is special about one of the graphs; nodes by their number within it.
struct Question {
  std::vector<std::pair<NodeId, std::int32_t>> carried;  // node and the class it carries
  std::vector<NodeId> asked;
  std::int32_t label = 0;
};

void check_sizes(std::string_view what, Index nodes, Index graphs) {
  if (graphs < fewest_graphs) {
    throw UsageError(fmt::format("{}: expected at least {} graphs, found {}", what, fewest_graphs, graphs));
  }
  if (nodes > std::numeric_limits<NodeId>::max() / graphs) {
    throw UsageError(fmt::format("{}: expected at most {} nodes, found {} in each of {} graphs", what,
                                 std::numeric_limits<NodeId>::max(), nodes, graphs));
  }
}

/// Numbers 0 .. count - 1 modulo `kinds` in a drawn order: each kind as often as the others, or once more.
std::vector<std::int32_t> balanced(Index count, Index kinds, Rng rng) {
  std::vector<std::int32_t> values;
  for (Index i = 0; i < count; ++i) values.push_back(static_cast<std::int32_t>(i % kinds));
  shuffle(values, rng);
  return values;
}

SparseMatrix features_of(Index nodes, const std::vector<Question>& questions) {
  constexpr auto columns = static_cast<std::size_t>(LongRangeColumn::count);
  constexpr auto asked = static_cast<std::size_t>(LongRangeColumn::asked);
  std::vector<std::int64_t> offsets{0};
  std::vector<std::int32_t> stored;
  for (const Question& question : questions) {
    std::vector<std::array<bool, columns>> rows(static_cast<std::size_t>(nodes));
    for (const auto& [node, carried] : question.carried) {
      rows[static_cast<std::size_t>(node)][static_cast<std::size_t>(carried)] = true;
    }
    for (const NodeId node : question.asked) rows[static_cast<std::size_t>(node)][asked] = true;
    for (const auto& row : rows) {
      const std::size_t before = stored.size();
      for (std::size_t c = 0; c < columns; ++c) {
        if (row[c]) stored.push_back(static_cast<std::int32_t>(c));
      }
      if (stored.size() == before) stored.push_back(static_cast<std::int32_t>(LongRangeColumn::plain));
      offsets.push_back(static_cast<std::int64_t>(stored.size()));
    }
  }
  const Shape shape{static_cast<Index>(stored.size())};
  const Index rows = static_cast<Index>(offsets.size()) - 1;
  return SparseMatrix(std::make_shared<SparsePattern>(rows, static_cast<Index>(columns), std::move(offsets), stored),
                      Tensor(shape, Real(1)));
}

/// As many copies of a graph as there are questions, with a split by whole graphs.
Dataset copies(const Graph& graph, const std::vector<Question>& questions, std::vector<std::string> class_names,
               const Rng& rng) {
  Dataset dataset;
  dataset.class_names = std::move(class_names);
  dataset.graph = disjoint_union(std::vector<Graph>(questions.size(), graph));
  dataset.ids = IdMap::range(dataset.graph.node_count());
  dataset.features = features_of(graph.node_count(), questions);
  dataset.labels.assign(static_cast<std::size_t>(dataset.graph.node_count()), -1);
  const auto nodes = static_cast<std::size_t>(graph.node_count());
  for (std::size_t g = 0; g < questions.size(); ++g) {
    dataset.graph_names.push_back(std::to_string(g));
    dataset.graph_of_node.insert(dataset.graph_of_node.end(), nodes, static_cast<std::int32_t>(g));
    for (const NodeId node : questions[g].asked) {
      dataset.labels[g * nodes + static_cast<std::size_t>(node)] = questions[g].label;
    }
  }
  Rng split = rng.split("split");
  dataset.splits.push_back(make_split(dataset.labels, dataset.graph_of_node, {.whole_graphs = true}, split));
  return dataset;
}

std::vector<std::string> numbered_classes() {
  std::vector<std::string> names;
  for (Index c = 0; c < carried_classes; ++c) names.push_back(std::to_string(c));
  return names;
}

}  // namespace

Dataset carry_dataset(Index length, Index graphs, Rng& rng) {
  if (length < 2) throw UsageError(fmt::format("carry: expected at least 2 nodes, found {}", length));
  check_sizes("carry", length, graphs);
  const auto last = static_cast<NodeId>(length - 1);
  std::vector<Question> questions;
  for (const std::int32_t label : balanced(graphs, carried_classes, rng.split("classes"))) {
    const NodeId source = rng.below(2) == 0 ? 0 : last;
    questions.push_back({.carried = {{source, label}}, .asked = {static_cast<NodeId>(last - source)}, .label = label});
  }
  return copies(path_graph(length), questions, numbered_classes(), rng);
}

Dataset ring_transfer_dataset(Index length, Index graphs, Rng& rng) {
  if (length < 3) throw UsageError(fmt::format("ring-transfer: expected at least 3 nodes, found {}", length));
  check_sizes("ring-transfer", length, graphs);
  std::vector<Question> questions;
  for (const std::int32_t label : balanced(graphs, carried_classes, rng.split("classes"))) {
    const Index source = rng.below(length);
    const Index opposite = (source + length / 2) % length;
    questions.push_back(
        {.carried = {{static_cast<NodeId>(source), label}}, .asked = {static_cast<NodeId>(opposite)}, .label = label});
  }
  return copies(cycle_graph(length), questions, numbered_classes(), rng);
}

Dataset corners_dataset(Index rows, Index columns, Index graphs, Rng& rng) {
  if (rows < 2 || columns < 2) {
    throw UsageError(fmt::format("corners: expected at least 2 rows and 2 columns, found {} and {}", rows, columns));
  }
  constexpr Index most = std::numeric_limits<NodeId>::max();
  check_sizes("corners", columns > most / rows ? most : rows * columns, graphs);
  const Index last = rows * columns - 1;
  std::vector<Question> questions;
  for (const std::int32_t kind : balanced(graphs, 4, rng.split("classes"))) {  // both classes, as two bits
    const Index first = rng.below(2) == 0 ? 0 : columns - 1;
    const auto one = static_cast<NodeId>(first);
    const auto other = static_cast<NodeId>(last - first);
    const std::int32_t at_one = kind % 2;
    const std::int32_t at_other = kind / 2;
    questions.push_back(
        {.carried = {{one, at_one}, {other, at_other}}, .asked = {one, other}, .label = at_one == at_other ? 1 : 0});
  }
  return copies(grid_graph(rows, columns), questions, {"different", "same"}, rng);
}

}  // namespace cairn
