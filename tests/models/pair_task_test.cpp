#include "models/tasks/pair_task.h"

#include <cmath>
#include <limits>
#include <set>

#include "core/error.h"
#include "graph/generate.h"
#include "nn/module.h"
#include "optim/adam.h"
#include "support/catch.h"
#include "support/tensors.h"
#include "support/threads.h"

using namespace cairn;

namespace {

/// Two graphs, nodes 0 .. 4 and 5 .. 9; the second has no negatives to test.
const std::vector<std::int32_t> two_graphs{0, 0, 0, 0, 0, 1, 1, 1, 1, 1};

PairSplit small_split() {
  return {.train = {{{0, 1}, {2, 3}, {5, 6}}, {{0, 2}, {5, 7}}},
          .validation = {{{0, 3}, {0, 4}, {6, 7}}, {{1, 2}, {1, 3}, {5, 8}}},
          .test = {{{3, 4}, {7, 8}}, {{2, 4}}}};
}

PairClassification small_task(const PairTaskOptions& options) {
  return PairClassification("link", 10, two_graphs, small_split(), options);
}

Tensor some_rows(std::uint64_t seed = 1, Index width = 6) {
  Rng rng(seed);
  return support::random_tensor({10, width}, rng);
}

double loss_of(const PairClassification& task, const Tensor& rows, const Pass& pass = Pass::evaluation()) {
  return static_cast<double>(task.loss(Variable::constant(rows), pass).value().item());
}

double entropy_of(double score, bool positive) { return std::log1p(std::exp(positive ? -score : score)); }

/// gamma and delta from the definition of the score.
double score_of(const PairClassification& task, PairScore kind, const Tensor& rows, NodePair pair) {
  const auto parameters = parameters_of(task);
  const auto gamma = static_cast<double>(parameters[0].value.value().item());
  const auto delta = static_cast<double>(parameters[1].value.value().item());
  double sum = 0;
  for (Index d = 0; d < rows.columns(); ++d) {
    const auto a = static_cast<double>(rows.at(pair.u, d));
    const auto b = static_cast<double>(rows.at(pair.v, d));
    sum += kind == PairScore::dot ? a * b : std::abs(a - b);
  }
  if (kind == PairScore::dot) return gamma * sum + delta;
  return delta - gamma * sum / static_cast<double>(rows.columns());
}

void set_parameters(const PairClassification& task, Real gamma, Real delta) {
  const auto parameters = parameters_of(task);
  parameters[0].value.mutable_value().fill(gamma);
  parameters[1].value.mutable_value().fill(delta);
}

constexpr double rounding = sizeof(Real) == 8 ? 1e-12 : 1e-5;

}  // namespace

TEST_CASE("pair task: the loss is the mean cross entropy of the training pairs, by the definition of the score",
          "[models][tasks]") {
  for (const PairScore kind : {PairScore::dot, PairScore::distance}) {
    const PairClassification task = small_task({.score = kind, .width = 6});
    set_parameters(task, Real(0.7), Real(-0.3));
    const Tensor rows = some_rows();
    double expected = 0;
    for (const NodePair pair : small_split().train.positives)
      expected += entropy_of(score_of(task, kind, rows, pair), true);
    for (const NodePair pair : small_split().train.negatives)
      expected += entropy_of(score_of(task, kind, rows, pair), false);
    CHECK(loss_of(task, rows) == Approx(expected / 5).epsilon(rounding));
  }
}

TEST_CASE("pair task: evaluation judges by the scores that the loss trains", "[models][tasks]") {
  for (const PairScore kind : {PairScore::dot, PairScore::distance}) {
    const PairClassification task = small_task({.score = kind, .width = 6});
    const Tensor rows = some_rows(2);
    CHECK(task.evaluate(rows, Part::train).at("cross_entropy") == Approx(loss_of(task, rows)).epsilon(rounding));
    const std::vector<NodePair> pairs = small_split().validation.positives;
    const Tensor scores = task.scores(rows, pairs);
    for (std::size_t p = 0; p < pairs.size(); ++p) {
      CHECK(static_cast<double>(scores.data()[p]) == Approx(score_of(task, kind, rows, pairs[p])).epsilon(rounding));
    }
  }
}

