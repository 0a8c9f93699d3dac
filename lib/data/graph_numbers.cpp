#include "data/graph_numbers.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"

namespace cairn {

GraphNumbers::GraphNumbers(std::span<const std::int32_t> graph_of_node, Index node_count, std::string_view what)
    : graph_of_node_(graph_of_node) {
  if (graph_of_node.empty()) return;
  if (static_cast<Index>(graph_of_node.size()) != node_count) {
    throw ShapeError(fmt::format("{}: {} nodes, {} of them with a graph", what, node_count, graph_of_node.size()));
  }
  const auto [least, most] = std::minmax_element(graph_of_node.begin(), graph_of_node.end());
  if (*least < 0) throw ShapeError(fmt::format("{}: a node of graph {}", what, *least));
  count_ = static_cast<std::size_t>(*most) + 1;
}

}  // namespace cairn
