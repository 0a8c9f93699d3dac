#include "graph_io/node_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "graph_io/cells.h"
#include "graph_io/column_names.h"
#include "graph_io/npy.h"
#include "graph_io/text_source.h"

namespace cairn {

namespace {

/// Values that are made room for without a look at the size of the file: 64 MiB in double.
constexpr Index free_values = Index{1} << 23;

/// The nodes that lines begin with, each once.
class NamedNodes {
 public:
  NamedNodes(const IdMap& ids, const TextSource& source)
      : ids_(ids), source_(source), met_(static_cast<std::size_t>(ids.size()), false) {}

  /// The node that a cell of the line at hand names. Throws InputError for a stranger and for one met before.
  NodeId take(std::string_view cell) {
    const auto node = ids_.find(cell);
    if (!node) source_.fail("expected a node of the dataset, found {}", shown(cell));
    if (met_[static_cast<std::size_t>(*node)]) source_.fail("expected each node once, found {} again", shown(cell));
    met_[static_cast<std::size_t>(*node)] = true;
    return *node;
  }

  /// After the last line. Throws InputError naming the first node that was not met.
  void check_all() const {
    const auto missing = std::find(met_.begin(), met_.end(), false);
    if (missing == met_.end()) return;
    source_.fail("expected a row for each of {} nodes, found the end of the file and none for {}", met_.size(),
                 shown(ids_.name(static_cast<NodeId>(missing - met_.begin()))));
  }

 private:
  const IdMap& ids_;
  const TextSource& source_;
  std::vector<bool> met_;
};

/// Calls on_row(cells) for each line of cells other than the header. delimiter: 0: as the first line has it.
template <class OnRow>
void for_each_row(TextSource& source, char delimiter, const OnRow& on_row) {
  std::string_view line;
  CellSplitter splitter(delimiter);
  bool is_first_line = true;
  while (source.next_line(line)) {
    if (holds_no_cells(line)) continue;
    if (is_first_line && delimiter == 0) splitter = CellSplitter(find_delimiter(line));
    const auto cells = split_line(splitter, line, source);
    const bool is_header = is_first_line && is_node_column(cells[0]) && (cells.size() < 2 || !as_finite(cells[1]));
    is_first_line = false;
    if (!is_header) on_row(cells);
  }
}

Tensor read_text_rows(const std::filesystem::path& path, const IdMap& ids) {
  TextSource source(path);
  NamedNodes nodes(ids, source);
  Tensor rows;
  for_each_row(source, 0, [&](std::span<const std::string_view> cells) {
    const auto width = static_cast<Index>(cells.size()) - 1;
    if (width == 0) source.fail("expected a node and its numbers, found {} alone", shown(cells[0]));
    if (!rows.defined()) {
      // A number and what separates it take two bytes: one long first line does not make room for all nodes.
      const bool is_large = width > free_values / std::max<Index>(ids.size(), 1);
      if (is_large && 2 * width > source.bytes().most_bytes() / ids.size()) {
        source.fail("expected {} rows as wide as this one, of {}, found a file of {} bytes", ids.size(), width,
                    source.bytes().most_bytes());
      }
      rows = Tensor(Shape{ids.size(), width});
    }
    if (width != rows.columns()) source.fail("expected {} numbers, found {}", rows.columns(), width);
    const auto row = rows.row(nodes.take(cells[0]));
    for (Index column = 0; column < width; ++column) {
      const std::string_view cell = cells[static_cast<std::size_t>(column) + 1];
      const auto value = as_finite(cell);
      if (!value) source.fail("expected a finite number, found {}", shown(cell));
      row[static_cast<std::size_t>(column)] = *value;
    }
  });
  nodes.check_all();
  return rows;
}

/// The node of each row, as the file of ids beside an npy file says.
std::vector<NodeId> read_row_nodes(const std::filesystem::path& path, const IdMap& ids, Index row_count) {
  TextSource source(path);
  NamedNodes nodes(ids, source);
  std::vector<NodeId> result;
  for_each_row(source, ',', [&](std::span<const std::string_view> cells) {  // an id may hold blanks
    if (cells.size() != 1) source.fail("expected an id, found {} cells", cells.size());
    if (static_cast<Index>(result.size()) == row_count) {
      source.fail("expected {} ids, an id a row of the array, found more", row_count);
    }
    result.push_back(nodes.take(cells[0]));
  });
  nodes.check_all();
  return result;
}

Tensor read_array_rows(const std::filesystem::path& path, const IdMap& ids) {
  Tensor rows = read_npy_tensor(path);
  const auto fail = [&](const std::string& message) { throw InputError(path.string(), 0, message); };
  if (rows.rank() == 1) rows = rows.reshaped(Shape{rows.size(), 1});
  if (rows.rank() != 2 || rows.columns() < 1) {
    fail(fmt::format("expected rows of numbers, [nodes, columns], found shape {}", to_string(rows.shape())));
  }
  if (rows.rows() != ids.size()) {
    fail(fmt::format("expected {} rows, one a node, found {}", ids.size(), rows.rows()));
  }
  const std::filesystem::path ids_path = std::filesystem::path(path).replace_extension(".ids.csv");
  if (!std::filesystem::exists(ids_path)) return rows;
  const std::vector<NodeId> nodes = read_row_nodes(ids_path, ids, rows.rows());
  Tensor sorted = Tensor::uninitialized(rows.shape());
  for (Index row = 0; row < rows.rows(); ++row) {
    const auto from = rows.row(row);
    std::copy(from.begin(), from.end(), sorted.row(nodes[static_cast<std::size_t>(row)]).begin());
  }
  return sorted;
}

}  // namespace

Tensor read_node_rows(const std::filesystem::path& path, const IdMap& ids) {
  return path.extension() == ".npy" ? read_array_rows(path, ids) : read_text_rows(path, ids);
}

}  // namespace cairn
