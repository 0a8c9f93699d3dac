#include "benchmarks/scale.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fstream>
#include <numeric>
#include <utility>

#include "autodiff/ops_dense.h"
#include "autodiff/ops_loss.h"
#include "benchmarks/distance_check.h"
#include "benchmarks/memory_watch.h"
#include "core/draws.h"
#include "core/error.h"
#include "graph/generate.h"
#include "models/layer_stack.h"
#include "nn/path_encoder.h"
#include "optim/adam.h"
#include "position/distances.h"
#include "tensor/storage.h"

namespace cairn::benchmarks {

namespace {

constexpr Index anchor_count = 64;
constexpr Index checked_stride = 32;  // of the anchors that Boost searches from as well
constexpr Index width = 64;           // of features and of the hidden layer
constexpr Index classes = 16;
constexpr Index checked_rows = 100;
constexpr Index path_anchors = 16;
constexpr Index path_width = 32;
constexpr Index path_fan_out = 4;
constexpr Index path_batch = 512;
constexpr Index path_batches = 4;  // of an epoch: what a node costs is asked, and all nodes of a large graph take hours
// Of an epoch at its highest, features and graph included: what a size is left out by.
constexpr double bytes_an_arc = 160;

/// Bytes that the system could still give; infinity where it does not tell.
double free_bytes() {
  std::ifstream memory("/proc/meminfo");
  for (std::string word; memory >> word;) {
    double kibibytes = 0;
    if (word == "MemAvailable:" && memory >> kibibytes) return kibibytes * 1024;
  }
  return std::numeric_limits<double>::infinity();
}

double peak_of(const MemoryWatch& watch) { return watch.peak_bytes().value_or(ScaleTiming::unknown); }

Graph build(const ScaleBenchOptions& options, int scale, Index edge_factor, ScaleTiming& timing) {
  const MemoryWatch watch;
  const auto start = std::chrono::steady_clock::now();
  Rng rng = Rng(options.seed).split("scale");
  Graph graph = rmat_graph(scale, edge_factor, rng);
  timing.build_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  timing.build_bytes = peak_of(watch);
  timing.nodes = graph.node_count();
  timing.arcs = graph.arc_count();
  return graph;
}

void search(const Graph& graph, const ScaleBenchOptions& options, ScaleTiming& timing) {
  Rng rng = Rng(options.seed).split("anchors");
  const AnchorSet anchors = select_anchors(graph, {}, {.strategy = "random", .count = anchor_count}, rng);
  {
    const MemoryWatch watch;
    const HopDistances found = hop_distances(graph, anchors);
    timing.distances_bytes = peak_of(watch);
    check_distances(graph, anchors, found, checked_stride);
  }
  timing.distances = time_runs([&] { hop_distances(graph, anchors); }, options.smoke ? 0.01 : 1, options.smoke ? 2 : 3);
}

void check_sums(const Propagation& propagation, const Tensor& x) {
  const Tensor y = kernels::propagate(propagation, x);
  const Index step = std::max<Index>(1, y.rows() / checked_rows);
  for (Index v = 0; v < y.rows(); v += step) {
    double sum = 0;
    double size = 1;
    for (auto k = propagation.offsets()[static_cast<std::size_t>(v)];
         k < propagation.offsets()[static_cast<std::size_t>(v) + 1]; ++k) {
      const auto arc = static_cast<std::size_t>(k);
      const double term = static_cast<double>(propagation.weights()[arc]) *
                          static_cast<double>(x.at(propagation.sources()[arc], v % x.columns()));
      sum += term;
      size += std::abs(term);
    }
    const auto found = static_cast<double>(y.at(v, v % x.columns()));
    if (std::abs(found - sum) <= 1e-3 * size) continue;
    throw NumericError(
        fmt::format("propagate on {} arcs: expected {} at node {}, found {}", propagation.arc_count(), sum, v, found));
  }
}

/// Seconds in which the rows of one epoch come from memory: both layers, there and back, each row with its id and
/// weight.
double gather_seconds(const Propagation& propagation, bool smoke) {
  double seconds = 0;
  for (const Index columns : {width, classes}) {
    const Index row_bytes = columns * static_cast<Index>(sizeof(Real));
    const double line_bytes = std::ceil(static_cast<double>(row_bytes) / 64) * 64;
    const double bytes = static_cast<double>(propagation.arc_count()) * (line_bytes + sizeof(NodeId) + sizeof(Real));
    seconds += 2 * bytes / measure_gather(propagation.source_count(), row_bytes, smoke);
  }
  return seconds;
}

Tensor random_features(const Graph& graph, const ScaleBenchOptions& options) {
  Rng draws = Rng(options.seed).split("features");
  Tensor features = Tensor::uninitialized(Shape{graph.node_count(), width});
  for (Real& value : features.values()) value = draws.uniform(-1, 1);
  return features;
}

void train(const Graph& graph, const ScaleBenchOptions& options, ScaleTiming& timing) {
  const MemoryWatch watch;
  const Rng rng(options.seed);
  Rng draws = rng.split("labels");
  Tensor features = random_features(graph, options);
  std::vector<NodeId> nodes(static_cast<std::size_t>(graph.node_count()));
  std::vector<std::int32_t> labels(nodes.size());
  for (std::size_t u = 0; u < nodes.size(); ++u) {
    nodes[u] = static_cast<NodeId>(u);
    labels[u] = static_cast<std::int32_t>(draws.below(classes));
  }
  const ModelInput input(Variable::constant(std::move(features)), graph);
  const LayerStack model({.layer = "gcn", .in = width, .hidden = width, .out = classes, .dropout = Real(0.5)}, rng);
  const Propagation& propagation = input.propagation(Normalization::symmetric_self_loops);
  check_sums(propagation, std::get<Variable>(input.features()).value());

  const std::vector<NamedParameter> parameters = parameters_of(model);
  Adam adam({});
  Index step = 0;
  const auto epoch = [&] {
    backward(cross_entropy(model.embed(input, Pass::training(options.seed, step++)), labels, nodes));
    adam.step(parameters, Real(0.01));
    clear_gradients(parameters);
  };
  timing.epoch = time_runs(epoch, options.smoke ? 0.01 : 1, options.smoke ? 2 : 3);
  timing.epoch_bytes = peak_of(watch);
  timing.epoch_share = gather_seconds(propagation, options.smoke) / timing.epoch.median;
}

/// With weights that add one a step, the state of a pair is its distance, whichever paths were drawn.
void check_paths(const PositionInput& position, std::span<const NodeId> nodes, const Rng& draws) {
  Rng rng(1);
  const auto layer = make_path_layer({.width = path_width}, rng);
  for (const NamedParameter& parameter : parameters_of(*layer)) {
    if (parameter.name == "weight") continue;  // the identity at first
    parameter.value.mutable_value().fill(parameter.name == "cell_bias" ? Real(1) : Real(0));
  }
  const WithoutGradients without_gradients;
  const PositionBatch batch = position.batch(nodes, path_fan_out, draws);
  const Variable e = Variable::constant(Tensor(Shape{batch.position.node_count(), path_width}));
  const Tensor states = layer->states(batch.position, e, Pass::evaluation()).table.value();
  const HopDistances hops = hop_distances(position.graph(), position.anchors());
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    for (Index slot = 0; slot < hops.anchor_count; ++slot) {
      const std::uint16_t distance = hops.at(nodes[i], slot);
      const double expected = distance == HopDistances::unreached ? 0 : distance;
      const Index row = static_cast<Index>(i) * hops.anchor_count + slot;
      const auto found = static_cast<double>(states.at(row, row % path_width));
      if (std::abs(found - expected) <= 1e-3) continue;
      throw NumericError(fmt::format("drawn paths on {} arcs: expected the state {} of node {} and anchor {}, found {}",
                                     position.graph().arc_count(), expected, nodes[i], slot, found));
    }
  }
}

/// Nodes with arcs, in random order: many of R-MAT's have none, and no path.
std::vector<NodeId> tied_nodes(const Graph& graph, Index count, Rng& rng) {
  std::vector<NodeId> tied;
  for (Index u = 0; u < graph.node_count(); ++u) {
    if (!graph.neighbors(static_cast<NodeId>(u)).empty()) tied.push_back(static_cast<NodeId>(u));
  }
  std::vector<NodeId> chosen;
  for (const std::int64_t place : sample_below(static_cast<std::int64_t>(tied.size()), count, rng)) {
    chosen.push_back(tied[static_cast<std::size_t>(place)]);
  }
  shuffle(chosen, rng);
  return chosen;
}

void train_paths(const Graph& graph, const ScaleBenchOptions& options, ScaleTiming& timing) {
  const Rng rng = Rng(options.seed).split("paths");
  Rng draws = rng.split("nodes");
  PathScaleTiming& paths = timing.paths;
  const std::vector<NodeId> nodes = tied_nodes(graph, path_batches * path_batch, draws);
  paths.nodes = static_cast<Index>(nodes.size());
  std::vector<std::int32_t> labels(nodes.size());
  for (std::int32_t& label : labels) label = static_cast<std::int32_t>(draws.below(classes));
  const std::vector<NodeId> anchors = tied_nodes(graph, path_anchors, draws);

  const MemoryWatch watch;
  const Tensor features = random_features(graph, options);
  const PositionInput position(graph, {}, given_anchors(graph, {}, anchors));
  const auto start = std::chrono::steady_clock::now();
  position.batch({}, path_fan_out, draws);
  paths.table_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();

  Rng weights = rng.split("weights");
  const PathEncoder encoder(width, path_anchors, {.width = path_width, .out = classes, .read_out = "linear"}, weights);
  const std::vector<NamedParameter> parameters = parameters_of(encoder);
  const Variable x = Variable::constant(features);
  Adam adam({});
  Index number = 0;
  const auto epoch = [&] {
    const Rng of_epoch = rng.split(static_cast<std::uint64_t>(number++));
    Index items = 0;
    for (std::size_t first = 0; first < nodes.size(); first += path_batch) {
      const std::size_t count = std::min<std::size_t>(path_batch, nodes.size() - first);
      const std::vector<std::int32_t> own(labels.begin() + static_cast<std::ptrdiff_t>(first),
                                          labels.begin() + static_cast<std::ptrdiff_t>(first + count));
      std::vector<NodeId> rows(count);
      std::iota(rows.begin(), rows.end(), NodeId{0});
      {
        const PositionBatch batch = position.batch(std::span(nodes).subspan(first, count), path_fan_out, of_epoch);
        items += batch.position.paths()->item_count();
        backward(cross_entropy(
            encoder.forward(batch.position, gather_rows(x, batch.nodes), Pass::training(options.seed, number)), own,
            rows));
      }
      adam.step(parameters, Real(0.01));
      clear_gradients(parameters);
      release_pooled_memory();  // as a trainer does
    }
    paths.items = static_cast<double>(items) / std::ceil(static_cast<double>(nodes.size()) / path_batch);
  };
  paths.epoch = time_runs(epoch, options.smoke ? 0.01 : 1, options.smoke ? 2 : 3);
  paths.bytes = peak_of(watch);
  check_paths(position, std::span(nodes).first(std::min<std::size_t>(path_batch, nodes.size())), draws);
}

double by_arc(double value, const ScaleTiming& timing) { return value / static_cast<double>(timing.arcs); }

/// A quantity by arc: its name, and of which figure.
struct Cost {
  std::string_view name;
  double (*of)(const ScaleTiming&);
};
const Cost time_costs[] = {
    {"64 anchors", [](const ScaleTiming& t) { return by_arc(t.distances.median * 1e9, t); }},
    {"GCN epoch", [](const ScaleTiming& t) { return by_arc(t.epoch.median * 1e9, t); }},
};
const Cost memory_costs[] = {
    {"building the graph", [](const ScaleTiming& t) { return by_arc(t.build_bytes, t); }},
    {"64 anchors", [](const ScaleTiming& t) { return by_arc(t.distances_bytes, t); }},
    {"GCN epoch", [](const ScaleTiming& t) { return by_arc(t.epoch_bytes, t); }},
    {"GIR epoch in batches", [](const ScaleTiming& t) { return by_arc(t.paths.bytes, t); }},
};
double by_node(const PathScaleTiming& paths) { return paths.epoch.median / static_cast<double>(paths.nodes); }

LineChart chart_of(const ScaleTimings& timings, std::string heading, std::string y_label, std::span<const Cost> costs) {
  LineChart chart{.heading = std::move(heading),
                  .caption = "R-MAT graphs, 26 arcs drawn a node before equal ones merge.",
                  .x_label = "arcs",
                  .y_label = std::move(y_label),
                  .series = {},
                  .log_x = true,
                  .log_y = true};
  for (const Cost& cost : costs) {
    Series series{.name = std::string(cost.name), .x = {}, .y = {}, .spread = {}};
    for (const ScaleTiming& timing : timings.by_arcs) {
      series.x.push_back(static_cast<double>(timing.arcs));
      series.y.push_back(cost.of(timing));
    }
    chart.series.push_back(std::move(series));
  }
  return chart;
}

}  // namespace

