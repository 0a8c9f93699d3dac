#include "benchmarks/size_transfer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <string_view>

#include "autodiff/ops_loss.h"
#include "benchmarks/attention_model.h"
#include "core/error.h"
#include "graph/generate.h"
#include "optim/optimizers.h"
#include "position/cape.h"
#include "position/distances.h"

namespace cairn::benchmarks {

namespace {

constexpr std::array<Index, 3> sides{8, 16, 24};  // a graph has side^2 nodes; the first is trained on
constexpr double neighbors = 8;                   // of a node of a geometric graph, about

enum class Family : std::uint8_t { grid, geometric };

std::string label_of(Family family, Index side) {
  return family == Family::grid ? fmt::format("grid {}x{}", side, side) : fmt::format("geometric {}", side * side);
}

Graph draw_graph(Family family, Index side, Rng& rng) {
  if (family == Family::grid) return grid_graph(side, side);
  const auto nodes = static_cast<double>(side * side);
  return geometric_graph(side * side, std::sqrt(neighbors / (std::numbers::pi * nodes)), rng).graph;
}

/// A graph and the distances of its nodes from its anchors, in hops.
struct Placed {
  Graph graph;
  Coordinates hops;
};

Placed draw_placed(Family family, Index side, Index anchors, Rng& rng) {
  Placed placed{.graph = draw_graph(family, side, rng), .hops = {}};
  const AnchorSet set = select_anchors(placed.graph, {}, {.strategy = "farthest", .count = anchors}, rng);
  const HopDistances distances = hop_distances(placed.graph, set);
  placed.hops.values = Tensor(Shape{placed.graph.node_count(), anchors});
  placed.hops.valid.assign(static_cast<std::size_t>(placed.hops.values.size()), 1);
  for (Index i = 0; i < placed.hops.values.size(); ++i) {
    const std::uint16_t hops = distances.at(i / anchors, i % anchors);
    if (hops == HopDistances::unreached) {
      placed.hops.valid[static_cast<std::size_t>(i)] = 0;
    } else {
      placed.hops.values.data()[i] = static_cast<Real>(hops);
    }
  }
  return placed;
}

std::vector<Placed> draw_all(Family family, Index side, Index count, Index anchors, const Rng& rng) {
  std::vector<Placed> all;
  for (Index i = 0; i < count; ++i) {
    Rng of_graph = rng.split(static_cast<std::uint64_t>(i));
    all.push_back(draw_placed(family, side, anchors, of_graph));
  }
  return all;
}

/// A union of graphs with numbers on their nodes, and what is to be said of them.
struct Batch {
  Coordinates hops;
  Tensor content;  // [N, 1], standard normal
  Tensor target;   // [N, 1], means over closed neighborhoods
};

Batch make_batch(const std::vector<const Placed*>& parts, Rng& rng) {
  Index nodes = 0;
  for (const Placed* part : parts) nodes += part->graph.node_count();
  const Index axes = parts.front()->hops.axis_count();
  Batch batch{.hops = {}, .content = Tensor(Shape{nodes, 1}), .target = Tensor(Shape{nodes, 1})};
  batch.hops.values = Tensor(Shape{nodes, axes});
  for (Real& value : batch.content.values()) value = rng.normal();
  Index first = 0;
  std::int32_t number = 0;
  for (const Placed* part : parts) {
    const Index count = part->graph.node_count();
    std::copy_n(part->hops.values.data(), part->hops.values.size(), batch.hops.values.data() + first * axes);
    batch.hops.valid.insert(batch.hops.valid.end(), part->hops.valid.begin(), part->hops.valid.end());
    batch.hops.graph_of_node.insert(batch.hops.graph_of_node.end(), static_cast<std::size_t>(count), number++);
    for (Index u = 0; u < count; ++u) {
      const auto begin = part->graph.offsets()[static_cast<std::size_t>(u)];
      const auto end = part->graph.offsets()[static_cast<std::size_t>(u) + 1];
      double sum = static_cast<double>(batch.content.data()[first + u]);
      for (auto arc = begin; arc < end; ++arc) {
        const Index v = part->graph.targets()[static_cast<std::size_t>(arc)];
        sum += static_cast<double>(batch.content.data()[first + v]);
      }
      batch.target.data()[first + u] = static_cast<Real>(sum / static_cast<double>(end - begin + 1));
    }
    first += count;
  }
  return batch;
}

/// Mean squared error over the mean square of the target, whose mean is 0.
double error_on(const AttentionModel& model, const std::vector<Placed>& graphs, Rng rng) {
  const WithoutGradients without_gradients;
  double errors = 0;
  double squares = 0;
  for (const Placed& placed : graphs) {  // one by one: the largest has as many nodes as a batch
    const Batch batch = make_batch({&placed}, rng);
    const Tensor said = model.forward(batch.hops, batch.content).value();
    for (Index u = 0; u < said.size(); ++u) {
      const auto target = static_cast<double>(batch.target.data()[u]);
      errors += std::pow(static_cast<double>(said.data()[u]) - target, 2);
      squares += target * target;
    }
  }
  return errors / squares;
}

/// Errors by size of a model trained with this augmentation.
std::vector<double> errors_with(const CapeOptions& augmentation, const SizeTransferOptions& options,
                                const std::vector<Placed>& training, const std::vector<std::vector<Placed>>& tests,
                                const Rng& rng) {
  Rng of_weights = rng.split("weights");
  const AttentionModel model({.content = 1, .axes = options.anchors, .out = 1}, of_weights);
  const auto parameters = parameters_of(model);
  const auto optimizer = make_optimizer({});
  for (Index step = 0; step < options.steps; ++step) {
    Rng of_step = rng.split("step").split(static_cast<std::uint64_t>(step));
    std::vector<const Placed*> parts;
    for (Index i = 0; i < options.batch; ++i) {
      parts.push_back(&training[static_cast<std::size_t>(of_step.below(options.training_graphs))]);
    }
    const Batch batch = make_batch(parts, of_step);
    const Coordinates moved = cape_in_training(batch.hops, augmentation, of_step.split("cape"));
    clear_gradients(parameters);
    backward(mean_squared_error(model.forward(moved, batch.content), batch.target));
    optimizer->step(parameters, static_cast<Real>(options.learning_rate));
  }
  std::vector<double> errors;
  for (const auto& test : tests) errors.push_back(error_on(model, test, rng.split("test")));
  return errors;
}

void check(const SizeTransferOptions& options) {
  const auto expect = [](Index found, std::string_view what) {
    if (found < 1) throw UsageError(fmt::format("size transfer: expected at least 1 {}, found {}", what, found));
  };
  expect(options.seeds, "seed");
  expect(options.steps, "step");
  expect(options.batch, "graph a step");
  expect(options.training_graphs, "training graph");
  expect(options.test_graphs, "test graph");
  const Index most_anchors = sides[0] * sides[0];
  if (options.anchors < 1 || options.anchors > most_anchors) {
    throw UsageError(fmt::format("size transfer: expected 1 to {} anchors, found {}", most_anchors, options.anchors));
  }
}

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

}  // namespace

double SizeTransferRow::mean_without() const { return mean_of(without); }
double SizeTransferRow::mean_with() const { return mean_of(with); }
double SizeTransferRow::mean_gain() const { return mean_without() - mean_with(); }

double SizeTransferRow::gain_error() const {
  const auto n = static_cast<double>(with.size());
  if (with.size() < 2) return std::numeric_limits<double>::infinity();
  double squares = 0;
  for (std::size_t s = 0; s < with.size(); ++s) squares += std::pow(without[s] - with[s] - mean_gain(), 2);
  return std::sqrt(squares / (n - 1) / n);
}

std::vector<SizeTransferRow> size_transfer(const SizeTransferOptions& options,
                                           const std::function<void(const std::vector<SizeTransferRow>&)>& progress) {
  check(options);
  const CapeOptions augmentation{.global_shift = static_cast<Real>(options.global_shift),
                                 .local_shift = static_cast<Real>(options.local_shift)};
  check_cape_options(augmentation);
  const std::size_t sizes = options.smoke ? 2 : sides.size();
  std::vector<SizeTransferRow> rows;
  for (const Family family : {Family::grid, Family::geometric}) {
    if (options.smoke && family != Family::grid) continue;
    const std::size_t first = rows.size();
    for (std::size_t i = 0; i < sizes; ++i) {
      rows.push_back({.graphs = label_of(family, sides[i]), .trained = i == 0, .without = {}, .with = {}});
    }
    for (Index s = 0; s < options.seeds; ++s) {
      const Rng rng = Rng(options.seed + static_cast<std::uint64_t>(s)).split(rows[first].graphs);
      const auto training =
          draw_all(family, sides[0], options.training_graphs, options.anchors, rng.split("training graphs"));
      std::vector<std::vector<Placed>> tests;
      for (std::size_t i = 0; i < sizes; ++i) {
        tests.push_back(
            draw_all(family, sides[i], options.test_graphs, options.anchors, rng.split(label_of(family, sides[i]))));
      }
      const auto without = errors_with({}, options, training, tests, rng);
      const auto with = errors_with(augmentation, options, training, tests, rng);
      for (std::size_t i = 0; i < sizes; ++i) {
        rows[first + i].without.push_back(without[i]);
        rows[first + i].with.push_back(with[i]);
      }
      if (progress) progress(rows);
    }
  }
  return rows;
}

}  // namespace cairn::benchmarks
