#include "graph_io/matrix_market.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <numeric>
#include <tuple>
#include <utility>
#include <vector>

#include "graph_io/cells.h"
#include "graph_io/edge_columns.h"
#include "graph_io/edge_list.h"
#include "graph_io/output_file.h"
#include "graph_io/text_source.h"

namespace cairn {

namespace {

struct Banner {
  bool coordinate = true;
  bool pattern = false;
  bool integer = false;
  bool symmetric = false;
};

struct Sizes {
  std::int64_t rows = 0;
  std::int64_t columns = 0;
  std::int64_t entries = 0;
  std::int64_t line = 0;  // on which they stand
};

/// Entries in the order of the file, counted from 0. A symmetric file names each pair once; so does this.
struct Entries {
  Banner banner;
  Sizes sizes;
  std::vector<std::int32_t> rows;
  std::vector<std::int32_t> columns;
  std::vector<Real> values;  // none where pattern
};

Banner read_banner(TextSource& source) {
  std::string_view line;
  if (!source.next_line(line)) throw InputError(source.path(), 0, "expected a Matrix Market file, found an empty one");
  std::string lower(line);
  for (char& letter : lower) letter = letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  CellSplitter splitter(' ');
  const auto words = split_line(splitter, lower, source);
  if (words.size() != 5 || words[0] != "%%matrixmarket" || words[1] != "matrix") {
    source.fail("expected '%%MatrixMarket matrix <format> <field> <symmetry>', found {}", shown(line));
  }
  Banner banner;
  if (words[2] != "coordinate" && words[2] != "array")
    source.fail("expected coordinate or array, found {}", shown(words[2]));
  banner.coordinate = words[2] == "coordinate";
  banner.pattern = words[3] == "pattern" && banner.coordinate;
  banner.integer = words[3] == "integer";
  if (!banner.pattern && !banner.integer && words[3] != "real" && words[3] != "double") {
    source.fail("expected {}, found {}", banner.coordinate ? "real, integer or pattern" : "real or integer",
                shown(words[3]));
  }
  if (words[4] != "general" && words[4] != "symmetric")
    source.fail("expected general or symmetric, found {}", shown(words[4]));
  banner.symmetric = words[4] == "symmetric";
  return banner;
}

Sizes read_sizes(TextSource& source, const Banner& banner) {
  std::string_view line;
  do {
    if (!source.next_line(line)) source.fail("expected the sizes of the matrix, found the end of the file");
  } while (holds_no_cells(line));
  CellSplitter splitter(' ');
  const auto cells = split_line(splitter, line, source);
  const std::size_t expected = banner.coordinate ? 3 : 2;
  if (cells.size() != expected)
    source.fail("expected rows, columns{}, found {}", banner.coordinate ? " and entries" : "", shown(line));
  std::array<std::int64_t, 3> numbers{};
  for (std::size_t i = 0; i < expected; ++i) {
    const auto number = as_integer(cells[i]);
    if (!number || *number < 0) source.fail("expected a size, found {}", shown(cells[i]));
    if (i < 2 && *number > std::numeric_limits<NodeId>::max())
      source.fail("expected at most 2147483647 rows and columns, found {}", *number);
    numbers[i] = *number;
  }
  Sizes sizes{numbers[0], numbers[1], numbers[2], source.line_number()};
  if (banner.symmetric && sizes.rows != sizes.columns)
    source.fail("expected a square symmetric matrix, found {} x {}", sizes.rows, sizes.columns);
  if (!banner.coordinate) {
    if (sizes.columns > 0 && sizes.rows > std::numeric_limits<std::int64_t>::max() / 4 / sizes.columns) {
      source.fail("expected a matrix that fits the file, found {} x {}", sizes.rows, sizes.columns);
    }
    sizes.entries = banner.symmetric ? sizes.rows * (sizes.rows + 1) / 2 : sizes.rows * sizes.columns;
  }
  const std::int64_t least_bytes = banner.coordinate ? 4 : 2;  // "1 1\n", "1\n"
  if (const std::int64_t most = (source.bytes().most_bytes() + 1) / least_bytes; sizes.entries > most) {
    source.fail("expected at most {} entries in a file of this size, found {} declared", most, sizes.entries);
  }
  return sizes;
}

/// Cuts numbers from a line of an entry; faults name the line.
class EntryLine {
 public:
  EntryLine(std::string_view line, const TextSource& source)
      : at_(line.data()), end_(at_ + line.size()), line_(line), source_(source) {}

