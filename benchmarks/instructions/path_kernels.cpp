#include <memory>
#include <vector>

#include "benchmarks/instructions/counted_kernel.h"
#include "benchmarks/random_inputs.h"
#include "graph/generate.h"
#include "nn/path_plan.h"
#include "position/distances.h"
#include "position/path_items.h"
#include "position/random_walk.h"

namespace cairn::benchmarks {

namespace {

AnchorSet anchors_of(const Graph& graph, Index count) {
  Rng rng(2);
  return select_anchors(graph, {}, {.strategy = "random", .count = count}, rng);
}

Graph random_graph(Index nodes, Index edges) {
  Rng rng(1);
  return gnm_graph(nodes, edges, rng);
}

/// Of a graph of short paths levels are pulled, on a grid plain searches take over.
KernelRun distances(const Graph& graph) {
  return [=, anchors = anchors_of(graph, 64)] { hop_distances(graph, anchors); };
}

KernelRun weighted_distances() {
  const Graph plain = random_graph(300, 1500);
  std::vector<Edge> edges;
  Rng rng(3);
  for (NodeId u = 0; u < plain.node_count(); ++u) {
    for (const NodeId v : plain.neighbors(u)) {
      if (u < v) edges.push_back({u, v, 1 + rng.uniform()});
    }
  }
  const Graph graph = Graph::from_edges(plain.node_count(), edges, {.weighted = true});
  return [=, anchors = anchors_of(graph, 8)] { path_lengths(graph, anchors); };
}

KernelRun path_items() {
  const Graph graph = random_graph(500, 2500);
  return [=, anchors = anchors_of(graph, 16)] { shortest_path_items(graph, anchors); };
}

/// Paths from 8 anchors of a small grid, and what a pass over them reads.
struct PathPassInputs {
  std::shared_ptr<const kernels::PathPlan> plan;
  kernels::PathCell cell;
  kernels::PathCellInputs inputs;
  Tensor upstream;
};

PathPassInputs path_pass_inputs(kernels::PathCell cell) {
  const Graph graph = grid_graph(16, 16);
  const AnchorSet anchors = anchors_of(graph, 8);
  const Index width = 32;
  const Index gates = kernels::gate_count(cell) * width;
  Rng rng(4);
  const Index nodes = graph.node_count();
  return {make_path_plan(shortest_path_items(graph, anchors), anchors),
          cell,
          {random_tensor({nodes, width}, rng), random_tensor({nodes, gates}, rng), random_tensor({width, gates}, rng),
           random_tensor({gates}, rng), random_tensor({width}, rng)},
          random_tensor({nodes * anchors.size(), width}, rng)};
}

KernelRun path_states(kernels::PathCell cell) {
  return [in = path_pass_inputs(cell)] {
    kernels::path_states(*in.plan, in.cell, kernels::PathAggregate::mean, in.inputs);
  };
}

KernelRun path_gradients(kernels::PathCell cell) {
  const PathPassInputs in = path_pass_inputs(cell);
  const kernels::PathCellInputs& x = in.inputs;
  return [in, states = kernels::path_states(*in.plan, cell, kernels::PathAggregate::mean, x),
          start = Tensor(x.start.shape()), node_input = Tensor(x.node_input.shape()), weight = Tensor(x.weight.shape()),
          channel = Tensor(x.channel_weight.shape()), unreached = Tensor(x.unreached.shape())]() mutable {
    Tensor gradient = in.upstream.clone();  // used up
    kernels::add_path_gradients(*in.plan, in.cell, kernels::PathAggregate::mean, in.inputs, states, gradient,
                                {&start, &node_input, &weight, &channel, &unreached});
  };
}

KernelRun random_walks() {
  return [graph = random_graph(200, 1000)] { return_probabilities(graph, {}, {.steps = 8}); };
}

}  // namespace

std::vector<CountedKernel> counted_path_kernels() {
  using kernels::PathCell;
  return {{"distances-random", true, [] { return distances(random_graph(2000, 10000)); }},
          {"distances-grid", true, [] { return distances(grid_graph(24, 24)); }},
          {"distances-weighted", false, weighted_distances},
          {"path-items", true, path_items},
          {"path-states", true, [] { return path_states(PathCell::affine); }},
          {"path-gradients", true, [] { return path_gradients(PathCell::affine); }},
          {"path-states-gated", true, [] { return path_states(PathCell::gated); }},
          {"path-gradients-gated", true, [] { return path_gradients(PathCell::gated); }},
          {"return-probabilities", true, random_walks}};
}

}  // namespace cairn::benchmarks
