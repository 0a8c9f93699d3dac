#include "models/tasks/pair_task.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "autodiff/ops_dense.h"
#include "autodiff/ops_elementwise.h"
#include "autodiff/ops_loss.h"
#include "autodiff/ops_pairs.h"
#include "core/error.h"
#include "data/graph_numbers.h"
#include "data/ranking.h"

namespace cairn {

namespace {

constexpr Index hits_rank = 20;

std::shared_ptr<const PairList> list_of(Index node_count, std::span<const NodePair> positives,
                                        std::span<const NodePair> negatives) {
  std::vector<NodeId> first;
  std::vector<NodeId> second;
  first.reserve(positives.size() + negatives.size());
  second.reserve(positives.size() + negatives.size());
  for (const std::span<const NodePair> pairs : {positives, negatives}) {
    for (const NodePair pair : pairs) {
      first.push_back(pair.u);
      second.push_back(pair.v);
    }
  }
  return std::make_shared<const PairList>(node_count, first, second);
}

/// [P, 1]: ones, then zeros.
Tensor targets_of(Index positive_count, Index pair_count) {
  Tensor targets({pair_count, 1});
  std::fill_n(targets.data(), positive_count, Real(1));
  return targets;
}

/// Places in `pairs` at which the graphs begin, and its end: [graphs + 1].
std::vector<Index> graph_starts(const std::vector<NodePair>& pairs, const GraphNumbers& graphs, Index node_count,
                                std::string_view name) {
  std::vector<Index> starts{0};
  for (std::size_t p = 0; p < pairs.size(); ++p) {
    const auto [u, v] = pairs[p];
    if (std::min(u, v) < 0 || std::max(u, v) >= node_count || graphs.of(u) != graphs.of(v)) {
      throw ShapeError(fmt::format("{}: ({}, {}) are not two of {} nodes, of one graph", name, u, v, node_count));
    }
    if (graphs.of(u) + 1 < starts.size()) {
      throw ShapeError(fmt::format("{}: ({}, {}) of graph {} follows a pair of graph {}", name, u, v, graphs.of(u),
                                   starts.size() - 1));
    }
    while (starts.size() <= graphs.of(u)) starts.push_back(static_cast<Index>(p));
  }
  starts.resize(graphs.count() + 1, static_cast<Index>(pairs.size()));
  return starts;
}

}  // namespace

PairClassification::PairClassification(std::string what, Index node_count, std::vector<std::int32_t> graph_of_node,
                                       PairSplit split, const PairTaskOptions& options)
    : what_(std::move(what)),
      node_count_(node_count),
      graph_of_node_(std::move(graph_of_node)),
      split_(std::move(split)),
      options_(options) {
  if (options.width < 1)
    throw UsageError(fmt::format("{}: expected a width of at least 1, found {}", what_, options.width));
  if (options.redraw_negatives && what_ != "link") {
    throw UsageError(fmt::format("{}: negatives can be redrawn for links alone", what_));
  }
  if (split_.train.positives.empty() || split_.train.negatives.empty()) {
    throw UsageError(fmt::format("{}: the split leaves {} positives and {} negatives to train with", what_,
                                 split_.train.positives.size(), split_.train.negatives.size()));
  }
  for (const Part part : {Part::train, Part::validation, Part::test}) {
    judged_[static_cast<std::size_t>(part)] = judged_pairs(split_.of(part), to_string(part));
  }
  if (options.redraw_negatives) {
    negatives_.emplace(NegativeCandidates{node_count_, graph_of_node_, {}}, split_.train.positives);
  }
  const bool is_dot = options.score == PairScore::dot;
  gamma_ = constant_parameter({1}, is_dot ? Real(1) : Real(4));
  delta_ = constant_parameter({1}, is_dot ? Real(0) : Real(4));
}

PairClassification::Judged PairClassification::judged_pairs(const PairSet& set, std::string_view part) const {
  const GraphNumbers graphs(graph_of_node_, node_count_, what_);
  const std::vector<Index> p =
      graph_starts(set.positives, graphs, node_count_, fmt::format("{}: {} positives", what_, part));
  const std::vector<Index> n =
      graph_starts(set.negatives, graphs, node_count_, fmt::format("{}: {} negatives", what_, part));
  Judged judged;
  judged.positive_count = static_cast<Index>(set.positives.size());
  for (std::size_t g = 0; g < graphs.count(); ++g) {
    if (p[g] == p[g + 1] || n[g] == n[g + 1]) continue;
    judged.graphs.push_back({p[g], p[g + 1], judged.positive_count + n[g], judged.positive_count + n[g + 1]});
  }
  judged.pairs = list_of(node_count_, set.positives, set.negatives);
  return judged;
}

Variable PairClassification::score_column(const Variable& embedding, std::shared_ptr<const PairList> pairs) const {
  const Index count = pairs->size();
  const Variable value = options_.score == PairScore::dot
                             ? scale(pair_dot(embedding, std::move(pairs)), gamma_)
                             : scale(scale(pair_l1(embedding, std::move(pairs)), gamma_),
                                     Real(-1) / static_cast<Real>(std::max<Index>(embedding.value().columns(), 1)));
  return add_row(reshape(value, {count, 1}), delta_);
}

Variable PairClassification::part_loss(const Variable& embedding, Part part, const Pass& pass) const {
  std::shared_ptr<const PairList> pairs = of(part).pairs;
  if (negatives_ && part == Part::train && pass.is_training()) {
    Rng rng(pass.draws(options_.key));
    pairs = list_of(node_count_, split_.train.positives, negatives_->draw(rng));
  }
  const Tensor targets = targets_of(of(part).positive_count, pairs->size());
  return binary_cross_entropy(score_column(embedding, std::move(pairs)), targets);
}

Metrics PairClassification::evaluate(const Tensor& embedding, Part part) const {
  Metrics metrics{{"roc_auc", 0}, {"average_precision", 0}, {"hits@20", 0}, {"cross_entropy", 0}, {"accuracy", 0}};
  if (!has(part)) return metrics;
  const Judged& judged = of(part);
  const WithoutGradients without_gradients;
  const Variable column = score_column(Variable::constant(embedding), judged.pairs);
  const std::span<const Real> values = column.value().values();
  const auto range = [&](Index begin, Index end) {
    return values.subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin));
  };
  const auto graph_count = static_cast<double>(judged.graphs.size());
  for (const GraphPairs& graph : judged.graphs) {
    const auto positives = range(graph.positive_begin, graph.positive_end);
    const auto negatives = range(graph.negative_begin, graph.negative_end);
    const RankingMetrics ranking = ranking_metrics(positives, negatives);
    metrics["roc_auc"] += ranking.roc_auc / graph_count;
    metrics["average_precision"] += ranking.average_precision / graph_count;
    metrics["hits@20"] += hits_at(hits_rank, positives, negatives) / graph_count;
  }
  const Index count = judged.pairs->size();
  const auto above_zero = [](std::span<const Real> some) {
    return std::count_if(some.begin(), some.end(), [](Real score) { return score > 0; });
  };
  const Index right = above_zero(range(0, judged.positive_count)) + (count - judged.positive_count) -
                      above_zero(range(judged.positive_count, count));
  metrics["accuracy"] = static_cast<double>(right) / static_cast<double>(count);
  const Variable entropy = binary_cross_entropy(column, targets_of(judged.positive_count, count));
  metrics["cross_entropy"] = static_cast<double>(entropy.value().item());
  return metrics;
}

bool PairClassification::has(Part part) const { return !of(part).graphs.empty(); }

EpochQuality PairClassification::quality(const Metrics& validation) const {
  return {.score = validation.at("roc_auc"), .tie_break = -validation.at("cross_entropy")};
}

void PairClassification::visit(const ParameterVisitor& visitor) const {
  visitor("gamma", gamma_, ParameterKind::bias);
  visitor("delta", delta_, ParameterKind::bias);
}

Tensor PairClassification::scores(const Tensor& embedding, std::span<const NodePair> pairs) const {
  const WithoutGradients without_gradients;
  const Variable column = score_column(Variable::constant(embedding), list_of(node_count_, pairs, {}));
  return column.value().reshaped({static_cast<Index>(pairs.size())});
}

}  // namespace cairn
