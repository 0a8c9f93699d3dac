// What attention costs: over lines by FFT, bands, directly and by softmax, over graphs by sparse products.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>

#include "benchmarks/attention_sections.h"
#include "benchmarks/attention_timing.h"
#include "benchmarks/experiment_chart.h"
#include "benchmarks/experiment_claims.h"
#include "benchmarks/experiment_results.h"
#include "graph/generate.h"
#include "kernels/offset_operator.h"
#include "kernels/polynomial_operator.h"

namespace cairn::benchmarks {

namespace {

constexpr double mebibyte = 1024 * 1024;
constexpr Index clip = 16;
constexpr Index powers = 4;
constexpr Index degree = 10;  // arcs of a node, whatever the size: cost by node and cost by arc grow alike

struct Method {
  std::string_view name;
  bool softmax;
  kernels::OffsetProduct product;
  Index most_nodes;
};
constexpr std::array<Method, 4> methods{{{"fft", false, kernels::OffsetProduct::fft, 65536},
                                         {"band", false, kernels::OffsetProduct::band, 65536},
                                         {"direct", false, kernels::OffsetProduct::direct, 4096},
                                         {"softmax", true, kernels::OffsetProduct::automatic, 8192}}};
constexpr std::array<Index, 7> sizes{1024, 2048, 4096, 8192, 16384, 32768, 65536};
constexpr std::array<Index, 6> arc_counts{25'000, 50'000, 100'000, 200'000, 400'000, 1'000'000};

AttentionPass line_pass(const Method& method, Index nodes) {
  AttentionPass pass{.nodes = nodes};
  if (method.softmax) return pass;
  kernels::OffsetPart part{.nodes = {}, .extents = {nodes}};
  for (Index u = 0; u < nodes; ++u) part.nodes.push_back(static_cast<NodeId>(u));
  pass.op = kernels::offset_operator(nodes, {std::move(part)}, {.clip = clip, .product = method.product});
  pass.matrix_row = [nodes](NodeId u, std::span<const Real> biases) {
    std::vector<double> row;
    for (Index v = 0; v < nodes; ++v) {
      const Index offset = std::clamp<Index>(v - u, -clip, clip);
      row.push_back(std::exp(static_cast<double>(biases[static_cast<std::size_t>(offset + clip)])));
    }
    return row;
  };
  return pass;
}

/// M is symmetric, so that row u is M applied to the u-th unit vector: products with A worked out arc by arc.
AttentionPass graph_pass(Index arcs) {
  Rng rng(1);
  const Graph graph = gnm_graph(arcs / degree, arcs / 2, rng);
  const auto propagation = Propagation::from_graph(graph, Normalization::symmetric_self_loops);
  AttentionPass pass{.nodes = graph.node_count(), .op = kernels::polynomial_operator(propagation, powers)};
  pass.matrix_row = [propagation](NodeId u, std::span<const Real> biases) {
    std::vector<double> power(static_cast<std::size_t>(propagation.target_count()), 0.0);
    power[static_cast<std::size_t>(u)] = 1;
    std::vector<double> row(power.size(), 0.0);
    for (std::size_t k = 0; k < biases.size(); ++k) {
      for (std::size_t v = 0; v < row.size(); ++v) row[v] += std::exp(static_cast<double>(biases[k])) * power[v];
      std::vector<double> next(power.size(), 0.0);
      for (std::size_t v = 0; v < next.size(); ++v) {
        for (EdgeId a = propagation.offsets()[v]; a < propagation.offsets()[v + 1]; ++a) {
          const auto arc = static_cast<std::size_t>(a);
          next[v] += static_cast<double>(propagation.weights()[arc]) *
                     power[static_cast<std::size_t>(propagation.sources()[arc])];
        }
      }
      power = std::move(next);
    }
    return row;
  };
  return pass;
}

MeasuredRow line_row(const Method& method, Index nodes) {
  const AttentionTiming timing = time_attention(line_pass(method, nodes));
  return {"scaling",
          {std::string(method.name), fmt::format("{}", nodes)},
          {timing.forward_seconds, timing.both_seconds, timing.peak_bytes / mebibyte, timing.error}};
}

MeasuredRow graph_row(Index arcs) {
  const AttentionPass pass = graph_pass(arcs);
  const AttentionTiming timing = time_attention(pass);
  return {"sparse",
          {fmt::format("{}", arcs)},
          {static_cast<double>(pass.nodes), timing.forward_seconds, timing.both_seconds,
           1e6 * timing.both_seconds / static_cast<double>(arcs), timing.peak_bytes / mebibyte, timing.error}};
}

template <class Measure>
ExperimentPart part_of(std::string name, Measure measure) {
  return {std::move(name), {}, {}, [measure = std::move(measure)](std::uint64_t, const std::function<bool()>&) {
            return std::optional(std::vector<MeasuredRow>{measure()});
          }};
}

std::vector<ExperimentPart> parts(const PartOptions& options) {
  std::vector<ExperimentPart> all;
  for (const Method& method : methods) {
    for (const Index nodes : sizes) {
      const Index size = options.smoke ? nodes / 32 : nodes;
      if (nodes > method.most_nodes || (options.smoke && nodes > 4096)) continue;
      all.push_back(
          part_of(fmt::format("{}, {}", method.name, size), [&method, size] { return line_row(method, size); }));
    }
  }
  for (const Index arcs : arc_counts) {
    const Index size = options.smoke ? arcs / 100 : arcs;
    if (options.smoke && arcs > 100'000) continue;
    all.push_back(part_of(fmt::format("graph, {}", size), [size] { return graph_row(size); }));
  }
  return all;
}

void claim(const ExperimentResults& results, ClaimList& claims) {
  constexpr std::size_t both = 1;
  constexpr std::size_t peak = 2;
  const auto found = [&](const char* method, const char* nodes, std::size_t figure) {
    return results.mean("scaling", {method, nodes}, figure);
  };
  const auto arc_seconds = [&](const char* arcs) { return results.mean("sparse", {arcs}, 2); };
  claims.at_most("fft, forward and back: 16,384 nodes take less than 6 times as long as 4,096 (ratio)",
                 found("fft", "16384", both) / found("fft", "4096", both), 6);
  claims.report("band, forward and back: 16,384 nodes against 4,096 (ratio)",
                found("band", "16384", both) / found("band", "4096", both));
  claims.at_least("direct, forward and back: 4,096 nodes take at least 8 times as long as 1,024 (ratio)",
                  found("direct", "4096", both) / found("direct", "1024", both), 8);
  claims.at_least("softmax, forward and back: 8,192 nodes take at least 8 times as long as 2,048 (ratio)",
                  found("softmax", "8192", both) / found("softmax", "2048", both), 8);
  claims.report("8,192 nodes: softmax against fft (ratio)",
                found("softmax", "8192", both) / found("fft", "8192", both));
  claims.report("8,192 nodes: softmax against the band (ratio)",
                found("softmax", "8192", both) / found("band", "8192", both));
  for (const char* method : {"fft", "band"}) {
    const double bytes = found(method, "65536", peak);
    claims.at_most(fmt::format("{}, 65,536 nodes forward and back: at most 4 GiB (MiB)", method),
                   std::isinf(bytes) ? std::nan("") : bytes, 4096);
  }
  claims.at_most("sparse: 16 times the arcs, 25,000 to 400,000, take at most 24 times as long (ratio)",
                 arc_seconds("400000") / arc_seconds("25000"), 24);
  claims.report("sparse: 100,000 nodes and 1 million arcs, seconds forward and back", arc_seconds("1000000"));
}

std::vector<LineChart> charts(const ExperimentResults& results) {
  LineChart lines = chart_over(results, "scaling", 1, 1, "time over the nodes of a line, forward and back");
  lines.log_y = true;
  lines.caption = "Both axes logarithmic. 4 heads, width 64, m = 32.";
  LineChart graphs = chart_over(results, "sparse", 0, 2, "time over the arcs of a graph, forward and back");
  graphs.log_y = true;
  graphs.caption = "Both axes logarithmic. Random graphs, 10 arcs a node, powers 0 .. 4 of the adjacency.";
  for (Series& series : graphs.series) series.name = "polynomial";
  return {std::move(lines), std::move(graphs)};
}

}  // namespace

ExperimentSection scaling_section() {
  return {.name = "scaling",
          .summary = "time and memory over nodes and arcs: FFT, bands, direct, softmax, sparse products (timed alone)",
          .seeds = 0,
          .alone = true,
          .tables = {{.name = "scaling",
                      .caption = "A line, 4 heads, width 64, m = 32, offsets +-16; softmax holds all weights. Checked "
                                 "against the formula before it is timed; median of 3; memory above the inputs.",
                      .labels = {"method", "nodes"},
                      .figures = {"forward s", "forward + back s", "peak MiB", "error"}},
                     {.name = "sparse",
                      .caption = "Random graphs of 10 arcs a node, powers 0 .. 4 of the normalized adjacency; else as "
                                 "above.",
                      .labels = {"arcs"},
                      .figures = {"nodes", "forward s", "forward + back s", "us an arc", "peak MiB", "error"}}},
          .parts = parts,
          .claim = claim,
          .charts = charts};
}

}  // namespace cairn::benchmarks
