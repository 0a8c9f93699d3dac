#include <cairn/graph/graph.h>

#include <cstdio>
#include <vector>

// A cycle of four nodes: four edges, and every node has two neighbors.
int main() {
  std::vector<cairn::Edge> edges = {{0, 1}, {1, 2}, {2, 3}, {3, 0}};
  const cairn::Graph graph = cairn::Graph::from_edges(4, edges);
  std::printf("nodes %td, edges %td, degree of node 0: %td\n", graph.node_count(), graph.edge_count(), graph.degree(0));
  return graph.edge_count() == 4 && graph.degree(0) == 2 ? 0 : 1;
}
