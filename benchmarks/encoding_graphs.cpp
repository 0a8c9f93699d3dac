#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "benchmarks/encoding_experiments.h"
#include "benchmarks/ridge.h"
#include "core/error.h"
#include "core/rng.h"
#include "graph/generate.h"
#include "graph/traversal.h"
#include "position/anchor_coordinates.h"
#include "position/diagnostics.h"
#include "position/encodings.h"
#include "position/stable_rank.h"

namespace cairn::benchmarks {

namespace {

/// Hops to anchors, targets, and which nodes are seen.
struct Task {
  Coordinates hops;
  std::vector<double> targets;  // [N, T]
  std::vector<Index> train;
  std::vector<Index> test;
};

/// [N, T]: sums of random waves at the places of the nodes.
std::vector<double> smooth_targets(const GeometricGraph& graph, const std::vector<NodeId>& nodes,
                                   const GraphReadoutOptions& options, const Rng& base) {
  std::vector<double> targets(nodes.size() * static_cast<std::size_t>(options.targets), 0.0);
  for (Index t = 0; t < options.targets; ++t) {
    Rng rng = base.split(static_cast<std::uint64_t>(t));
    for (Index wave = 0; wave < options.waves; ++wave) {
      const auto turns_x = static_cast<double>(rng.normal());
      const auto turns_y = static_cast<double>(rng.normal());
      const auto start = static_cast<double>(rng.uniform());
      const double amplitude = static_cast<double>(rng.normal()) / (0.5 + std::hypot(turns_x, turns_y));
      for (std::size_t i = 0; i < nodes.size(); ++i) {
        const auto& place = graph.coordinates[static_cast<std::size_t>(nodes[i])];
        const double turns = turns_x * place[0] + turns_y * place[1] + start;
        targets[i * static_cast<std::size_t>(options.targets) + static_cast<std::size_t>(t)] +=
            amplitude * std::cos(2 * std::numbers::pi * turns);
      }
    }
  }
  return targets;
}

std::vector<NodeId> largest_component(const Graph& graph) {
  const Components components = connected_components(graph);
  const std::int32_t largest = components.largest();
  std::vector<NodeId> nodes;
  for (NodeId u = 0; u < graph.node_count(); ++u) {
    if (components.of_node[static_cast<std::size_t>(u)] == largest) nodes.push_back(u);
  }
  return nodes;
}

Task make_task(const GraphReadoutOptions& options, std::uint64_t seed) {
  const Rng base = Rng(seed).split("encoding graphs");
  Rng rng = base.split("graph");
  const GeometricGraph square = geometric_graph(options.nodes, options.radius, rng);
  const std::vector<NodeId> nodes = largest_component(square.graph);
  const Graph graph = induced_subgraph(square.graph, nodes);
  Rng anchor_rng = base.split("anchors");
  AnchorOptions anchors;
  anchors.count = options.anchors;
  Task task{anchor_coordinates(graph, {}, select_anchors(graph, {}, anchors, anchor_rng)), {}, {}, {}};
  task.targets = smooth_targets(square, nodes, options, base.split("targets"));
  std::vector<Index> order(nodes.size());
  std::iota(order.begin(), order.end(), Index{0});
  Rng split_rng = base.split("split");
  for (std::size_t i = order.size(); i > 1; --i) {
    std::swap(order[i - 1], order[static_cast<std::size_t>(split_rng.below(static_cast<Index>(i)))]);
  }
  task.train.assign(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(order.size() / 2));
  task.test.assign(order.begin() + static_cast<std::ptrdiff_t>(order.size() / 2), order.end());
  return task;
}

/// Mean over targets of the squared error over the squared deviation from the mean, on the nodes of a part.
double nmse(const std::vector<double>& values, const Task& task, Index target_count, const std::vector<Index>& part) {
  double total = 0;
  for (Index t = 0; t < target_count; ++t) {
    const auto at = [&](Index node) { return static_cast<std::size_t>(node * target_count + t); };
    double mean = 0;
    for (const Index node : part) mean += task.targets[at(node)] / static_cast<double>(part.size());
    double errors = 0;
    double deviations = 0;
    for (const Index node : part) {
      const double target = task.targets[at(node)];
      errors += (values[at(node)] - target) * (values[at(node)] - target);
      deviations += (target - mean) * (target - mean);
    }
    total += errors / deviations;
  }
  return total / static_cast<double>(target_count);
}

/// 1 / (1 + hops).
Coordinates inverse(const Coordinates& hops) {
  Coordinates result{hops.values.clone(), hops.valid, hops.graph_of_node};
  for (Real& value : result.values.values()) value = 1 / (1 + value);
  return result;
}

GraphReadouts readouts_of(const Task& task, const GraphReadoutOptions& options) {
  GraphReadouts result;
  result.nodes = task.hops.node_count();
  result.largest_hops =
      static_cast<Index>(*std::max_element(task.hops.values.values().begin(), task.hops.values.values().end()));
  result.suggested_width = suggested_width(task.hops);
  const auto add = [&](const char* label, const char* name, EncodingMode mode, double width, const Coordinates& x) {
    EncodingOptions encoding;
    encoding.name = name;
    encoding.mode = mode;
    encoding.width = width > 0 ? width : 1;
    encoding.landmarks = options.landmarks;
    encoding.seed = options.seed;
    const Tensor z = make_encoding(encoding, x)->encode(x);
    const std::vector<double> values = ridge_values(z, task.targets, options.targets, task.train, options.strength);
    result.rows.push_back({label, mode, width, stable_rank(z), nmse(values, task, options.targets, task.train),
                           nmse(values, task, options.targets, task.test)});
  };
  add("raw", "raw", EncodingMode::simple, 0, task.hops);
  add("inverse", "raw", EncodingMode::simple, 0, inverse(task.hops));
  for (const EncodingMode mode : {EncodingMode::simple, EncodingMode::product}) {
    add("impulse", "impulse", mode, 1, task.hops);
    for (const double width : options.widths) add("gaussian", "gaussian", mode, width, task.hops);
  }
  return result;
}

}  // namespace

std::vector<GraphReadouts> graph_readouts(const GraphReadoutOptions& options) {
  if (options.graphs < 1 || options.targets < 1) {
    throw UsageError(fmt::format("graphs: expected at least 1 graph and 1 target, found {} and {}", options.graphs,
                                 options.targets));
  }
  std::vector<GraphReadouts> results;
  for (Index graph = 0; graph < options.graphs; ++graph) {
    results.push_back(readouts_of(make_task(options, options.seed + static_cast<std::uint64_t>(graph)), options));
  }
  return results;
}

}  // namespace cairn::benchmarks
