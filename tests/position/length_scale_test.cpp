#include "position/length_scale.h"

#include <vector>

#include "core/error.h"
#include "graph/generate.h"
#include "support/catch.h"

namespace cairn {
namespace {

Coordinates on_axes(const Shape& shape, std::initializer_list<Real> values) {
  return {.values = Tensor(shape, values), .valid = {}, .graph_of_node = {}};
}

TEST_CASE("length scale: the median step between neighbors that differ, in the units of the coordinates",
          "[position]") {
  const Graph path = path_graph(5);
  const Coordinates places = on_axes({5, 1}, {0, 1, 1, 3, 7});  // steps 1, 0, 2, 4, each there and back
  CHECK(neighbor_distance(places, path) == 2);
  CHECK(default_length_scale(places, path) == 6);
  const Coordinates scaled = on_axes({5, 1}, {0, 10, 10, 30, 70});
  CHECK(neighbor_distance(scaled, path) == 20);
  const Coordinates crowded = on_axes({5, 1}, {0, 0, 0, 0, 7});  // most neighbors stand on one spot
  CHECK(neighbor_distance(crowded, path) == 7);
}

TEST_CASE("length scale: of few arcs all are read", "[position]") {
  const std::vector<Edge> edges{{0, 1}, {0, 2}, {0, 3}, {0, 4}};
  const Graph star = Graph::from_edges(5, edges);
  const Coordinates places = on_axes({5, 1}, {0, 1, 5, 2, 6});  // every other arc would give 2
  CHECK(neighbor_distance(places, star) == 5);
}

TEST_CASE("length scale: groups are measured apart, over the axes that both ends know", "[position]") {
  const Graph pair = path_graph(2);
  Coordinates places = on_axes({2, 2}, {0, 0, 3, 4});
  CHECK(neighbor_distance(places, pair) == 5);
  CHECK(neighbor_distance(places, pair, 2) == 4);  // the upper median of 3, 3, 4, 4
  places.valid = {1, 1, 1, 0};
  places.values.at(1, 1) = 0;
  CHECK(neighbor_distance(places, pair) == 3);
}

TEST_CASE("length scale: where no neighbors differ it is 1", "[position]") {
  const Coordinates constant = on_axes({3, 1}, {4, 4, 4});
  CHECK(neighbor_distance(constant, path_graph(3)) == 0);
  CHECK(default_length_scale(constant, path_graph(3)) == 1);
  CHECK(default_length_scale(on_axes({1, 1}, {4}), path_graph(1)) == 1);
}

TEST_CASE("length scale: of many arcs those at equal gaps stand for all", "[position]") {
  const Graph grid = grid_graph(300, 300);  // 358,800 arcs
  Coordinates places{.values = Tensor(Shape{90000, 2}), .valid = {}, .graph_of_node = {}};
  for (Index u = 0; u < 90000; ++u) {
    places.values.at(u, 0) = static_cast<Real>(u / 300) * Real(0.5);
    places.values.at(u, 1) = static_cast<Real>(u % 300) * Real(0.5);
  }
  CHECK(neighbor_distance(places, grid) == 0.5);
}

TEST_CASE("length scale: a graph of other nodes and groups that do not divide the axes are refused", "[position]") {
  const Coordinates places = on_axes({2, 2}, {0, 0, 3, 4});
  CHECK_THROWS_AS(neighbor_distance(places, path_graph(3)), ShapeError);
  CHECK_THROWS_AS(neighbor_distance(places, path_graph(2), 0), UsageError);
  CHECK_THROWS_AS(neighbor_distance(places, path_graph(2), 3), UsageError);
}

}  // namespace
}  // namespace cairn
