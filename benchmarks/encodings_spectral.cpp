// Laplacian eigenvectors of large graphs: what they cost, once they are known to be right.

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <memory>
#include <utility>

#include "benchmarks/encodings_sections.h"
#include "benchmarks/experiment_claims.h"
#include "benchmarks/experiment_results.h"
#include "core/error.h"
#include "core/parallel.h"
#include "graph/generate.h"
#include "graph_io/formats.h"
#include "position/component_graphs.h"
#include "position/spectral.h"

namespace cairn::benchmarks {

namespace {

constexpr double tolerance = 1e-6;
constexpr Index eigenvectors = 16;
constexpr int timed_runs = 3;

/// The largest component of an R-MAT graph of 2^19 nodes, most of which have no edge: about 200,000 nodes and 4 million
/// arcs, the graph of peers/spectral.
Graph rmat(bool smoke) {
  Rng rng(1);
  const ComponentGraphs parts(rmat_graph(smoke ? 8 : 19, 4, rng));
  return parts.graph(parts.components().largest());
}

/// The largest |L x - value x| of all components, worked out arc by arc from the definition. graph: undirected.
double largest_residual(const Graph& graph, const LaplacianEigenvectors& found) {
  const Index nodes = graph.node_count();
  const auto weight_of = [&](NodeId u, std::size_t i) {
    if (!graph.weighted()) return 1.0;
    const auto first = static_cast<std::size_t>(graph.offsets()[static_cast<std::size_t>(u)]);
    return static_cast<double>(graph.weights()[first + i]);
  };
  std::vector<double> root(static_cast<std::size_t>(nodes), 0.0);
  for (NodeId u = 0; u < nodes; ++u) {
    double sum = 0;
    for (std::size_t i = 0; i < graph.neighbors(u).size(); ++i) sum += weight_of(u, i);
    root[static_cast<std::size_t>(u)] = std::sqrt(sum);
  }
  double worst = 0;
  std::vector<double> squares(static_cast<std::size_t>(found.components.count()));
  for (Index column = 0; column < found.count; ++column) {
    std::fill(squares.begin(), squares.end(), 0.0);
    for (NodeId u = 0; u < nodes; ++u) {
      const auto component = static_cast<std::size_t>(found.components.of_node[static_cast<std::size_t>(u)]);
      const double value =
          found.values[component * static_cast<std::size_t>(found.count) + static_cast<std::size_t>(column)];
      if (std::isnan(value)) continue;  // its component has no more eigenvectors
      double error = (1 - value) * found.at(u, column);
      const auto neighbors = graph.neighbors(u);
      for (std::size_t i = 0; i < neighbors.size(); ++i) {
        const double scale = root[static_cast<std::size_t>(u)] * root[static_cast<std::size_t>(neighbors[i])];
        error -= weight_of(u, i) / scale * found.at(neighbors[i], column);
      }
      squares[component] += error * error;
    }
    worst = std::max(worst, std::sqrt(*std::max_element(squares.begin(), squares.end())));
  }
  return worst;
}

/// Sets the threads for as long as it lives.
class ThreadsOf {
 public:
  explicit ThreadsOf(int count) : before_(thread_count()) { set_thread_count(count); }
  ~ThreadsOf() { set_thread_count(before_); }
  ThreadsOf(const ThreadsOf&) = delete;
  ThreadsOf& operator=(const ThreadsOf&) = delete;

 private:
  int before_;
};

/// Throws NumericError where the residual is above the tolerance: no time is told then.
MeasuredRow measure(const std::string& name, const Graph& graph) {
  const SpectralOptions options{.count = eigenvectors, .tolerance = tolerance};
  std::vector<double> seconds;
  LaplacianEigenvectors found;
  for (int run = 0; run < timed_runs; ++run) {
    const auto start = std::chrono::steady_clock::now();
    found = laplacian_eigenvectors(graph, options);
    seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  std::sort(seconds.begin(), seconds.end());
  const double residual = largest_residual(graph, found);
  if (!(residual <= tolerance)) {
    throw NumericError(fmt::format("bench encodings, spectral, {}: expected residuals of at most {}, found {:.2g}",
                                   name, tolerance, residual));
  }
  const ThreadsOf one(thread_count() == 1 ? 2 : 1);
  const bool same = laplacian_eigenvectors(graph, options).vectors == found.vectors;
  return {"spectral",
          {name},
          {static_cast<double>(graph.node_count()), static_cast<double>(graph.arc_count()), seconds[seconds.size() / 2],
           residual, same ? 1.0 : 0.0}};
}

ExperimentPart part_of(const std::string& name, std::shared_ptr<const Graph> graph) {
  return {name, {}, {}, [name, graph = std::move(graph)](std::uint64_t, const std::function<bool()>&) {
            return std::optional(std::vector<MeasuredRow>{measure(name, *graph)});
          }};
}

std::vector<ExperimentPart> parts(const PartOptions& options) {
  std::vector<ExperimentPart> all;
  for (const char* name : {"power", "deezer_europe"}) {
    const std::filesystem::path folder = std::filesystem::path(options.data) / name;
    std::error_code ignored;
    if (options.data.empty()) {
      all.push_back({name, {}, fmt::format("needs --data DIR with a folder {}", name), {}});
    } else if (!std::filesystem::exists(folder, ignored)) {
      all.push_back({name, {}, fmt::format("{} has no folder {}", options.data, name), {}});
    } else {
      all.push_back(part_of(name, std::make_shared<const Graph>(read_dataset(folder).graph)));
    }
  }
  // Made when it is its turn: a graph of 4 million arcs takes longer than the sections that do not ask for it.
  all.push_back({"rmat", {}, {}, [smoke = options.smoke](std::uint64_t, const std::function<bool()>&) {
                   return std::optional(std::vector<MeasuredRow>{measure("rmat", rmat(smoke))});
                 }});
  return all;
}

void claim(const ExperimentResults& results, ClaimList& claims) {
  for (const ResultRow& row : results.rows) {
    if (row.table != "spectral") continue;
    claims.at_most(fmt::format("{}: residuals |L x - value x| at most 1e-6", row.labels.front()),
                   mean_of(row.figures[3]), tolerance);
    claims.at_least(fmt::format("{}: the same bits for another number of threads (1: yes)", row.labels.front()),
                    mean_of(row.figures[4]), 1);
  }
}

}  // namespace

ExperimentSection spectral_section() {
  return {.name = "spectral",
          .summary = "16 Laplacian eigenvectors of real graphs and one of 4 million arcs: residual, bits and time",
          .seeds = 0,
          .alone = true,
          .tables = {{.name = "spectral",
                      .caption = "16 eigenvectors of each component, residual 1e-6, median of 3 runs. Beside other "
                                 "programs in one run: benchmarks/peers/spectral/compare.sh.",
                      .labels = {"graph"},
                      .figures = {"nodes", "arcs", "seconds", "residual", "same bits"}}},
          .parts = parts,
          .claim = claim};
}

}  // namespace cairn::benchmarks
