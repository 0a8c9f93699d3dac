#include "position/coordinates.h"

#include <cmath>
#include <limits>

#include "core/error.h"
#include "graph/generate.h"
#include "position/anchor_coordinates.h"
#include "position/random_walk.h"
#include "support/catch.h"
#include "support/graphs.h"
#include "support/tensors.h"

using namespace cairn;

namespace {

Coordinates two_by_two() { return {.values = Tensor(Shape{2, 2}, {1, 2, 3, 4}), .valid = {}, .graph_of_node = {}}; }

constexpr Real not_a_number = std::numeric_limits<Real>::quiet_NaN();

/// Two paths, 0-1-2-3 and 4-5, and a node 6 alone; three graphs.
Graph paths_apart() { return disjoint_union(std::vector<Graph>{support::path(4), support::path(2), support::path(1)}); }
const std::vector<std::int32_t> graphs_apart{0, 0, 0, 0, 1, 1, 2};

}  // namespace

TEST_CASE("coordinates: members that fit each other pass, and each that does not is refused",
          "[position][coordinates]") {
  CHECK_NOTHROW(check_coordinates(two_by_two()));
  Coordinates some = two_by_two();
  some.valid = {1, 0, 1, 1};
  some.graph_of_node = {0, 1};
  CHECK_NOTHROW(check_coordinates(some));
  CHECK_FALSE(some.is_valid(0, 1));
  CHECK(some.is_valid(1, 0));

  CHECK_THROWS_AS(check_coordinates({}), ShapeError);
  Coordinates flat = two_by_two();
  flat.values = Tensor(Shape{4});
  CHECK_THROWS_AS(check_coordinates(flat), ShapeError);
  Coordinates short_mask = two_by_two();
  short_mask.valid = {1, 1, 1};
  CHECK_THROWS_AS(check_coordinates(short_mask), ShapeError);
  Coordinates short_graphs = two_by_two();
  short_graphs.graph_of_node = {0};
  CHECK_THROWS_AS(check_coordinates(short_graphs), ShapeError);
  Coordinates negative_graph = two_by_two();
  negative_graph.graph_of_node = {0, -1};
  CHECK_THROWS_AS(check_coordinates(negative_graph), ShapeError);
}

TEST_CASE("coordinates: a value that is not finite is refused where it is valid, and named",
          "[position][coordinates]") {
  for (const Real bad : {not_a_number, std::numeric_limits<Real>::infinity()}) {
    Coordinates some = two_by_two();
    some.values = some.values.clone();
    some.values.at(1, 0) = bad;
    CHECK_THROWS_WITH(check_coordinates(some), Catch::Contains("node 1 on axis 0"));
    CHECK_THROWS_AS(check_coordinates(some), NumericError);
    some.valid = {1, 1, 0, 1};
    CHECK_NOTHROW(check_coordinates(some));
  }
}

TEST_CASE("anchor coordinates: hops, their inverses, and shares of the largest distance of each graph",
          "[position][coordinates]") {
  const Graph graph = paths_apart();
  const AnchorSet anchors = given_anchors(graph, graphs_apart, std::vector<NodeId>{0, 2, 4});
  const Coordinates raw = anchor_coordinates(graph, graphs_apart, anchors);
  REQUIRE(raw.values.shape() == Shape{7, 2});
  CHECK(support::same_bits(raw.values, Tensor(Shape{7, 2}, {0, 2, 1, 1, 2, 0, 3, 1, 0, 0, 1, 0, 0, 0})));
  // Graph 1 has one anchor of two slots, graph 2 none.
  CHECK(raw.valid == std::vector<std::uint8_t>{1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 0, 0, 0});
  CHECK(raw.graph_of_node == graphs_apart);

  const Coordinates inverse = anchor_coordinates(graph, graphs_apart, anchors, {.scale = DistanceScale::inverse});
  CHECK(inverse.values.at(3, 0) == Real(0.25));
  CHECK(inverse.values.at(2, 1) == Real(1));
  CHECK(inverse.values.at(6, 0) == Real(0));
  CHECK(inverse.valid == raw.valid);

  const Coordinates unit = anchor_coordinates(graph, graphs_apart, anchors, {.scale = DistanceScale::unit});
  CHECK(unit.values.at(3, 0) == Real(1));
  CHECK(unit.values.at(3, 1) == static_cast<Real>(1.0 / 3));
  CHECK(unit.values.at(5, 0) == Real(1));  // by its own graph's largest, 1
}