  std::int32_t place(std::int64_t most, std::string_view what) {
    skip_blanks();
    std::int64_t value = 0;
    const auto [stop, error] = std::from_chars(at_, end_, value);
    if (error != std::errc() || (stop != end_ && !is_blank(*stop)))
      source_.fail("expected a {}, found {}", what, shown(word()));
    if (value < 1 || value > most) source_.fail("expected a {} of 1 .. {}, found {}", what, most, value);
    at_ = stop;
    return static_cast<std::int32_t>(value - 1);
  }
  Real value(bool integer) {
    skip_blanks();
    const std::string_view text = word();
    const auto number = as_finite(text);
    if (!number || (integer && text.find_first_of(".eEnN") != std::string_view::npos)) {
      source_.fail("expected {}, found {}", integer ? "an integer" : "a finite number", shown(text));
    }
    at_ += text.size();
    return *number;
  }
  void end() {
    skip_blanks();
    if (at_ != end_) source_.fail("expected the end of the line, found {}", shown(word()));
  }

 private:
  static bool is_blank(char symbol) { return symbol == ' ' || symbol == '\t'; }
  void skip_blanks() {
    while (at_ != end_ && is_blank(*at_)) ++at_;
  }
  std::string_view word() const { return {at_, static_cast<std::size_t>(std::find_if(at_, end_, is_blank) - at_)}; }

