#include "models/attention_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>
#include <utility>

#include "core/error.h"
#include "graph/orders.h"
#include "graph/traversal.h"
#include "kernels/indexed_operator.h"
#include "kernels/offset_operator.h"
#include "kernels/polynomial_operator.h"
#include "kernels/uniform_operator.h"
#include "models/position_plan.h"
#include "position/component_graphs.h"

namespace cairn {

namespace {

constexpr std::array<std::string_view, 9> operators{"auto", "uniform",    "sequence", "path", "cycle",
                                                    "grid", "polynomial", "heat",     "hops"};
constexpr std::array<std::string_view, 3> maps{"positive", "trigonometric", "sphere"};

/// Nodes of each graph, ascending; graphs without nodes are left out.
std::vector<std::vector<NodeId>> nodes_of_graphs(const Dataset& dataset) {
  std::vector<std::vector<NodeId>> nodes(static_cast<std::size_t>(dataset.graph_count()));
  for (Index u = 0; u < dataset.node_count(); ++u) {
    const std::int32_t graph = dataset.graph_of_node.empty() ? 0 : dataset.graph_of_node[static_cast<std::size_t>(u)];
    nodes[static_cast<std::size_t>(graph)].push_back(static_cast<NodeId>(u));
  }
  std::erase_if(nodes, [](const std::vector<NodeId>& of_graph) { return of_graph.empty(); });
  return nodes;
}

/// " of the graph 'b'", where there are several.
std::string of_graph(const Dataset& dataset, NodeId node) {
  if (dataset.graph_of_node.empty()) return "";
  const auto graph = static_cast<std::size_t>(dataset.graph_of_node[static_cast<std::size_t>(node)]);
  return fmt::format(" of the graph '{}'", dataset.graph_names[graph]);
}

/// A graph's nodes in the order of an operator, and the extents of their places; nothing where there is none.
std::optional<kernels::OffsetPart> ordered(std::string_view op, const Graph& graph, const std::vector<NodeId>& nodes,
                                           OrderFault& fault) {
  if (op == "grid") {
    auto shape = grid_shape(graph, nodes, &fault);
    if (!shape) return std::nullopt;
    return kernels::OffsetPart{nodes, *std::move(shape)};
  }
  auto order = op == "path" ? path_order(graph, nodes, &fault) : cycle_order(graph, nodes, &fault);
  if (!order) return std::nullopt;
  return kernels::OffsetPart{*std::move(order), {static_cast<Index>(nodes.size())}};
}

[[noreturn]] void refuse(const Dataset& dataset, std::string_view op, const std::vector<NodeId>& nodes,
                         const OrderFault& fault) {
  const NodeId node = fault.node >= 0 ? fault.node : nodes.front();
  throw InputError(dataset.name, 0,
                   fmt::format("--attention-operator {}: node '{}'{}: expected {}, found {}", op,
                               dataset.ids.name(node), of_graph(dataset, node), fault.expected, fault.found));
}

/// Grids whose shape the configuration gives: their edges are not looked at.
std::vector<kernels::OffsetPart> shaped(const TrainConfig& config, const Dataset& dataset,
                                        std::vector<std::vector<NodeId>> graphs) {
  const std::vector<Index> shape = attention_shape(config);
  Index places = 1;
  for (const Index extent : shape) {
    // More than there are nodes is too many, however many more.
    places = places > dataset.node_count() ? places : places * extent;
  }
  std::vector<kernels::OffsetPart> parts;
  for (std::vector<NodeId>& nodes : graphs) {
    if (static_cast<Index>(nodes.size()) != places) {
      throw UsageError(fmt::format("--attention-shape {}: expected {} nodes{}, found {}", config.attention_shape,
                                   places, of_graph(dataset, nodes.front()), nodes.size()));
    }
    parts.push_back({std::move(nodes), shape});
  }
  return parts;
}

/// Grids may have lost axes of extent 1 that others of the union show; which, edges do not tell.
void require_one_axis_count(const Dataset& dataset, const std::vector<kernels::OffsetPart>& parts) {
  for (const kernels::OffsetPart& part : parts) {
    if (part.extents.size() == parts.front().extents.size()) continue;
    throw InputError(dataset.name, 0,
                     fmt::format("--attention-operator grid: node '{}'{}: expected a grid of {} axes as the first "
                                 "graph is one, found {}",
                                 dataset.ids.name(part.nodes.front()), of_graph(dataset, part.nodes.front()),
                                 parts.front().extents.size(), part.extents.size()));
  }
}

std::vector<kernels::OffsetPart> offset_parts(const std::string& op, const TrainConfig& config,
                                              const Dataset& dataset) {
  std::vector<std::vector<NodeId>> graphs = nodes_of_graphs(dataset);
  if (op == "grid" && !config.attention_shape.empty()) return shaped(config, dataset, std::move(graphs));
  std::vector<kernels::OffsetPart> parts;
  const Graph graph = without_directions(dataset.graph);
  for (std::vector<NodeId>& nodes : graphs) {
    if (op == "sequence") {
      const auto count = static_cast<Index>(nodes.size());
      parts.push_back({std::move(nodes), {count}});
      continue;
    }
    OrderFault fault;
    auto part = ordered(op, graph, nodes, fault);
    if (!part) refuse(dataset, op, nodes, fault);
    parts.push_back(*std::move(part));
  }
  if (op == "grid") require_one_axis_count(dataset, parts);
  return parts;
}

/// Biases 0 .. most: hops, farther ones alike; most + 1: no way leads.
std::shared_ptr<const kernels::AttentionOperator> hop_operator(const Dataset& dataset, Index most) {
  std::vector<kernels::IndexedPart> parts;
  const Graph whole = without_directions(dataset.graph);
  for (std::vector<NodeId>& nodes : nodes_of_graphs(dataset)) {
    if (static_cast<Index>(nodes.size()) > kernels::AttentionOperator::most_dense_nodes) {
      throw UsageError(
          fmt::format("--attention-operator hops: expected graphs of at most {} nodes (it is dense), "
                      "found {}{}",
                      kernels::AttentionOperator::most_dense_nodes, nodes.size(), of_graph(dataset, nodes.front())));
    }
    const Graph graph = induced_subgraph(whole, nodes);
    kernels::IndexedPart part;
    part.bias_of_pair.reserve(nodes.size() * nodes.size());
    for (std::size_t u = 0; u < nodes.size(); ++u) {
      for (const std::int32_t hops : hop_distances(graph, static_cast<NodeId>(u))) {
        part.bias_of_pair.push_back(static_cast<std::uint16_t>(hops < 0 ? most + 1 : std::min<Index>(hops, most)));
      }
    }
    part.nodes = std::move(nodes);
    parts.push_back(std::move(part));
  }
  return kernels::indexed_operator(dataset.node_count(), std::move(parts), most + 2);
}

std::shared_ptr<const kernels::AttentionOperator> make_operator(const std::string& op, const TrainConfig& config,
                                                                const Dataset& dataset, const ModelInput& input) {
  if (op == "uniform") return kernels::uniform_operator(dataset.node_count(), dataset.graph_of_node);
  if (op == "hops") return hop_operator(dataset, config.attention_offsets);
  if (op == "polynomial" || op == "heat") {
    check_weights(dataset, "--attention-operator " + op);
    const Propagation& propagation = input.propagation(Normalization::symmetric_self_loops);
    return op == "heat" ? kernels::heat_operator(propagation)
                        : kernels::polynomial_operator(propagation, config.attention_powers);
  }
  return kernels::offset_operator(
      dataset.node_count(), offset_parts(op, config, dataset),
      {.clip = config.attention_offsets, .periodic = op == "cycle", .causal = config.attention_causal});
}

}  // namespace

std::span<const std::string_view> attention_operators() { return operators; }
std::span<const std::string_view> attention_maps() { return maps; }

std::vector<Index> attention_shape(const TrainConfig& config) {
  std::vector<Index> shape;
  const std::string& text = config.attention_shape;
  const char* const end = text.data() + text.size();
  for (const char* from = text.data(); from != end;) {
    Index extent = 0;
    const auto [next, error] = std::from_chars(from, end, extent);
    constexpr Index most = std::numeric_limits<NodeId>::max();
    const bool ends_well = next == end || (*next == 'x' && next + 1 != end);
    if (error != std::errc{} || extent < 1 || extent > most || !ends_well) {
      throw UsageError(fmt::format("--attention-shape: expected extents of at least 1 such as 7x11, found '{}'", text));
    }
    shape.push_back(extent);
    from = next == end ? end : next + 1;
  }
  return shape;
}

kernels::FeatureOptions attention_features(const TrainConfig& config) {
  const auto found = std::find(maps.begin(), maps.end(), config.attention_map);
  if (found == maps.end()) throw_unknown_name("value of --attention-map", config.attention_map, maps);
  return {.map = static_cast<kernels::FeatureMap>(found - maps.begin()),
          .count = config.attention_features,
          .orthogonal = config.attention_orthogonal};
}

std::string settled_operator(const TrainConfig& config, const Dataset& dataset) {
  if (config.attention_operator != "auto") return config.attention_operator;
  if (!config.attention_shape.empty()) return "grid";
  if (config.task == "link" || dataset.node_count() == 0) return "polynomial";
  const Graph graph = without_directions(dataset.graph);
  const std::vector<std::vector<NodeId>> graphs = nodes_of_graphs(dataset);
  for (const char* op : {"path", "cycle", "grid"}) {
    std::size_t axes = 0;
    const bool fits = std::all_of(graphs.begin(), graphs.end(), [&](const std::vector<NodeId>& nodes) {
      OrderFault fault;
      const auto part = ordered(op, graph, nodes, fault);
      if (!part) return false;
      if (axes == 0) axes = part->extents.size();
      return part->extents.size() == axes;
    });
    if (fits) return op;
  }
  return "polynomial";
}

AttentionInput prepare_attention(const TrainConfig& config, const Dataset& dataset, const ModelInput& input) {
  const std::string op = settled_operator(config, dataset);
  if (config.attention_causal && op != "sequence" && op != "path") {
    throw UsageError(fmt::format("--attention-causal: expected --attention-operator sequence or path, found {}", op));
  }
  if (!config.attention_shape.empty() && op != "grid") {
    throw UsageError(fmt::format("--attention-shape: expected --attention-operator grid, found {}", op));
  }
  return {.op = make_operator(op, config, dataset, input), .graph_of_node = dataset.graph_of_node, .key_mask = {}};
}

}  // namespace cairn