TEST_CASE("anchor coordinates: weights, directions and max_hops are those asked for", "[position][coordinates]") {
  const Graph graph =
      Graph::from_edges(3, std::vector<Edge>{{0, 1, 2}, {1, 2, 5}}, {.directed = true, .weighted = true});
  const AnchorSet anchors = given_anchors(graph, {}, std::vector<NodeId>{0, 2});
  const Coordinates hops = anchor_coordinates(graph, {}, anchors);
  CHECK(support::same_bits(hops.values, Tensor(Shape{3, 2}, {0, 0, 1, 0, 2, 0})));
  CHECK(hops.valid == std::vector<std::uint8_t>{1, 0, 1, 0, 1, 1});
  const Coordinates lengths = anchor_coordinates(graph, {}, anchors, {.weighted = true});
  CHECK(support::same_bits(lengths.values, Tensor(Shape{3, 2}, {0, 0, 2, 0, 7, 0})));
  const Coordinates back = anchor_coordinates(graph, {}, anchors, {.direction = PathDirection::towards_anchor});
  CHECK(support::same_bits(back.values, Tensor(Shape{3, 2}, {0, 2, 0, 1, 0, 0})));
  CHECK(back.valid == std::vector<std::uint8_t>{1, 1, 0, 1, 0, 1});
  CHECK(anchor_coordinates(graph, {}, anchors, {.max_hops = 1}).valid == std::vector<std::uint8_t>{1, 0, 1, 0, 0, 1});
  CHECK_THROWS_AS(anchor_coordinates(graph, {}, anchors, {.weighted = true, .max_hops = 1}), UsageError);
  CHECK_THROWS_AS(anchor_coordinates(graph, std::vector<std::int32_t>{0, 0}, anchors), ShapeError);
}

TEST_CASE("anchor coordinates: a graph of one node has distance 0, and its share of the largest is 0",
          "[position][coordinates]") {
  const Graph graph = support::path(1);
  const AnchorSet anchors = given_anchors(graph, {}, std::vector<NodeId>{0});
  const Coordinates unit = anchor_coordinates(graph, {}, anchors, {.scale = DistanceScale::unit});
  CHECK(unit.values.item() == Real(0));
  CHECK(unit.valid.empty());
}

TEST_CASE("anchor coordinates: every name of the table is a scale, an unknown one is refused with the list",
          "[position][coordinates]") {
  REQUIRE(distance_scales().size() == 3);
  CHECK(distance_scale("raw") == DistanceScale::raw);
  CHECK(distance_scale("inverse") == DistanceScale::inverse);
  CHECK(distance_scale("unit") == DistanceScale::unit);
  CHECK_THROWS_WITH(distance_scale("log"), Catch::Contains("raw, inverse, unit"));
}

TEST_CASE("degree coordinates: arcs that leave a node, or the logarithm of one more", "[position][coordinates]") {
  const Graph graph = Graph::from_edges(4, std::vector<Edge>{{0, 1}, {0, 2}, {2, 2}});
  CHECK(support::same_bits(degree_coordinates(graph, {}, DegreeScale::raw).values, Tensor(Shape{4, 1}, {2, 1, 2, 0})));
  const Coordinates log = degree_coordinates(graph, {});
  CHECK(static_cast<double>(log.values.at(0, 0)) == Approx(std::log(3.0)).epsilon(1e-6));
  CHECK(log.values.at(3, 0) == Real(0));
  CHECK(log.valid.empty());
  CHECK_THROWS_AS(degree_coordinates(graph, std::vector<std::int32_t>{0}), ShapeError);
}