  const char* at_;
  const char* end_;
  std::string_view line_;
  const TextSource& source_;
};

/// Calls entry(EntryLine&) for as many lines as the sizes declare, no fewer and no more.
template <class OnEntry>
void for_each_entry(TextSource& source, const Sizes& sizes, const OnEntry& on_entry) {
  std::string_view line;
  std::int64_t found = 0;
  while (source.next_line(line)) {
    if (holds_no_cells(line)) continue;
    if (found++ == sizes.entries) source.fail("expected {} entries, found another: {}", sizes.entries, shown(line));
    EntryLine entry(line, source);
    on_entry(entry);
    entry.end();
  }
  if (found < sizes.entries) source.fail("expected {} entries, found {}", sizes.entries, found);
}

void check_rows(const TextSource& source, const Sizes& sizes) {
  const std::int64_t most = matrix_market_free_rows + source.bytes().bytes_read() / 8;
  if (sizes.rows > most)
    throw InputError(
        source.path(), sizes.line,
        fmt::format("expected at most {} rows in a file of this size, found {} declared", most, sizes.rows));
}

Entries read_entries(TextSource& source, const Banner& banner) {
  Entries entries{banner, read_sizes(source, banner), {}, {}, {}};
  const Sizes& sizes = entries.sizes;
  // A plain file was found large enough for what it declares; of a gzip file nothing is known yet.
  const auto likely = static_cast<std::size_t>(std::min(sizes.entries, source.bytes().file().size() / 4 + 1));
  entries.rows.reserve(likely);
  entries.columns.reserve(likely);
  if (!banner.pattern) entries.values.reserve(likely);
  for_each_entry(source, sizes, [&](EntryLine& line) {
    entries.rows.push_back(line.place(sizes.rows, "row"));
    entries.columns.push_back(line.place(sizes.columns, "column"));
    if (!banner.pattern) entries.values.push_back(line.value(banner.integer));
  });
  check_rows(source, sizes);
  return entries;
}

[[noreturn]] void fail_repeated(const std::filesystem::path& path, std::int32_t row, std::int32_t column,
                                bool symmetric) {
  TextSource source(path);
  const Banner banner = read_banner(source);
  const Sizes sizes = read_sizes(source, banner);
  bool met = false;
  for_each_entry(source, sizes, [&](EntryLine& line) {
    const std::int32_t r = line.place(sizes.rows, "row");
    const std::int32_t c = line.place(sizes.columns, "column");
    if (!banner.pattern) line.value(banner.integer);
    const bool same = (r == row && c == column) || (symmetric && r == column && c == row);
    if (same && met) source.fail("expected each place once, found row {}, column {} again", r + 1, c + 1);
    met = met || same;
  });
  source.fail("expected each place once, found row {}, column {} again", row + 1, column + 1);
}

SparseMatrix to_sparse(const Entries& entries, const std::filesystem::path& path) {
  const auto rows = static_cast<std::size_t>(entries.sizes.rows);
  const std::size_t count = entries.rows.size();
  const bool symmetric = entries.banner.symmetric;
  std::vector<std::int64_t> offsets(rows + 1, 0);
  for (std::size_t i = 0; i < count; ++i) {
    ++offsets[static_cast<std::size_t>(entries.rows[i]) + 1];
    if (symmetric && entries.rows[i] != entries.columns[i]) ++offsets[static_cast<std::size_t>(entries.columns[i]) + 1];
  }
  std::partial_sum(offsets.begin(), offsets.end(), offsets.begin());
  const auto stored = static_cast<std::size_t>(offsets.back());
  std::vector<std::int32_t> columns(stored);
  Tensor values(Shape{static_cast<Index>(stored)}, Real(1));
  const auto put = [&](std::int32_t row, std::int32_t column, std::size_t i) {
    const auto slot = static_cast<std::size_t>(offsets[static_cast<std::size_t>(row)]++);  // moved back below
    columns[slot] = column;
    if (!entries.values.empty()) values.data()[slot] = entries.values[i];
  };
  for (std::size_t i = 0; i < count; ++i) {
    put(entries.rows[i], entries.columns[i], i);
    if (symmetric && entries.rows[i] != entries.columns[i]) put(entries.columns[i], entries.rows[i], i);
  }
  for (std::size_t row = rows; row > 0; --row) offsets[row] = offsets[row - 1];
  offsets[0] = 0;
  std::vector<std::pair<std::int32_t, Real>> sorted;
  for (std::size_t row = 0; row < rows; ++row) {
    const auto begin = static_cast<std::size_t>(offsets[row]);
    const auto end = static_cast<std::size_t>(offsets[row + 1]);
    if (!std::is_sorted(columns.begin() + offsets[row], columns.begin() + offsets[row + 1])) {
      sorted.clear();
      for (std::size_t k = begin; k < end; ++k) sorted.emplace_back(columns[k], values.data()[k]);
      std::sort(sorted.begin(), sorted.end());
      for (std::size_t k = begin; k < end; ++k) std::tie(columns[k], values.data()[k]) = sorted[k - begin];
    }
    const auto twice = std::adjacent_find(columns.begin() + offsets[row], columns.begin() + offsets[row + 1]);
    if (twice != columns.begin() + offsets[row + 1])
      fail_repeated(path, static_cast<std::int32_t>(row), *twice, symmetric);
  }
  return SparseMatrix(std::make_shared<SparsePattern>(entries.sizes.rows, entries.sizes.columns, std::move(offsets),
                                                      std::move(columns)),
                      std::move(values));
}

/// The dense format lists columns one after the other; a symmetric one their part from the diagonal down.
Tensor read_dense(TextSource& source, const Banner& banner) {
  const Sizes sizes = read_sizes(source, banner);
  std::vector<Real> values;
  values.reserve(static_cast<std::size_t>(std::min(sizes.entries, source.bytes().file().size() / 2 + 1)));
  for_each_entry(source, sizes, [&](EntryLine& line) { values.push_back(line.value(banner.integer)); });
  check_rows(source, sizes);
  Tensor matrix(Shape{sizes.rows, sizes.columns});
  auto next = values.begin();
  for (Index column = 0; column < sizes.columns; ++column) {
    for (Index row = banner.symmetric ? column : 0; row < sizes.rows; ++row) {
      matrix.at(row, column) = *next++;
      if (banner.symmetric) matrix.at(column, row) = matrix.at(row, column);
    }
  }
  return matrix;
}

bool equals_transpose(const Graph& graph) {
  const Graph reversed = graph.reversed();
  const auto equal = [](auto a, auto b) { return std::equal(a.begin(), a.end(), b.begin(), b.end()); };
  return equal(graph.offsets(), reversed.offsets()) && equal(graph.targets(), reversed.targets()) &&
         equal(graph.weights(), reversed.weights());
}

/// Keeps the edges with source <= target.
void keep_upper(NodeEdges& edges) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < static_cast<std::size_t>(edges.count); ++i) {
    if (edges.sources[i] > edges.targets[i]) continue;
    edges.sources[kept] = edges.sources[i];
    edges.targets[kept] = edges.targets[i];
    if (edges.weights) edges.weights[kept] = edges.weights[i];
    ++kept;
  }
  edges.count = static_cast<Index>(kept);
}

