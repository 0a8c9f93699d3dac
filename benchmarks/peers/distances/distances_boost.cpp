// A worker (common/turns.py): Boost.Graph's breadth-first search on its own compressed rows, an anchor after the other.
//   distances_boost FOLDER THREADS
// Files, case and result as in distances_cairn.cpp. THREADS is not looked at: a search runs on one.

#include <algorithm>
#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <boost/version.hpp>
#include <exception>
#include <string>
#include <utility>

#include "benchmarks/peers/common/worker.h"

namespace {

using Graph = boost::compressed_sparse_row_graph<boost::directedS, boost::no_property, boost::no_property,
                                                 boost::no_property, std::int32_t, std::int64_t>;
constexpr std::uint16_t unreached = 0xffff;

Graph read_graph(const std::string& folder) {
  const auto offsets = peers::read_raw<std::int64_t>(folder + "/offsets.i64");
  const auto targets = peers::read_raw<std::int32_t>(folder + "/targets.i32");
  std::vector<std::pair<std::int32_t, std::int32_t>> arcs;
  arcs.reserve(targets.size());
  for (std::size_t u = 0; u + 1 < offsets.size(); ++u) {
    for (std::int64_t k = offsets[u]; k < offsets[u + 1]; ++k) {
      arcs.emplace_back(static_cast<std::int32_t>(u), targets[static_cast<std::size_t>(k)]);
    }
  }
  return Graph(boost::edges_are_sorted, arcs.begin(), arcs.end(), static_cast<std::int32_t>(offsets.size() - 1));
}

void run(const std::string& folder) {
  const Graph graph = read_graph(folder);
  const auto anchors = peers::read_raw<std::int32_t>(folder + "/anchors.i32");
  const auto nodes = static_cast<std::size_t>(boost::num_vertices(graph));
  std::vector<std::uint16_t> hops(anchors.size() * nodes);
  const auto search = [&](const std::string&) {
    std::fill(hops.begin(), hops.end(), unreached);
    for (std::size_t k = 0; k < anchors.size(); ++k) {
      std::uint16_t* const row = hops.data() + k * nodes;
      row[anchors[k]] = 0;
      boost::breadth_first_search(
          graph, anchors[k],
          boost::visitor(boost::make_bfs_visitor(boost::record_distances(row, boost::on_tree_edge()))));
    }
  };
  peers::serve("\"name\": \"Boost.Graph " + std::to_string(BOOST_VERSION / 100000) + "." +
                   std::to_string(BOOST_VERSION / 100 % 1000) + ", 1 thread\"",
               search, [&](const std::string&) { return std::span<const std::uint16_t>(hops); });
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: distances_boost FOLDER THREADS\n";
    return 2;
  }
  try {
    run(argv[1]);
  } catch (const std::exception& error) {
    std::cerr << "distances_boost: " << error.what() << "\n";
    return 1;
  }
  return 0;
}
