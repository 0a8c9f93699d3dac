#pragma once

#include <boost/graph/graph_traits.hpp>
#include <boost/graph/properties.hpp>
#include <boost/iterator/counting_iterator.hpp>
#include <boost/iterator/iterator_facade.hpp>
#include <boost/property_map/property_map.hpp>
#include <utility>

#include "graph/graph.h"

/// Graph as a model of Boost.Graph's VertexListGraph, IncidenceGraph, AdjacencyGraph and EdgeListGraph: include this
/// header and hand a Graph to any Boost algorithm that wants one of those; nothing is copied. Vertices are the numbers
/// 0 .. N - 1 and their own index; edge_weight is the stored weight, or 1.
/// Boost asks at compile time whether a graph is directed: a Graph says no. Wrap one in DirectedGraph for algorithms
/// that want a directed one (strong components, topological sort).

namespace cairn {

/// The same graph, shared, which tells Boost that its arcs have a direction.
class DirectedGraph : public Graph {
 public:
  explicit DirectedGraph(Graph graph) : Graph(std::move(graph)) {}
};

/// Edge descriptor: an arc as seen from its source. Two are equal if they are the same stored arc.
struct BoostArc {
  NodeId source = 0;
  NodeId target = 0;
  EdgeId arc = -1;  // place in targets() and weights()

  friend bool operator==(const BoostArc& a, const BoostArc& b) { return a.arc == b.arc; }
  friend bool operator!=(const BoostArc& a, const BoostArc& b) { return a.arc != b.arc; }
  friend bool operator<(const BoostArc& a, const BoostArc& b) { return a.arc < b.arc; }
};

/// Random access over the arcs that leave one node.
class BoostOutEdgeIterator
    : public boost::iterator_facade<BoostOutEdgeIterator, BoostArc, boost::random_access_traversal_tag, BoostArc> {
 public:
  BoostOutEdgeIterator() = default;
  BoostOutEdgeIterator(NodeId source, EdgeId arc, const NodeId* targets)
      : source_(source), arc_(arc), targets_(targets) {}

 private:
  friend class boost::iterator_core_access;
  BoostArc dereference() const { return {source_, targets_[arc_], arc_}; }
  bool equal(const BoostOutEdgeIterator& other) const { return arc_ == other.arc_; }
  void increment() { ++arc_; }
  void decrement() { --arc_; }
  void advance(std::ptrdiff_t steps) { arc_ += steps; }
  std::ptrdiff_t distance_to(const BoostOutEdgeIterator& other) const { return other.arc_ - arc_; }

  NodeId source_ = 0;
  EdgeId arc_ = 0;
  const NodeId* targets_ = nullptr;  // of the whole graph
};

/// Each edge once: of the two arcs of an undirected edge, the one that ascends.
class BoostEdgeIterator
    : public boost::iterator_facade<BoostEdgeIterator, BoostArc, boost::forward_traversal_tag, BoostArc> {
 public:
  BoostEdgeIterator() = default;
  BoostEdgeIterator(const EdgeId* offsets, const NodeId* targets, EdgeId arc, EdgeId end, bool both_directions)
      : offsets_(offsets), targets_(targets), arc_(arc), end_(end), both_directions_(both_directions) {
    settle();
  }

 private:
  friend class boost::iterator_core_access;
  BoostArc dereference() const { return {source_, targets_[arc_], arc_}; }
  bool equal(const BoostEdgeIterator& other) const { return arc_ == other.arc_; }
  void increment() {
    ++arc_;
    settle();
  }
  void settle() {
    for (; arc_ < end_; ++arc_) {
      while (offsets_[source_ + 1] <= arc_) ++source_;
      if (both_directions_ || source_ <= targets_[arc_]) return;
    }
  }

  const EdgeId* offsets_ = nullptr;
  const NodeId* targets_ = nullptr;
  EdgeId arc_ = 0;
  EdgeId end_ = 0;
  NodeId source_ = 0;
  bool both_directions_ = false;
};

/// Property map from BoostArc to its weight; 1 where none are stored.
class BoostWeightMap {
 public:
  using key_type = BoostArc;
  using value_type = Real;
  using reference = Real;
  using category = boost::readable_property_map_tag;

  BoostWeightMap() = default;
  explicit BoostWeightMap(std::span<const Real> weights) : weights_(weights) {}