TEST_CASE("pair task: ranking figures are means over graphs, the others over all pairs", "[models][tasks]") {
  // One column; distance: the score of a pair falls with its difference. gamma 1, delta 2.
  const PairClassification task = small_task({.score = PairScore::distance, .width = 1});
  set_parameters(task, 1, 2);
  const Tensor rows({10, 1}, {0, 6, 4, 3, 5, 0, 1, 9, 1, 0});
  // Graph 0: positives (0,3) 3, (0,4) 5; negatives (1,2) 2, (1,3) 3: wins 0 + 0.5 + 0 + 0 of 4.
  // Graph 1: positive (6,7) 8; negative (5,8) 1: none of 1.
  const Metrics metrics = task.evaluate(rows, Part::validation);
  CHECK(metrics.at("roc_auc") == Approx((0.125 + 0) / 2));
  // Graph 0: threshold 3: 1 of 3 right, recall 1/2; threshold 5: 2 of 4. Graph 1: 1 of 2.
  CHECK(metrics.at("average_precision") == Approx((0.5 / 3 + 0.5 / 2 + 0.5) / 2));
  CHECK(metrics.at("hits@20") == 1);  // fewer than 20 negatives
  // Scores -1 -3 -6 for positives, 0 -1 1 for negatives: 0 is not above 0.
  CHECK(metrics.at("accuracy") == Approx(2.0 / 6));
  double entropy = 0;
  for (const double score : {-1, -3, -6}) entropy += entropy_of(score, true) / 6;
  for (const double score : {0, -1, 1}) entropy += entropy_of(score, false) / 6;
  CHECK(metrics.at("cross_entropy") == Approx(entropy).epsilon(rounding));
  // Only the first graph has both kinds of pairs to test: (3,4) 2 against (2,4) 1.
  CHECK(task.evaluate(rows, Part::test).at("roc_auc") == 0);
  CHECK(task.evaluate(Tensor({10, 1}, {0, 6, 4, 5, 5, 0, 1, 9, 1, 0}), Part::test).at("roc_auc") == 1);
}

TEST_CASE("pair task: hits@20 counts positives above the 20th negative", "[models][tasks]") {
  PairSplit split;
  for (NodeId u = 1; u <= 30; ++u) split.train.negatives.push_back({0, u});
  for (NodeId u = 31; u < 41; ++u) split.train.positives.push_back({0, u});
  const PairClassification task("link", 41, {}, split, {.score = PairScore::distance, .width = 1});
  Tensor rows({41, 1});  // negatives at 1 .. 30, positives at 15.5, 16.5, ..: five of them nearer than 20
  for (NodeId u = 1; u <= 30; ++u) rows.at(u, 0) = static_cast<Real>(u);
  for (NodeId u = 31; u < 41; ++u) rows.at(u, 0) = static_cast<Real>(u) - Real(15.5);
  CHECK(task.evaluate(rows, Part::train).at("hits@20") == 0.5);
}

TEST_CASE("pair task: a part is there where some graph has positives and negatives", "[models][tasks]") {
  PairSplit split = small_split();
  split.test.negatives = {{6, 9}};
  split.test.positives = {{3, 4}};  // another graph than the negative's
  split.validation = {};
  const PairClassification task("pair", 10, two_graphs, split, {});
  CHECK(task.has(Part::train));
  CHECK(!task.has(Part::validation));
  CHECK(!task.has(Part::test));
  CHECK(task.evaluate(some_rows(), Part::test).at("roc_auc") == 0);
  CHECK(task.out_width() == 32);
}

TEST_CASE("pair task: higher ROC AUC is better, then lower cross entropy", "[models][tasks]") {
  const EpochQuality quality = small_task({}).quality({{"roc_auc", 0.9}, {"cross_entropy", 0.4}, {"accuracy", 0.1}});
  CHECK(quality.score == 0.9);
  CHECK(quality.tie_break == -0.4);
}

