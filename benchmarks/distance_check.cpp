#include "benchmarks/distance_check.h"

#include <fmt/format.h>

#include <boost/graph/breadth_first_search.hpp>

#include "core/error.h"
#include "graph/boost_graph.h"

namespace cairn::benchmarks {

std::vector<std::int32_t> boost_distances(const Graph& graph, NodeId source) {
  std::vector<std::int32_t> hops(static_cast<std::size_t>(graph.node_count()), -1);
  hops[static_cast<std::size_t>(source)] = 0;
  const auto record = boost::record_distances(hops.data(), boost::on_tree_edge());
  boost::breadth_first_search(graph, source, boost::visitor(boost::make_bfs_visitor(record)));
  return hops;
}

void check_distances(const Graph& graph, const AnchorSet& anchors, const HopDistances& found, Index stride) {
  for (Index k = 0; k < anchors.size(); k += stride) {
    const std::vector<std::int32_t> expected =
        boost_distances(graph, anchors.groups[static_cast<std::size_t>(k)].front());
    for (Index u = 0; u < graph.node_count(); ++u) {
      const std::uint16_t hops = found.at(u, k);
      const std::int32_t value = hops == HopDistances::unreached ? -1 : hops;
      if (value == expected[static_cast<std::size_t>(u)]) continue;
      throw NumericError(fmt::format("distances on {} nodes, {} arcs: expected {} from anchor {} to node {}, found {}",
                                     graph.node_count(), graph.arc_count(), expected[static_cast<std::size_t>(u)], k, u,
                                     value));
    }
  }
}

}  // namespace cairn::benchmarks
