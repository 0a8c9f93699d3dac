#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <functional>
#include <numeric>
#include <utility>

#include "benchmarks/position_columns.h"
#include "core/error.h"
#include "graph/traversal.h"
#include "graph_io/formats.h"

namespace cairn::benchmarks {

namespace {

constexpr std::int32_t departments_a_group = 6;
constexpr Index most_dropped_nodes = 10;
constexpr Index email_edges = 7201;

/// Group of each node, by the number of its department.
std::vector<std::int32_t> group_of_node(const Dataset& whole) {
  if (whole.labels.empty()) throw InputError(whole.name, 0, "expected departments (labels.csv), found none");
  std::vector<std::int32_t> group_of_class;
  for (const std::string& name : whole.class_names) {
    std::int32_t department = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), department);
    if (error != std::errc{} || end != name.data() + name.size() || department < 0) {
      throw InputError(whole.name, 0, fmt::format("expected departments as numbers, found '{}'", name));
    }
    group_of_class.push_back(department / departments_a_group);
  }
  std::vector<std::int32_t> groups;
  for (const std::int32_t label : whole.labels) {
    if (label < 0) throw InputError(whole.name, 0, "expected a department for each node, found a node without one");
    groups.push_back(group_of_class[static_cast<std::size_t>(label)]);
  }
  return groups;
}

Graph without_edges_between(const Graph& graph, const std::vector<std::int32_t>& groups) {
  std::vector<Edge> edges;
  for (NodeId u = 0; u < graph.node_count(); ++u) {
    for (const NodeId v : graph.neighbors(u)) {
      if (u < v && groups[static_cast<std::size_t>(u)] == groups[static_cast<std::size_t>(v)]) edges.push_back({u, v});
    }
  }
  return Graph::from_edges(graph.node_count(), edges);
}

void check_email(const std::string& name, std::vector<Index> sizes, Index edge_count) {
  std::sort(sizes.begin(), sizes.end(), std::greater<>());
  const std::vector<Index> expected{245, 223, 186, 139, 58, 37, 32};
  if (sizes == expected && edge_count == email_edges) return;
  throw InputError(name, 0,
                   fmt::format("expected groups of departments of {} nodes with {} edges in all, found {} with {}",
                               fmt::join(expected, ", "), email_edges, fmt::join(sizes, ", "), edge_count));
}

}  // namespace

Dataset email_groups(const Dataset& whole) {
  const std::vector<std::int32_t> groups = group_of_node(whole);
  const Graph parted = without_edges_between(whole.graph, groups);
  const Components components = connected_components(parted);
  std::vector<std::int32_t> kept;  // components, in order of their group
  for (std::int32_t c = 0; c < components.count(); ++c) {
    if (components.sizes[static_cast<std::size_t>(c)] > most_dropped_nodes) kept.push_back(c);
  }
  std::vector<std::vector<NodeId>> members(static_cast<std::size_t>(components.count()));
  for (NodeId u = 0; u < whole.node_count(); ++u) {
    members[static_cast<std::size_t>(components.of_node[static_cast<std::size_t>(u)])].push_back(u);
  }
  const auto group_of = [&](std::int32_t component) {
    return groups[static_cast<std::size_t>(members[static_cast<std::size_t>(component)].front())];
  };
  std::stable_sort(kept.begin(), kept.end(), [&](auto a, auto b) { return group_of(a) < group_of(b); });

  Dataset email;
  email.name = "email";
  email.class_names = whole.class_names;
  std::vector<NodeId> nodes;
  std::vector<std::string> names;
  std::vector<Index> sizes;
  for (const std::int32_t component : kept) {
    const auto& of_component = members[static_cast<std::size_t>(component)];
    for (const NodeId u : of_component) {
      nodes.push_back(u);
      names.push_back(whole.ids.name(u));
      email.labels.push_back(whole.labels[static_cast<std::size_t>(u)]);
      email.graph_of_node.push_back(static_cast<std::int32_t>(sizes.size()));
    }
    email.graph_names.push_back(fmt::format("group {}", group_of(component)));
    sizes.push_back(static_cast<Index>(of_component.size()));
  }
  email.graph = induced_subgraph(parted, nodes);
  email.ids = IdMap::strings(std::move(names));
  check_email(whole.name, std::move(sizes), email.graph.edge_count());
  return email;
}

Dataset real_dataset(const PositionColumn& column, const std::string& data) {
  Dataset dataset = read_dataset(std::filesystem::path(data) / column.folder);
  return column.folder == "email_eu_core" && column.dataset != column.folder ? email_groups(dataset) : dataset;
}

}  // namespace cairn::benchmarks