TEST_CASE("pair task: gamma and delta are parameters without decay, and their gradients are differences of the loss",
          "[models][tasks]") {
  for (const PairScore kind : {PairScore::dot, PairScore::distance}) {
    const PairClassification task = small_task({.score = kind, .width = 6});
    const auto parameters = parameters_of(task);
    REQUIRE(parameters.size() == 2);
    CHECK(parameters[0].name == "gamma");
    CHECK(parameters[1].name == "delta");
    const Tensor rows = some_rows(3);
    backward(task.loss(Variable::constant(rows), Pass::evaluation()));
    for (const NamedParameter& parameter : parameters) {
      CHECK(parameter.kind == ParameterKind::bias);
      const Real step = sizeof(Real) == 8 ? Real(1e-5) : Real(1e-2);
      Real& value = parameter.value.mutable_value().data()[0];
      const Real before = value;
      value = before + step;
      const double above = loss_of(task, rows);
      value = before - step;
      const double below = loss_of(task, rows);
      value = before;
      const auto gradient = static_cast<double>(parameter.value.grad().item());
      CHECK(gradient == Approx((above - below) / (2 * static_cast<double>(step))).epsilon(1e-3));
    }
  }
}

TEST_CASE("pair task: redrawn negatives change with the step, only in training, and are no training positives",
          "[models][tasks]") {
  Rng rng(4);
  const LinkSplit links = split_links(grid_graph(6, 6), {}, {}, rng);
  const auto task_of = [&](bool redraw, std::uint64_t key) {
    return std::make_unique<PairClassification>(
        "link", 36, std::vector<std::int32_t>{}, links.pairs,
        PairTaskOptions{.score = PairScore::dot, .width = 36, .redraw_negatives = redraw, .key = key});
  };
  // One-hot rows: the gradient of a product tells which pairs it was of.
  Tensor rows({36, 36});
  for (Index u = 0; u < 36; ++u) rows.at(u, u) = 1;
  const auto pairs_of = [&](const PairClassification& task, const Pass& pass) {
    const Variable x = Variable::parameter(rows.clone());
    backward(task.loss(x, pass));
    std::pair<std::set<std::uint64_t>, std::set<std::uint64_t>> signs;  // below and above 0
    for (NodeId u = 0; u < 36; ++u) {
      for (NodeId v = 0; v < 36; ++v) {
        if (x.grad().at(u, v) < 0) signs.first.insert(pair_key({u, v}));
        if (x.grad().at(u, v) > 0) signs.second.insert(pair_key({u, v}));
      }
    }
    return signs;
  };
  const auto keys_of = [](const std::vector<NodePair>& pairs) {
    std::set<std::uint64_t> keys;
    for (const NodePair pair : pairs) keys.insert(pair_key(pair));
    return keys;
  };
  const auto redrawing = task_of(true, 5);
  const auto [positives, first] = pairs_of(*redrawing, Pass::training(1, 0));
  CHECK(positives == keys_of(links.pairs.train.positives));
  CHECK(first.size() == links.pairs.train.negatives.size());
  CHECK(first != keys_of(links.pairs.train.negatives));
  CHECK(std::none_of(first.begin(), first.end(), [&, p = positives](std::uint64_t key) { return p.count(key) == 1; }));
  CHECK(pairs_of(*redrawing, Pass::training(1, 0)).second == first);
  CHECK(pairs_of(*redrawing, Pass::training(1, 1)).second != first);
  CHECK(pairs_of(*redrawing, Pass::training(2, 0)).second != first);
  CHECK(pairs_of(*task_of(true, 6), Pass::training(1, 0)).second != first);
  CHECK(pairs_of(*redrawing, Pass::evaluation()).second == keys_of(links.pairs.train.negatives));
  CHECK(pairs_of(*task_of(false, 5), Pass::training(1, 0)).second == keys_of(links.pairs.train.negatives));
}

