#include "graph_io/node_table.h"

#include <fmt/format.h>

#include <string_view>

#include "graph_io/cells.h"
#include "graph_io/column_names.h"
#include "graph_io/text_source.h"

namespace cairn {

namespace {

std::string_view value_name(TableKind kind) {
  return kind == TableKind::labels ? "label" : kind == TableKind::graphs ? "graph" : "part";
}

bool is_value_column(TableKind kind, std::string_view name) {
  return kind == TableKind::labels   ? is_label_column(name)
         : kind == TableKind::graphs ? is_graph_column(name)
                                     : is_part_column(name);
}

/// Calls row(cells, is_first_line) for each line with two cells other than the header; header(by_graph) for that.
template <class OnHeader, class OnRow>
void for_each_row(TextSource& source, TableKind kind, const OnHeader& on_header, const OnRow& on_row) {
  std::string_view line;
  bool is_first_line = true;
  CellSplitter splitter(',');
  try {
    while (source.next_line(line)) {
      if (holds_no_cells(line)) continue;
      if (is_first_line) splitter = CellSplitter(find_delimiter(line));
      const auto cells = splitter.split(line);
      if (cells.size() != 2)
        source.fail("expected node and {}, found {} cell{}: {}", value_name(kind), cells.size(),
                    cells.size() == 1 ? "" : "s", shown(line));
      const bool by_graph = kind == TableKind::split && is_graph_column(cells[0]);
      if (is_first_line && (is_node_column(cells[0]) || by_graph) && is_value_column(kind, cells[1])) {
        on_header(by_graph);
      } else {
        on_row(cells, is_first_line);
      }
      is_first_line = false;
    }
  } catch (const LineFault& fault) {
    source.fail_at(fault);
  }
}

}  // namespace

NodeTable read_node_table(const std::filesystem::path& path, TableKind kind, NodeKeys& keys) {
  TextSource source(path);
  NodeTable table;
  table.path = path.string();
  for_each_row(
      source, kind, [&](bool by_graph) { table.by_graph = by_graph; },
      [&](auto cells, bool is_first_line) {
        if (cells[1].empty()) source.fail("expected a {}, found an empty cell", value_name(kind));
        if (kind == TableKind::split && cells[1] != "train" && cells[1] != "validation" && cells[1] != "test") {
          source.fail("expected train, validation or test, found {}", shown(cells[1]));
        }
        table.keys.push_back(table.by_graph ? table.graphs.number_of(cells[0])
                                            : keys.key(cells[0], is_first_line, source));
        table.values.push_back(table.names.number_of(cells[1]));
      });
  return table;
}

std::int64_t line_of_row(const NodeTable& table, TableKind kind, Index row) {
  TextSource source(table.path);
  std::int64_t line = 0;
  for_each_row(
      source, kind, [](bool) {},
      [&](auto, bool) {
        if (row-- == 0) line = source.line_number();
      });
  return line;
}

}  // namespace cairn
