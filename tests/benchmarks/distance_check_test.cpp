#include "benchmarks/distance_check.h"

#include "core/error.h"
#include "graph/generate.h"
#include "support/catch.h"

using namespace cairn;

namespace {

const AnchorSet ends{.groups = {{0}, {4}}, .graph_of_group = {}};

}  // namespace

TEST_CASE("distance check: distances of a path and of two parts pass", "[benchmarks]") {
  const Graph path = path_graph(5);
  CHECK_NOTHROW(benchmarks::check_distances(path, ends, hop_distances(path, ends), 1));
  const Graph parts = disjoint_union(std::vector<Graph>{path_graph(3), path_graph(2)});
  CHECK(benchmarks::boost_distances(parts, 0) == std::vector<std::int32_t>{0, 1, 2, -1, -1});
  CHECK_NOTHROW(benchmarks::check_distances(parts, ends, hop_distances(parts, ends), 1));
}

TEST_CASE("distance check: the first wrong distance is named", "[benchmarks]") {
  const Graph path = path_graph(5);
  const Graph shortcut = cycle_graph(5);
  CHECK_THROWS_WITH(benchmarks::check_distances(path, ends, hop_distances(shortcut, ends), 1),
                    "distances on 5 nodes, 8 arcs: expected 3 from anchor 0 to node 3, found 2");
  // Of every second anchor alone: the second one's are not looked at.
  const AnchorSet first_right{.groups = {{0}, {1}}, .graph_of_group = {}};
  HopDistances mixed = hop_distances(path, ends);
  CHECK_NOTHROW(benchmarks::check_distances(path, first_right, mixed, 2));
  CHECK_THROWS_AS(benchmarks::check_distances(path, first_right, mixed, 1), NumericError);
}
