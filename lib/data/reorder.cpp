#include "data/reorder.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/error.h"
#include "core/parallel.h"
#include "graph/node_order.h"

namespace cairn {

namespace {

template <class Value>
std::vector<Value> moved(const std::vector<Value>& values, std::span<const NodeId> old_id) {
  std::vector<Value> result;
  result.reserve(values.size());
  for (std::size_t u = 0; u < values.size(); ++u) result.push_back(values[static_cast<std::size_t>(old_id[u])]);
  return result;
}

Tensor moved_rows(const Tensor& x, std::span<const NodeId> old_id) {
  Tensor result = Tensor::uninitialized(x.shape());
  parallel_blocks(x.rows(), block_rows(x.columns()), [&](Index begin, Index end) {
    for (Index u = begin; u < end; ++u) {
      std::copy_n(x.row(old_id[static_cast<std::size_t>(u)]).data(), x.columns(), result.row(u).data());
    }
  });
  return result;
}

Features moved_features(const Features& features, std::span<const NodeId> old_id) {
  if (const auto* dense = std::get_if<Tensor>(&features)) return moved_rows(*dense, old_id);
  if (const auto* sparse = std::get_if<SparseMatrix>(&features)) return gather_rows(*sparse, old_id);
  return features;
}

void move_nodes(std::vector<NodeId>& nodes, std::span<const NodeId> new_id) {
  for (NodeId& node : nodes) node = new_id[static_cast<std::size_t>(node)];
  std::sort(nodes.begin(), nodes.end());
}

IdMap moved_ids(const IdMap& ids, std::span<const NodeId> old_id) {
  if (!ids.are_integers()) {
    std::vector<std::string> names;
    names.reserve(old_id.size());
    for (const NodeId u : old_id) names.push_back(ids.name(u));
    return IdMap::strings(std::move(names));
  }
  std::vector<std::int64_t> integers;
  integers.reserve(old_id.size());
  const std::span<const std::int64_t> kept = ids.kept_integers();
  for (const NodeId u : old_id) integers.push_back(ids.is_range() ? u : kept[static_cast<std::size_t>(u)]);
  return IdMap::integers(std::move(integers));
}

}  // namespace

Dataset reordered(const Dataset& dataset, std::span<const NodeId> new_id) {
  if (static_cast<Index>(new_id.size()) != dataset.node_count()) {
    throw ShapeError(fmt::format("reordered: {} new ids for {} nodes", new_id.size(), dataset.node_count()));
  }
  const std::vector<NodeId> old_id = inverse_order(new_id);
  Dataset result = dataset;
  result.graph = relabeled(dataset.graph, new_id);
  result.features = moved_features(dataset.features, old_id);
  result.labels = moved(dataset.labels, old_id);
  result.graph_of_node = moved(dataset.graph_of_node, old_id);
  for (Split& split : result.splits) {
    for (std::vector<NodeId>* part : {&split.train, &split.validation, &split.test}) move_nodes(*part, new_id);
  }
  result.ids = moved_ids(dataset.ids, old_id);
  return result;
}

}  // namespace cairn