  friend Real get(const BoostWeightMap& map, const BoostArc& edge) {
    return map.weights_.empty() ? Real(1) : map.weights_[static_cast<std::size_t>(edge.arc)];
  }

 private:
  std::span<const Real> weights_;
};

struct BoostTraversalTag : virtual boost::vertex_list_graph_tag,
                           virtual boost::incidence_graph_tag,
                           virtual boost::adjacency_graph_tag,
                           virtual boost::edge_list_graph_tag {};

using BoostVertexIterator = boost::counting_iterator<NodeId, std::random_access_iterator_tag, std::ptrdiff_t>;

// What Boost calls, found by argument-dependent lookup; the names are Boost's.

inline std::size_t num_vertices(const Graph& graph) { return static_cast<std::size_t>(graph.node_count()); }
inline std::pair<BoostVertexIterator, BoostVertexIterator> vertices(const Graph& graph) {
  return {BoostVertexIterator(0), BoostVertexIterator(static_cast<NodeId>(graph.node_count()))};
}

inline NodeId source(const BoostArc& edge, const Graph&) { return edge.source; }
inline NodeId target(const BoostArc& edge, const Graph&) { return edge.target; }
inline std::size_t out_degree(NodeId u, const Graph& graph) { return static_cast<std::size_t>(graph.degree(u)); }
inline std::pair<BoostOutEdgeIterator, BoostOutEdgeIterator> out_edges(NodeId u, const Graph& graph) {
  const auto row = static_cast<std::size_t>(u);
  return {BoostOutEdgeIterator(u, graph.offsets()[row], graph.targets().data()),
          BoostOutEdgeIterator(u, graph.offsets()[row + 1], graph.targets().data())};
}

inline std::pair<const NodeId*, const NodeId*> adjacent_vertices(NodeId u, const Graph& graph) {
  const std::span<const NodeId> row = graph.neighbors(u);
  return {row.data(), row.data() + row.size()};
}

inline std::size_t num_edges(const Graph& graph) { return static_cast<std::size_t>(graph.edge_count()); }
inline std::pair<BoostEdgeIterator, BoostEdgeIterator> edges(const Graph& graph) {
  const auto at = [&](EdgeId arc) {
    return BoostEdgeIterator(graph.offsets().data(), graph.targets().data(), arc, graph.arc_count(), graph.directed());
  };
  return {at(0), at(graph.arc_count())};
}

inline boost::typed_identity_property_map<NodeId> get(boost::vertex_index_t, const Graph&) { return {}; }
inline NodeId get(boost::vertex_index_t, const Graph&, NodeId u) { return u; }
inline BoostWeightMap get(boost::edge_weight_t, const Graph& graph) { return BoostWeightMap(graph.weights()); }
inline Real get(boost::edge_weight_t, const Graph& graph, const BoostArc& edge) {
  return get(BoostWeightMap(graph.weights()), edge);
}

}  // namespace cairn

namespace boost {

template <>
struct graph_traits<cairn::Graph> {
  using vertex_descriptor = cairn::NodeId;
  using edge_descriptor = cairn::BoostArc;
  using vertex_iterator = cairn::BoostVertexIterator;
  using out_edge_iterator = cairn::BoostOutEdgeIterator;
  using adjacency_iterator = const cairn::NodeId*;
  using edge_iterator = cairn::BoostEdgeIterator;
  using in_edge_iterator = void;
  using directed_category = undirected_tag;
  using edge_parallel_category = disallow_parallel_edge_tag;
  using traversal_category = cairn::BoostTraversalTag;
  using vertices_size_type = std::size_t;
  using edges_size_type = std::size_t;
  using degree_size_type = std::size_t;

  static vertex_descriptor null_vertex() { return -1; }
};

template <>
struct graph_traits<cairn::DirectedGraph> : graph_traits<cairn::Graph> {
  using directed_category = directed_tag;
};

template <>
struct property_map<cairn::Graph, vertex_index_t> {
  using type = typed_identity_property_map<cairn::NodeId>;
  using const_type = type;
};

template <>
struct property_map<cairn::Graph, edge_weight_t> {
  using type = cairn::BoostWeightMap;
  using const_type = type;
};

template <class Property>
struct property_map<cairn::DirectedGraph, Property> : property_map<cairn::Graph, Property> {};

}  // namespace boost
