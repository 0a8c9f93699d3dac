#include "graph_io/feature_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "graph_io/cells.h"
#include "graph_io/column_names.h"
#include "graph_io/csv_writer.h"
#include "graph_io/text_source.h"

namespace cairn {

namespace {

/// Calls on_row(cells, is_first_line) for each line of cells other than the header.
template <class OnRow>
void for_each_row(TextSource& source, const OnRow& on_row) {
  std::string_view line;
  bool is_first_line = true;
  CellSplitter splitter(',');
  try {
    while (source.next_line(line)) {
      if (holds_no_cells(line)) continue;
      if (is_first_line) splitter = CellSplitter(find_delimiter(line));
      const auto cells = splitter.split(line);
      const bool is_header = is_first_line && is_node_column(cells[0]) && (cells.size() < 2 || !as_finite(cells[1]));
      if (!is_header) on_row(cells, is_first_line);
      is_first_line = false;
    }
  } catch (const LineFault& fault) {
    source.fail_at(fault);
  }
}

void check_unique(const std::vector<std::int64_t>& keys, const std::filesystem::path& path) {
  std::vector<std::int64_t> sorted = keys;
  std::sort(sorted.begin(), sorted.end());
  if (std::adjacent_find(sorted.begin(), sorted.end()) == sorted.end()) return;
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  std::vector<bool> met(sorted.size(), false);
  std::size_t row = 0;
  TextSource source(path);
  for_each_row(source, [&](auto cells, bool) {
    const auto place =
        static_cast<std::size_t>(std::lower_bound(sorted.begin(), sorted.end(), keys[row++]) - sorted.begin());
    if (met[place]) source.fail("expected each node once, found {} again", shown(cells[0]));
    met[place] = true;
  });
}

}  // namespace

FeatureTable read_feature_table(const std::filesystem::path& path, NodeKeys& keys) {
  FeatureTable table;
  std::size_t width = 0;
  {
    TextSource source(path);
    for_each_row(source, [&](auto cells, bool is_first_line) {
      if (table.keys.empty()) width = cells.size() - 1;
      if (width == 0) source.fail("expected a node and its features, found {}", shown(cells[0]));
      if (cells.size() - 1 != width) source.fail("expected {} features, found {}", width, cells.size() - 1);
      table.keys.push_back(keys.key(cells[0], is_first_line, source));
    });
  }
  if (table.keys.empty()) throw InputError(path.string(), 0, "expected rows of features, found none");
  check_unique(table.keys, path);
  keys.fix(table.keys, path.filename().string());
  table.values = Tensor::uninitialized(Shape{static_cast<Index>(table.keys.size()), static_cast<Index>(width)});
  Real* next = table.values.data();
  TextSource source(path);
  for_each_row(source, [&](auto cells, bool) {
    for (const std::string_view cell : cells.subspan(1)) {
      const auto value = as_finite(cell);
      if (!value) source.fail("expected a finite number, found {}", shown(cell));
      if (next == table.values.data() + table.values.size())
        source.fail("expected a file that does not change, found more rows");
      *next++ = *value;
    }
  });
  if (next != table.values.data() + table.values.size())
    source.fail("expected a file that does not change, found fewer rows");
  return table;
}

void move_rows(Tensor& values, std::vector<NodeId> places) {
  for (std::size_t i = 0; i < places.size(); ++i) {
    while (static_cast<std::size_t>(places[i]) != i) {  // each swap brings one row home
      const auto home = static_cast<std::size_t>(places[i]);
      const auto here = values.row(static_cast<Index>(i));
      std::swap_ranges(here.begin(), here.end(), values.row(static_cast<Index>(home)).begin());
      std::swap(places[i], places[home]);
    }
  }
}

void write_feature_table(const Dataset& dataset, const std::filesystem::path& path) {
  CsvWriter table(path);
  const Index width = feature_width(dataset.features);
  table.cell("node");
  for (Index column = 0; column < width; ++column) table.cell(fmt::format("f{}", column));
  table.end_row();
  const auto* dense = std::get_if<Tensor>(&dataset.features);
  const auto* sparse = std::get_if<SparseMatrix>(&dataset.features);
  std::vector<Real> row(static_cast<std::size_t>(width));
  for (Index u = 0; u < dataset.node_count(); ++u) {
    if (dense != nullptr) {
      std::copy_n(dense->row(u).begin(), width, row.begin());
    } else {
      std::fill(row.begin(), row.end(), Real(0));
      const auto offsets = sparse->pattern().offsets();
      for (auto k = static_cast<std::size_t>(offsets[static_cast<std::size_t>(u)]);
           k < static_cast<std::size_t>(offsets[static_cast<std::size_t>(u) + 1]); ++k) {
        row[static_cast<std::size_t>(sparse->pattern().columns()[k])] = sparse->values().data()[k];
      }
    }
    table.cell(dataset.ids.name(static_cast<NodeId>(u)));
    for (const Real value : row) table.cell(value);
    table.end_row();
  }
  table.commit();
}

}  // namespace cairn
