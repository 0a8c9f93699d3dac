#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <system_error>

#include "benchmarks/instructions/counted_kernel.h"
#include "core/rng.h"
#include "graph/generate.h"
#include "graph_io/edge_list.h"
#include "graph_io/output_file.h"
#include "kernels/propagation.h"

namespace cairn::benchmarks {

namespace {

constexpr Index nodes = 2000;

std::vector<Edge> random_edges(Index count) {
  Rng rng(1);
  std::vector<Edge> edges;
  for (Index i = 0; i < count; ++i) {
    edges.push_back({static_cast<NodeId>(rng.below(nodes)), static_cast<NodeId>(rng.below(nodes))});
  }
  return edges;
}

KernelRun rmat() {
  return [] {
    Rng rng(2);
    rmat_graph(9, 8, rng);
  };
}

KernelRun from_edges() {
  return [edges = random_edges(10000)] { Graph::from_edges(nodes, edges); };
}

KernelRun from_graph() {
  return [graph = Graph::from_edges(nodes, random_edges(10000))] {
    Propagation::from_graph(graph, Normalization::symmetric_self_loops);
  };
}

KernelRun transpose() {
  const Graph graph = Graph::from_edges(nodes, random_edges(10000), {.directed = true});
  return [graph] { Propagation::from_graph(graph, Normalization::mean).transposed(); };
}

/// A file of text that goes with the last that hold it.
std::shared_ptr<const std::filesystem::path> edge_list_file() {
  const auto path = std::filesystem::temp_directory_path() / fmt::format("cairn-instructions-{}.csv", ::getpid());
  std::shared_ptr<const std::filesystem::path> held(new std::filesystem::path(path),
                                                    [](const std::filesystem::path* file) {
                                                      std::error_code ignored;
                                                      std::filesystem::remove(*file, ignored);
                                                      delete file;
                                                    });
  OutputFile file(path);
  file.write("source,target\n");
  for (const Edge& edge : random_edges(10000)) file.write(fmt::format("{},{}\n", edge.source, edge.target));
  file.commit();
  return held;
}

KernelRun read_edges() {
  return [file = edge_list_file()] { read_edge_list(*file); };
}

}  // namespace

std::vector<CountedKernel> counted_graph_kernels() {
  return {{"rmat-graph", false, rmat},
          {"graph-from-edges", false, from_edges},
          {"propagation-from-graph", false, from_graph},
          {"propagation-transposed", false, transpose},
          {"read-edge-list", false, read_edges}};
}

}  // namespace cairn::benchmarks