TEST_CASE("pair task: free rows learn pairs of cliques, which are transitive, with either score", "[models][tasks]") {
  std::vector<std::int32_t> labels;
  for (std::int32_t u = 0; u < 80; ++u) labels.push_back(u / 20);
  Rng rng(6);
  const PairSplit split = split_pairs(labels, {}, 80, {}, rng);
  for (const PairScore kind : {PairScore::dot, PairScore::distance}) {
    const PairClassification task("pair", 80, {}, split, {.score = kind, .width = 8});
    const Variable rows = Variable::parameter(support::random_tensor({80, 8}, rng));
    std::vector<NamedParameter> parameters = parameters_of(task);
    parameters.push_back({.name = "rows", .value = rows});
    Adam adam({});
    for (Index step = 0; step < 300; ++step) {
      backward(task.loss(rows, Pass::training(1, step)));
      adam.step(parameters, Real(0.05));
      clear_gradients(parameters);
    }
    CHECK(task.evaluate(rows.value(), Part::train).at("roc_auc") > 0.98);
    CHECK(task.evaluate(rows.value(), Part::train).at("accuracy") > 0.9);  // 0 lies between the two kinds
    // Equality is transitive and so is nearness. Products learn the positives of the test that train as negatives.
    CHECK(task.evaluate(rows.value(), Part::test).at("roc_auc") > (kind == PairScore::distance ? 0.98 : 0.8));
  }
}

TEST_CASE("pair task: loss and figures have the same bits for any number of threads", "[models][tasks]") {
  Rng rng(7);
  const LinkSplit links = split_links(gnm_graph(500, 20000, rng), {}, {}, rng);
  const PairClassification task("link", 500, {}, links.pairs, {.width = 8, .redraw_negatives = true});
  const Tensor rows = support::random_tensor({500, 8}, rng);
  const auto figures = [&](int threads) {
    const support::Threads scope(threads);
    return std::pair(loss_of(task, rows, Pass::training(3, 4)), task.evaluate(rows, Part::train));
  };
  CHECK(figures(1) == figures(2));
  CHECK(figures(1) == figures(3));
}

TEST_CASE("pair task: splits and options that do not fit are refused", "[models][tasks]") {
  const auto make = [](PairSplit split, const PairTaskOptions& options = {}, const std::string& what = "link") {
    const PairClassification task(what, 10, two_graphs, std::move(split), options);
  };
  CHECK_NOTHROW(make(small_split()));
  PairSplit split = small_split();
  split.train.negatives.clear();
  CHECK_THROWS_AS(make(split), UsageError);
  split = small_split();
  split.train.positives.clear();
  CHECK_THROWS_AS(make(split), UsageError);
  split = small_split();
  split.test.positives[0] = {0, 10};
  CHECK_THROWS_AS(make(split), ShapeError);
  split.test.positives[0] = {-1, 2};
  CHECK_THROWS_AS(make(split), ShapeError);
  split.test.positives[0] = {4, 5};  // of two graphs
  CHECK_THROWS_AS(make(split), ShapeError);
  split = small_split();
  std::swap(split.validation.negatives.front(), split.validation.negatives.back());
  CHECK_THROWS_WITH(make(split), Catch::Contains("validation negatives: (1, 3) of graph 0 follows a pair of graph 1"));
  CHECK_THROWS_AS(make(small_split(), {.width = 0}), UsageError);
  CHECK_NOTHROW(make(small_split(), {.redraw_negatives = true}));
  CHECK_THROWS_AS(make(small_split(), {.redraw_negatives = true}, "pair"), UsageError);
  CHECK_THROWS_AS(PairClassification("link", 9, two_graphs, small_split(), {}), ShapeError);
}

TEST_CASE("pair task: an embedding of another size, or with values that are no numbers, is refused",
          "[models][tasks]") {
  const PairClassification task = small_task({.width = 6});
  CHECK_THROWS_AS(task.evaluate(Tensor({9, 6}), Part::test), ShapeError);
  CHECK_THROWS_AS(loss_of(task, Tensor({11, 6})), ShapeError);
  Tensor rows = some_rows();
  rows.at(3, 0) = std::numeric_limits<Real>::quiet_NaN();
  CHECK_THROWS_AS(task.evaluate(rows, Part::test), NumericError);
}