NodeEdges edges_of(const Entries& entries, bool both_directions) {
  const std::size_t count = entries.rows.size();
  NodeEdges edges;
  edges.sources = std::make_unique_for_overwrite<NodeId[]>(both_directions ? 2 * count : count);
  edges.targets = std::make_unique_for_overwrite<NodeId[]>(both_directions ? 2 * count : count);
  if (!entries.banner.pattern)
    edges.weights = std::make_unique_for_overwrite<Real[]>(both_directions ? 2 * count : count);
  const auto put = [&](NodeId source, NodeId target, std::size_t i) {
    const auto slot = static_cast<std::size_t>(edges.count++);
    edges.sources[slot] = source;
    edges.targets[slot] = target;
    if (edges.weights) edges.weights[slot] = entries.values[i];
  };
  for (std::size_t i = 0; i < count; ++i) {
    put(entries.rows[i], entries.columns[i], i);
    if (both_directions && entries.rows[i] != entries.columns[i]) put(entries.columns[i], entries.rows[i], i);
  }
  return edges;
}

void write_entry(OutputFile& file, Index row, Index column, const Real* value) {
  if (value == nullptr) {
    file.write(fmt::format("{} {}\n", row + 1, column + 1));
  } else {
    file.write(fmt::format("{} {} {}\n", row + 1, column + 1, *value));
  }
}

}  // namespace

Features read_matrix_market(const std::filesystem::path& path) {
  TextSource source(path);
  const Banner banner = read_banner(source);
  if (!banner.coordinate) return read_dense(source, banner);
  return to_sparse(read_entries(source, banner), path);
}

Dataset read_matrix_market_graph(const std::filesystem::path& path, const ReadOptions& options) {
  TextSource source(path);
  const Banner banner = read_banner(source);
  if (!banner.coordinate) source.fail("expected a coordinate matrix as adjacency, found array");
  const Entries entries = read_entries(source, banner);
  if (entries.sizes.rows != entries.sizes.columns || entries.sizes.rows == 0) {
    throw InputError(
        source.path(), entries.sizes.line,
        fmt::format("expected a square matrix as adjacency, found {} x {}", entries.sizes.rows, entries.sizes.columns));
  }
  NodeEdges edges = edges_of(entries, banner.symmetric && options.directed);
  Dataset dataset;
  dataset.name = dataset_name(path);
  dataset.ids = IdMap::range(entries.sizes.rows);
  if (!options.directed && !banner.symmetric && equals_transpose(graph_of(edges, entries.sizes.rows, true, path)))
    keep_upper(edges);
  dataset.graph = graph_of(edges, entries.sizes.rows, options.directed, path);
  return dataset;
}

void write_matrix_market(const std::filesystem::path& path, const SparseMatrix& matrix) {
  const auto values = matrix.values().values();
  const bool pattern = std::all_of(values.begin(), values.end(), [](Real value) { return value == 1; });
  OutputFile file(path);
  file.write(fmt::format("%%MatrixMarket matrix coordinate {} general\n{} {} {}\n", pattern ? "pattern" : "real",
                         matrix.rows(), matrix.columns(), values.size()));
  for (Index row = 0; row < matrix.rows(); ++row) {
    const auto offsets = matrix.pattern().offsets();
    for (auto k = static_cast<std::size_t>(offsets[static_cast<std::size_t>(row)]);
         k < static_cast<std::size_t>(offsets[static_cast<std::size_t>(row) + 1]); ++k) {
      write_entry(file, row, matrix.pattern().columns()[k], pattern ? nullptr : &values[k]);
    }
  }
  file.commit();
}

void write_matrix_market_graph(const Dataset& dataset, const std::filesystem::path& path) {
  if (!dataset.ids.is_range())
    throw UsageError("Matrix Market files hold no names of nodes: expected ids 0 .. N - 1; write another format");
  const Graph& graph = dataset.graph;
  OutputFile file(path);
  file.write(fmt::format("%%MatrixMarket matrix coordinate {} {}\n{} {} {}\n", graph.weighted() ? "real" : "pattern",
                         graph.directed() ? "general" : "symmetric", graph.node_count(), graph.node_count(),
                         graph.edge_count()));
  for (Index u = 0; u < graph.node_count(); ++u) {
    for (auto arc = static_cast<std::size_t>(graph.offsets()[static_cast<std::size_t>(u)]);
         arc < static_cast<std::size_t>(graph.offsets()[static_cast<std::size_t>(u) + 1]); ++arc) {
      const NodeId v = graph.targets()[arc];
      if (!graph.directed() && v > u) break;  // the lower triangle is the one to be written
      write_entry(file, u, v, graph.weighted() ? &graph.weights()[arc] : nullptr);
    }
  }
  file.commit();
}

}  // namespace cairn
