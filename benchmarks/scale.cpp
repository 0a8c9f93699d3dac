#include "benchmarks/scale.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fstream>
#include <utility>

#include "autodiff/ops_loss.h"
#include "benchmarks/distance_check.h"
#include "benchmarks/memory_watch.h"
#include "core/error.h"
#include "graph/generate.h"
#include "models/layer_stack.h"
#include "optim/adam.h"

namespace cairn::benchmarks {

namespace {

constexpr Index anchor_count = 64;
constexpr Index checked_stride = 32;  // of the anchors that Boost searches from as well
constexpr Index width = 64;           // of features and of the hidden layer
constexpr Index classes = 16;
constexpr Index checked_rows = 100;
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

void train(const Graph& graph, const ScaleBenchOptions& options, ScaleTiming& timing) {
  const MemoryWatch watch;
  const Rng rng(options.seed);
  Rng draws = rng.split("features");
  Tensor features = Tensor::uninitialized(Shape{graph.node_count(), width});
  for (Real& value : features.values()) value = draws.uniform(-1, 1);
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
};

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
  if (!timings.left_out.empty()) text += timings.left_out + "\n";
  if (timings.by_arcs.size() < 2) return text;
  const ScaleTiming& first = timings.by_arcs.front();
  const ScaleTiming& last = timings.by_arcs.back();
  text += fmt::format("an arc of the largest beside one of the smallest:");
  for (const Cost& cost : time_costs)
    text += fmt::format(" {} {:.2f} times the time,", cost.name, cost.of(last) / cost.of(first));
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
