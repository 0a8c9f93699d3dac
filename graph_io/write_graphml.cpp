#include <fmt/format.h>

#include <string>
#include <string_view>
#include <variant>

#include "core/error.h"
#include "graph_io/graphml.h"
#include "graph_io/output_file.h"

namespace cairn {

namespace {

/// Text as XML has it between tags and in attributes.
std::string escaped(std::string_view text) {
  std::string result;
  for (const char symbol : text) {
    if (static_cast<unsigned char>(symbol) < 0x20 && symbol != '\t')
      throw OutputError("a name with control bytes cannot be written as XML");
    switch (symbol) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      default:
        result += symbol;
    }
  }
  return result;
}

void write_keys(const Dataset& dataset, OutputFile& file) {
  const std::string_view type = sizeof(Real) == sizeof(float) ? "float" : "double";
  const auto key = [&](std::string_view id, std::string_view scope, std::string_view value_type,
                       std::string_view fallback) {
    file.write(fmt::format("  <key id=\"{0}\" for=\"{1}\" attr.name=\"{0}\" attr.type=\"{2}\"{3}\n", id, scope,
                           value_type,
                           fallback.empty() ? "/>" : fmt::format("><default>{}</default></key>", fallback)));
  };
  const bool sparse = std::holds_alternative<SparseMatrix>(dataset.features);
  for (Index column = 0; column < feature_width(dataset.features); ++column)
    key(fmt::format("f{}", column), "node", type, sparse ? "0" : "");
  if (!dataset.labels.empty()) key("class", "node", "string", "");
  if (!dataset.graph_of_node.empty()) key("graph", "node", "string", "");
  if (dataset.graph.weighted()) key("weight", "edge", type, "");
}

void write_node(const Dataset& dataset, Index u, OutputFile& file) {
  const auto i = static_cast<std::size_t>(u);
  file.write(fmt::format("    <node id=\"{}\">", escaped(dataset.ids.name(static_cast<NodeId>(u)))));
  const auto data = [&](Index column, Real value) {
    file.write(fmt::format("<data key=\"f{}\">{}</data>", column, value));
  };
  if (const auto* dense = std::get_if<Tensor>(&dataset.features)) {
    for (Index column = 0; column < dense->columns(); ++column) data(column, dense->at(u, column));
  } else if (const auto* sparse = std::get_if<SparseMatrix>(&dataset.features)) {
    const auto offsets = sparse->pattern().offsets();
    for (auto k = static_cast<std::size_t>(offsets[i]); k < static_cast<std::size_t>(offsets[i + 1]); ++k) {
      data(sparse->pattern().columns()[k], sparse->values().data()[k]);
    }
  }
  if (!dataset.labels.empty() && dataset.labels[i] >= 0) {
    file.write(fmt::format("<data key=\"class\">{}</data>",
                           escaped(dataset.class_names[static_cast<std::size_t>(dataset.labels[i])])));
  }
  if (!dataset.graph_of_node.empty()) {
    file.write(fmt::format("<data key=\"graph\">{}</data>",
                           escaped(dataset.graph_names[static_cast<std::size_t>(dataset.graph_of_node[i])])));
  }
  file.write("</node>\n");
}

void write_edges(const Dataset& dataset, OutputFile& file) {
  const Graph& graph = dataset.graph;
  for (Index u = 0; u < graph.node_count(); ++u) {
    const std::string source = escaped(dataset.ids.name(static_cast<NodeId>(u)));
    for (auto arc = static_cast<std::size_t>(graph.offsets()[static_cast<std::size_t>(u)]);
         arc < static_cast<std::size_t>(graph.offsets()[static_cast<std::size_t>(u) + 1]); ++arc) {
      const NodeId v = graph.targets()[arc];
      if (!graph.directed() && v < u) continue;
      file.write(fmt::format("    <edge source=\"{}\" target=\"{}\"", source, escaped(dataset.ids.name(v))));
      file.write(graph.weighted() ? fmt::format("><data key=\"weight\">{}</data></edge>\n", graph.weights()[arc])
                                  : "/>\n");
    }
  }
}

}  // namespace

void write_graphml(const Dataset& dataset, const std::filesystem::path& path) {
  check_consistent(dataset);
  OutputFile file(path);
  file.write("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n");
  write_keys(dataset, file);
  file.write(fmt::format("  <graph edgedefault=\"{}\">\n", dataset.graph.directed() ? "directed" : "undirected"));
  for (Index u = 0; u < dataset.node_count(); ++u) write_node(dataset, u, file);
  write_edges(dataset, file);
  file.write("  </graph>\n</graphml>\n");
  file.commit();
}

}  // namespace cairn
