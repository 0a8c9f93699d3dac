#include "benchmarks/paths.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>
#include <string_view>
#include <utility>

#include "benchmarks/distance_check.h"
#include "benchmarks/memory_watch.h"
#include "core/error.h"
#include "graph/generate.h"
#include "nn/path_encoder.h"
#include "position/distances.h"

namespace cairn::benchmarks {

namespace {

constexpr Index most_anchors = 64;
constexpr Index width = 32;
constexpr Index arcs_a_node = 10;
constexpr Index checked_stride = 4;  // of the anchors that Boost searches from as well

AnchorSet random_anchors(const Graph& graph, Index count, std::uint64_t seed) {
  Rng rng = Rng(seed).split("anchors");
  return select_anchors(graph, {}, {.strategy = "random", .count = count}, rng);
}

Graph random_graph(Index nodes, Index arcs, std::uint64_t seed) {
  Rng rng = Rng(seed).split("paths");
  return gnm_graph(nodes, arcs / 2, rng);
}

std::string size_text(const Graph& graph, Index anchors) {
  return fmt::format("{} nodes, {} arcs, {} anchors", graph.node_count(), graph.arc_count(), anchors);
}

SearchTiming time_search(Index nodes, Index arcs, Index anchor_count, const PathBenchOptions& options) {
  const Graph graph = random_graph(nodes, arcs, options.seed);
  const AnchorSet anchors = random_anchors(graph, anchor_count, options.seed);
  SearchTiming timing;
  timing.nodes = nodes;
  timing.arcs = graph.arc_count();
  timing.anchors = anchors.size();
  timing.planned_bytes = static_cast<double>(nodes * anchors.size()) * sizeof(std::uint16_t);
  {
    const MemoryWatch watch;
    const HopDistances found = hop_distances(graph, anchors);
    timing.measured_bytes = watch.peak_bytes().value_or(std::numeric_limits<double>::quiet_NaN());
    check_distances(graph, anchors, found, checked_stride);
  }
  timing.seconds = time_runs([&] { hop_distances(graph, anchors); }, options.smoke ? 0.01 : 2, options.smoke ? 2 : 9);
  const NodeId first = anchors.groups.front().front();
  timing.boost_seconds =
      time_runs([&] { boost_distances(graph, first); }, options.smoke ? 0.01 : 1, options.smoke ? 2 : 9);
  return timing;
}

/// Sum of all values, in double, over the rows of the nodes: a loss whose gradient is known.
Variable total(const Variable& x, double scale) {
  double sum = 0;
  for (const Real value : x.value().values()) sum += static_cast<double>(value);
  return make_operation("total", Tensor(Shape{1}, static_cast<Real>(sum * scale)), {x}, [scale](BackwardStep& step) {
    const Real upstream = step.upstream().data()[0] * static_cast<Real>(scale);
    for (Real& gradient : step.gradient(0).values()) gradient += upstream;
  });
}

/// With weights that add one a step, a state is the distance, and the bias that adds the ones has the mean distance as
/// its gradient.
void check_encoder(const PositionInput& position, const std::string& size) {
  Rng rng(1);
  const auto layer = make_path_layer({.width = width}, rng);
  Variable bias;
  for (const NamedParameter& parameter : parameters_of(*layer)) {
    if (parameter.name == "weight") continue;  // the identity at first
    parameter.value.mutable_value().fill(parameter.name == "cell_bias" ? Real(1) : Real(0));
    if (parameter.name == "cell_bias") bias = parameter.value;
  }
  const HopDistances hops = hop_distances(position.graph(), position.anchors());
  const Index rows = hops.node_count * hops.anchor_count;
  const Variable e = Variable::constant(Tensor(Shape{hops.node_count, width}));
  const Variable states = layer->states(position, e, Pass::training(0, 0)).table;
  double sum = 0;
  for (Index row = 0; row < rows; ++row) {
    const std::uint16_t d = hops.hops.values()[static_cast<std::size_t>(row)];
    const double expected = d == HopDistances::unreached ? 0 : d;
    const double found = static_cast<double>(states.value().at(row, row % width));
    sum += expected;
    // Means of equal whole numbers: rounding alone.
    if (std::abs(found - expected) <= 1e-3) continue;
    throw NumericError(fmt::format("path encoder on {}: expected the state {} of node {} and anchor {}, found {}", size,
                                   expected, row / hops.anchor_count, row % hops.anchor_count, found));
  }
  backward(total(states, 1.0 / static_cast<double>(rows)));
  const double expected = sum / static_cast<double>(rows);
  for (const Real found : bias.grad().values()) {
    // A sum of millions of float terms.
    if (std::abs(static_cast<double>(found) - expected) <= 1e-3 * expected) continue;
    throw NumericError(fmt::format("path encoder on {}: expected the gradient {}, found {}", size, expected, found));
  }
}

PathEpochTiming time_epoch(const Graph& graph, Index anchor_count, const PathBenchOptions& options) {
  const AnchorSet anchors = random_anchors(graph, anchor_count, options.seed);
  const Index slots = anchors.slot_count();
  {
    const PositionInput position(graph, {}, anchors);
    check_encoder(position, size_text(graph, slots));
  }
  PathEpochTiming timing;
  timing.nodes = graph.node_count();
  timing.arcs = graph.arc_count();
  timing.anchors = slots;
  timing.width = width;
  const PathBytes paths = planned_bytes(graph, anchors, PathOptions{});
  timing.planned_bytes =
      static_cast<double>(std::max(paths.peak, planned_bytes(graph.node_count(), slots, width, paths).total));

  Rng rng(2);
  const PathEncoder encoder(1, slots, {.width = width, .out = width}, rng);
  const std::vector<NamedParameter> parameters = parameters_of(encoder);
  const Input x = Variable::constant(Tensor(Shape{graph.node_count(), 1}, 1));
  const MemoryWatch watch;
  const PositionInput position(graph, {}, anchors);
  const auto start = std::chrono::steady_clock::now();
  position.paths();
  timing.listing_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  Index step = 0;
  const auto epoch = [&] {
    clear_gradients(parameters);
    const Variable rows = encoder.forward(position, x, Pass::training(0, step++));
    backward(total(rows, 1.0 / static_cast<double>(graph.node_count())));
  };
  timing.seconds = time_runs(epoch, options.smoke ? 0.01 : 4, options.smoke ? 2 : 5);
  timing.measured_bytes = watch.peak_bytes().value_or(std::numeric_limits<double>::quiet_NaN());
  return timing;
}

LineChart chart_of(const std::vector<PathEpochTiming>& timings, std::string heading, std::string x_label,
                   Index PathEpochTiming::*size) {
  LineChart chart{.heading = std::move(heading),
                  .caption =
                      "Median seconds of an epoch (forward and backward), and of listing the paths, which is "
                      "done once.",
                  .x_label = std::move(x_label),
                  .y_label = "seconds",
                  .series = {{.name = "epoch", .x = {}, .y = {}, .spread = {}},
                             {.name = "listing the paths", .x = {}, .y = {}, .spread = {}}},
                  .log_x = true,
                  .log_y = true};
  for (const PathEpochTiming& timing : timings) {
    for (Series& series : chart.series) series.x.push_back(static_cast<double>(timing.*size));
    chart.series[0].y.push_back(timing.seconds.median);
    chart.series[1].y.push_back(timing.listing_seconds);
  }
  return chart;
}

std::string bytes_text(double bytes) { return std::isnan(bytes) ? "-" : fmt::format("{:.1f}", bytes / 1e6); }

}  // namespace

PathTimings time_paths(const PathBenchOptions& options) {
  const Index most_arcs = options.smoke ? 10'000 : 1'000'000;
  PathTimings timings;
  const Index searched_nodes = options.smoke ? 2'000 : 200'000;
  timings.search = time_search(searched_nodes, 20 * searched_nodes, most_anchors, options);
  timings.wide_search = time_search(searched_nodes, 20 * searched_nodes, 4 * most_anchors, options);
  for (const Index tenths : {1, 2, 5}) {
    const Index arcs = most_arcs / 10 * tenths;
    timings.by_arcs.push_back(time_epoch(random_graph(arcs / arcs_a_node, arcs, options.seed), most_anchors, options));
  }
  const Graph largest = random_graph(most_arcs / arcs_a_node, most_arcs, options.seed);
  for (const Index anchors : {8, 16, 32, 64}) timings.by_anchors.push_back(time_epoch(largest, anchors, options));
  timings.by_arcs.push_back(timings.by_anchors.back());
  return timings;
}

std::string format_paths(const PathTimings& timings) {
  const SearchTiming& search = timings.search;
  std::string text = fmt::format("{:<52} {:>12} {:>21} {:>12} {:>12}\n", "distances", "median ms", "min .. max ms",
                                 "planned MB", "measured MB");
  const auto spread_text = [](const Spread& seconds) {
    return fmt::format("{:.2f} .. {:.2f}", seconds.min * 1e3, seconds.max * 1e3);
  };
  for (const SearchTiming* timing : {&timings.search, &timings.wide_search}) {
    text += fmt::format("{:<52} {:>12.2f} {:>21} {:>12} {:>12}\n",
                        fmt::format("{} nodes, {} arcs, {} anchors", timing->nodes, timing->arcs, timing->anchors),
                        timing->seconds.median * 1e3, spread_text(timing->seconds), bytes_text(timing->planned_bytes),
                        bytes_text(timing->measured_bytes));
    text += fmt::format("{:<52} {:>12.4f}\n", "  an anchor", timing->seconds_per_anchor() * 1e3);
  }
  text += fmt::format("{:<52} {:>12.2f} {:>21}\n", "  Boost.Graph's breadth-first search, an anchor",
                      search.boost_seconds.median * 1e3, spread_text(search.boost_seconds));
  text += fmt::format("\n{:<52} {:>12} {:>21} {:>12} {:>12} {:>12}\n", "epoch of a path encoder", "median s",
                      "min .. max s", "listing s", "planned MB", "measured MB");
  const auto add_epoch = [&text](const PathEpochTiming& timing) {
    text += fmt::format(
        "{:<52} {:>12.3f} {:>21} {:>12.3f} {:>12} {:>12}\n",
        fmt::format("{} nodes, {} arcs, {} anchors, width {}", timing.nodes, timing.arcs, timing.anchors, timing.width),
        timing.seconds.median, fmt::format("{:.3f} .. {:.3f}", timing.seconds.min, timing.seconds.max),
        timing.listing_seconds, bytes_text(timing.planned_bytes), bytes_text(timing.measured_bytes));
  };
  for (const PathEpochTiming& timing : timings.by_anchors) add_epoch(timing);
  for (std::size_t t = 0; t + 1 < timings.by_arcs.size(); ++t) add_epoch(timings.by_arcs[t]);  // the last is above
  return text;
}

std::vector<LineChart> path_charts(const PathTimings& timings) {
  if (timings.by_anchors.empty() || timings.by_arcs.empty()) return {};
  const PathEpochTiming& largest = timings.by_anchors.back();
  return {
      chart_of(timings.by_anchors, fmt::format("Cost against anchors: {} nodes, {} arcs", largest.nodes, largest.arcs),
               "anchors K", &PathEpochTiming::anchors),
      chart_of(timings.by_arcs,
               fmt::format("Cost against arcs: {} anchors, {} arcs a node", largest.anchors, arcs_a_node), "arcs",
               &PathEpochTiming::arcs)};
}

}  // namespace cairn::benchmarks
