#include "models/problem.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "core/error.h"
#include "data/distance_pairs.h"
#include "data/pairs.h"
#include "data/path_sum.h"
#include "models/defaults.h"
#include "models/tasks/distance_regression.h"
#include "models/tasks/node_classification.h"
#include "models/tasks/pair_task.h"

namespace cairn {

namespace {

void require_labels(const Dataset& dataset, std::string_view purpose) {
  if (dataset.labels.empty() || dataset.class_count() == 0) {
    throw InputError(dataset.name, 0, fmt::format("expected labels to {} (labels.csv), found none", purpose));
  }
}

SplitOptions node_split_options(const TrainConfig& c) {
  return {.train_per_class = c.train_per_class,
          .validation_count = c.validation_count,
          .test_count = c.test_count,
          .train_ratio = c.train_ratio,
          .validation_ratio = c.validation_ratio,
          .test_ratio = c.test_ratio,
          .stratified = c.stratified,
          .whole_graphs = c.split_graphs};
}

PairSplitOptions pair_split_options(const TrainConfig& c) {
  return {.train_ratio = c.train_ratio,
          .validation_ratio = c.validation_ratio,
          .test_ratio = c.test_ratio,
          .node_disjoint = c.node_disjoint};
}

/// With --split-graphs each graph serves one part: pairs of other graphs leave it, so that a model is judged on graphs
/// that it never learned from.
void keep_own_graphs(const Dataset& dataset, const TrainConfig& config, PairSplit& split, Rng& rng) {
  if (!config.split_graphs) return;
  const std::vector<std::int32_t> all_labeled(static_cast<std::size_t>(dataset.node_count()), 0);
  const Split nodes = make_split(all_labeled, dataset.graph_of_node, node_split_options(config), rng);
  const std::array<std::pair<Part, PairSet*>, 3> parts{
      {{Part::train, &split.train}, {Part::validation, &split.validation}, {Part::test, &split.test}}};
  for (const auto& [part, pairs] : parts) {
    const std::vector<NodeId>& own = nodes.of(part);
    const auto is_foreign = [&own](NodePair pair) { return !std::binary_search(own.begin(), own.end(), pair.u); };
    std::erase_if(pairs->positives, is_foreign);
    std::erase_if(pairs->negatives, is_foreign);
    if (pairs->positives.empty() || pairs->negatives.empty()) {
      throw UsageError(fmt::format("--split-graphs: the graphs of the part '{}' give no pairs", to_string(part)));
    }
  }
}

/// With --split-graphs the ratios of the configuration are of graphs; in each graph pairs are then dealt as by default.
PairSplitOptions dealt_pairs(const TrainConfig& config) {
  PairSplitOptions options = pair_split_options(config);
  if (!config.split_graphs) return options;
  const PairSplitOptions plain;
  options.train_ratio = plain.train_ratio;
  options.validation_ratio = plain.validation_ratio;
  options.test_ratio = plain.test_ratio;
  return options;
}

std::unique_ptr<Task> make_pair_task(const Dataset& dataset, const TrainConfig& config, PairSplit split,
                                     std::uint64_t seed) {
  return std::make_unique<PairClassification>(
      config.task, dataset.node_count(), dataset.graph_of_node, std::move(split),
      PairTaskOptions{.score = config.score == "dot" ? PairScore::dot : PairScore::distance,
                      .width = config.dim,
                      .redraw_negatives = config.redraw_negatives,
                      .key = Rng(seed).split("negatives").key()});
}

/// Draws of what is split.
Rng split_rng(std::uint64_t seed) { return Rng(seed).split("split"); }

Problem node_problem(const Dataset& dataset, const TrainConfig& config, std::uint64_t seed, Index seed_index) {
  Split split = node_split(dataset, config, seed, seed_index);
  return {.changed = {},
          .anchors = {},
          .task = std::make_unique<NodeClassification>(dataset.labels, dataset.class_count(), std::move(split))};
}

Problem link_problem(const Dataset& dataset, const TrainConfig& config, Rng& rng, std::uint64_t seed) {
  if (dataset.graph.edge_count() == 0) {
    throw InputError(dataset.name, 0, "expected edges to learn links from, found none");
  }
  LinkSplit split = split_links(dataset.graph, dataset.graph_of_node, dealt_pairs(config), rng);
  keep_own_graphs(dataset, config, split.pairs, rng);
  Problem problem{.changed = dataset, .anchors = {}, .task = {}};
  problem.changed->graph = std::move(split.message_graph);
  problem.task = make_pair_task(dataset, config, std::move(split.pairs), seed);
  return problem;
}

Problem pair_problem(const Dataset& dataset, const TrainConfig& config, Rng& rng, std::uint64_t seed) {
  require_labels(dataset, "tell pairs of one label from others");
  PairSplit split = split_pairs(dataset.labels, dataset.graph_of_node, dataset.node_count(), dealt_pairs(config), rng);
  keep_own_graphs(dataset, config, split, rng);
  return {.changed = {}, .anchors = {}, .task = make_pair_task(dataset, config, std::move(split), seed)};
}

Problem distance_problem(const Dataset& dataset, const TrainConfig& config, Rng& rng) {
  DistanceSplit split =
      split_distance_pairs(sample_distance_pairs(dataset.graph, dataset.graph_of_node, config.distance_pairs, rng),
                           pair_split_options(config), rng);
  return {.changed = {},
          .anchors = {},
          .task = std::make_unique<DistanceRegression>(dataset.node_count(), std::move(split.train),
                                                       std::move(split.validation), std::move(split.test), config.dim)};
}

Problem path_sum_problem(const Dataset& dataset, const TrainConfig& config, Rng& rng) {
  PathSum sum = make_path_sum(dataset.graph, dataset.graph_of_node, rng);
  Problem problem{.changed = dataset, .anchors = std::move(sum.roots), .task = {}};
  Dataset& changed = *problem.changed;
  changed.features = std::move(sum.marks);
  changed.labels = std::move(sum.labels);
  changed.class_names = {"at most 0", "above 0"};
  changed.splits.clear();
  Split split = make_split(changed.labels, changed.graph_of_node, node_split_options(config), rng);
  problem.task = std::make_unique<NodeClassification>(changed.labels, 2, std::move(split));
  return problem;
}

}  // namespace

Split node_split(const Dataset& dataset, const TrainConfig& config, std::uint64_t seed, Index seed_index) {
  require_labels(dataset, "train a node classifier with");
  const auto& splits = dataset.splits;
  if (!splits.empty()) return splits[static_cast<std::size_t>(seed_index) % splits.size()];
  Rng rng = split_rng(seed);
  return make_split(dataset.labels, dataset.graph_of_node, node_split_options(config), rng);
}

Problem make_problem(const Dataset& dataset, const TrainConfig& config, std::uint64_t seed, Index seed_index) {
  Rng rng = split_rng(seed);
  task_summary(config.task);  // an unknown task fails here
  if (config.task == "node") return node_problem(dataset, config, seed, seed_index);
  if (config.task == "link") return link_problem(dataset, config, rng, seed);
  if (config.task == "pair") return pair_problem(dataset, config, rng, seed);
  if (config.task == "distance") return distance_problem(dataset, config, rng);
  return path_sum_problem(dataset, config, rng);
}

}  // namespace cairn