ScaleTimings time_scale(const ScaleBenchOptions& options) {
  const std::vector<int> scales = options.smoke ? std::vector<int>{8, 10} : std::vector<int>{15, 17, 19, 21, 22};
  constexpr Index edge_factor = 13;
  ScaleTimings timings;
  for (const int scale : scales) {
    const double arcs = std::ldexp(2.0 * edge_factor, scale);
    if (arcs * bytes_an_arc > free_bytes()) {
      timings.left_out = fmt::format("left out: {:.0f} million arcs need {:.1f} GB, and {:.1f} GB are free",
                                     arcs * 1e-6, arcs * bytes_an_arc * 1e-9, free_bytes() * 1e-9);
      break;
    }
    ScaleTiming timing;
    const Graph graph = build(options, scale, edge_factor, timing);
    search(graph, options, timing);
    train(graph, options, timing);
    train_paths(graph, options, timing);
    timings.by_arcs.push_back(timing);
  }
  return timings;
}

std::string format_scale(const ScaleTimings& timings) {
  std::string text = fmt::format("{:>10} {:>11} {:>8} {:>8} {:>10} {:>8} {:>10} {:>8} {:>8} {:>8}\n", "nodes", "arcs",
                                 "build s", "B/arc", "anchors s", "B/arc", "epoch s", "B/arc", "ns/arc", "share");
  for (const ScaleTiming& t : timings.by_arcs) {
    text += fmt::format("{:>10} {:>11} {:>8.2f} {:>8.1f} {:>10.4f} {:>8.1f} {:>10.4f} {:>8.1f} {:>8.2f} {:>7.0f}%\n",
                        t.nodes, t.arcs, t.build_seconds, by_arc(t.build_bytes, t), t.distances.median,
                        by_arc(t.distances_bytes, t), t.epoch.median, by_arc(t.epoch_bytes, t),
                        by_arc(t.epoch.median * 1e9, t), 100 * t.epoch_share);
  }
  text += fmt::format(
      "\nGIR in batches of {}, {} anchors, {} predecessors drawn\n{:>11} {:>8} {:>8} {:>10} {:>8} {:>8} {:>10}\n",
      path_batch, path_anchors, path_fan_out, "arcs", "table s", "nodes", "epoch s", "us/node", "B/arc", "items");
  for (const ScaleTiming& t : timings.by_arcs) {
    text += fmt::format("{:>11} {:>8.2f} {:>8} {:>10.4f} {:>8.1f} {:>8.1f} {:>10.0f}\n", t.arcs, t.paths.table_seconds,
                        t.paths.nodes, t.paths.epoch.median, by_node(t.paths) * 1e6, by_arc(t.paths.bytes, t),
                        t.paths.items);
  }
  if (!timings.left_out.empty()) text += timings.left_out + "\n";
  if (timings.by_arcs.size() < 2) return text;
  const ScaleTiming& first = timings.by_arcs.front();
  const ScaleTiming& last = timings.by_arcs.back();
  text += fmt::format("an arc of the largest beside one of the smallest:");
  for (const Cost& cost : time_costs)
    text += fmt::format(" {} {:.2f} times the time,", cost.name, cost.of(last) / cost.of(first));
  text += fmt::format(" GIR in batches {:.2f} times the time of a node,", by_node(last.paths) / by_node(first.paths));
  for (const Cost& cost : memory_costs)
    text += fmt::format(" {} {:.2f} times the memory,", cost.name, cost.of(last) / cost.of(first));
  text.back() = '\n';
  return text;
}

std::vector<LineChart> scale_charts(const ScaleTimings& timings) {
  if (timings.by_arcs.empty()) return {};
  return {chart_of(timings, "Time an arc", "nanoseconds", time_costs),
          chart_of(timings, "Memory an arc", "bytes", memory_costs)};
}

}  // namespace cairn::benchmarks
