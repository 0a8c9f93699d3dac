#include "graph_io/edge_columns.h"

#include <fmt/format.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <optional>
#include <utility>

#include "core/parallel.h"
#include "graph_io/cells.h"
#include "graph_io/column_names.h"
#include "graph_io/text_source.h"

namespace cairn {

namespace {

constexpr std::size_t block_bytes = std::size_t{256}
                                    << 10;  // about 20,000 lines: worth a thread's turn, and within its cache

/// Where the cells of a line stand, as its first line that holds cells tells.
struct Layout {
  char delimiter = ',';
  std::size_t cells = 2;
  std::array<std::size_t, 3> places{0, 1, 2};  // of source, target and weight

  bool weighted() const { return cells == 3; }
  bool in_order() const { return places[0] == 0 && places[1] == 1; }
};

struct SlowEdge {
  std::int64_t source = 0;
  std::int64_t target = 0;
  Real weight = 1;
};

/// The one-line parser that knows every form: quotes, blanks, columns in another order, all errors.
SlowEdge parse_edge(std::string_view line, const Layout& layout, CellSplitter& splitter, NodeKeys& keys,
                    bool is_first_line, const TextSource& source) {
  const auto cells = splitter.split(line);
  if (cells.size() != layout.cells)
    throw LineFault{nullptr, fmt::format("expected {} cells, found {}", layout.cells, cells.size())};
  SlowEdge edge;
  edge.source = keys.key(cells[layout.places[0]], is_first_line, source);
  edge.target = keys.key(cells[layout.places[1]], is_first_line, source);
  if (layout.weighted()) {
    const auto weight = as_finite(cells[layout.places[2]]);
    if (!weight)
      throw LineFault{nullptr, fmt::format("expected a finite weight, found {}", shown(cells[layout.places[2]]))};
    edge.weight = *weight;
  }
  return edge;
}

/// Up to 16 digits, without a leading zero; eight at a time: find the first byte that is no digit, shift the digits to
/// the end of the word, and add up neighbors, pairs of neighbors and their pairs.
bool parse_digits(const char*& at, std::uint64_t& value) {
  constexpr std::array<std::uint64_t, 8> powers{1, 10, 100, 1000, 10000, 100000, 1000000, 10000000};
  const auto take = [&at](std::uint64_t& number) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, sizeof word);
    word ^= 0x3030303030303030ULL;
    const std::uint64_t others = ((word + 0x7676767676767676ULL) | word) & 0x8080808080808080ULL;
    const int digits = others == 0 ? 8 : std::countr_zero(others) / 8;
    if (digits == 0) return 0;
    word <<= 64 - 8 * digits;
    word = word * 10 + (word >> 8);
    word = (((word & 0x000000ff000000ffULL) * 0x000f424000000064ULL) +
            (((word >> 16) & 0x000000ff000000ffULL) * 0x0000271000000001ULL)) >>
           32;
    number = word;
    at += digits;
    return digits;
  };
  const char lead = *at;
  const int first = take(value);
  if (first == 0 || (lead == '0' && first > 1)) return false;
  if (first < 8) return true;
  std::uint64_t rest = 0;
  const int second = take(rest);
  if (second == 8) return false;
  value = value * powers[static_cast<std::size_t>(second)] + rest;
  return true;
}

/// The common forms of a line, without a call: digits, delimiter, digits[, delimiter, weight], line end.
class FastParser {
 public:
  FastParser(const Layout& layout, const char* end)
      : delimiter_(layout.delimiter), weighted_(layout.weighted()), possible_(layout.in_order()), end_(end) {}

  /// Moves `at` behind the line if it has such a form.
  bool parse(const char*& at, std::uint64_t& source, std::uint64_t& target, Real& weight) const {
    if (!possible_) return false;
    const char* p = at;
    if (!parse_digits(p, source) || !skip_delimiter(p) || !parse_digits(p, target)) return false;
    if (weighted_) {
      if (!skip_delimiter(p)) return false;
      const auto [stop, error] = std::from_chars(p, end_, weight);
      if (error != std::errc() || !std::isfinite(weight)) return false;
      p = stop;
    }
    skip_blanks(p);
    if (*p == '\r') ++p;
    if (*p != '\n') return false;
    at = p + 1;
    return true;
  }

 private:
  static void skip_blanks(const char*& p) {
    while (*p == ' ' || *p == '\t') ++p;
  }
  bool skip_delimiter(const char*& p) const {
    if (delimiter_ == ' ') {
      if (*p != ' ' && *p != '\t') return false;
    } else {
      while (*p == ' ') ++p;
      if (*p != delimiter_) return false;
      ++p;
    }
    while (*p == ' ' || (*p == '\t' && delimiter_ != '\t')) ++p;
    return true;
  }

  char delimiter_;
  bool weighted_;
  bool possible_;
  const char* end_;
};

/// Parses the lines of a block as integers of type Id. false: one of them does not fit.
template <class Id>
bool parse_block(std::string_view text, const Layout& layout, NodeKeys& keys, const TextSource& source,
                 EdgePiece& piece) {
  const auto lines = static_cast<std::size_t>(count_lines(text));
  EdgePiece::Ends<Id> ends{std::make_unique_for_overwrite<Id[]>(lines), std::make_unique_for_overwrite<Id[]>(lines)};
  std::unique_ptr<Real[]> weights = layout.weighted() ? std::make_unique_for_overwrite<Real[]>(lines) : nullptr;
  CellSplitter splitter(layout.delimiter);
  const char* at = text.data();
  const char* const end = at + text.size();
  const FastParser fast(layout, end);
  std::size_t count = 0;
  while (at != end) {
    std::uint64_t from = 0;
    std::uint64_t to = 0;
    Real weight = 1;
    if (!fast.parse(at, from, to, weight)) {
      const char* const line_end = static_cast<const char*>(std::memchr(at, '\n', static_cast<std::size_t>(end - at)));
      std::string_view line(at, static_cast<std::size_t>(line_end - at));
      if (line.ends_with('\r')) line.remove_suffix(1);
      const char* const begin = std::exchange(at, line_end + 1);
      if (holds_no_cells(line)) continue;
      try {
        const SlowEdge edge = parse_edge(line, layout, splitter, keys, false, source);
        from = static_cast<std::uint64_t>(edge.source);
        to = static_cast<std::uint64_t>(edge.target);
        weight = edge.weight;
      } catch (const LineFault& fault) {
        throw LineFault{begin, fault.message};
      }
    }
    ends.sources[count] = static_cast<Id>(from);
    ends.targets[count] = static_cast<Id>(to);
    if constexpr (sizeof(Id) < sizeof(from)) {
      const auto fits = [](std::uint64_t id) { return static_cast<std::int64_t>(id) == static_cast<Id>(id); };
      if (!fits(from) || !fits(to)) return false;
    }
    if (weights) weights[count] = weight;
    ++count;
  }
  piece.count = static_cast<Index>(count);
  piece.ends = std::move(ends);
  piece.weights = std::move(weights);
  return true;
}

std::string extension_without_gz(const std::filesystem::path& path) {
  return (path.extension() == ".gz" ? path.stem() : path).extension().string();
}

/// Reads lines up to the first that holds cells and makes out the layout. is_header: that line names the columns.
std::optional<Layout> find_layout(TextSource& source, const std::filesystem::path& path, Header header,
                                  std::string_view& line, bool& is_header) {
  do {
    if (!source.next_line(line)) return std::nullopt;
  } while (holds_no_cells(line));
  Layout layout;
  layout.delimiter = find_delimiter(line);
  const std::string extension = extension_without_gz(path);
  if (extension == ".csv" && layout.delimiter == ' ')
    source.fail("expected cells separated by ',' or ';', found {}", shown(line));
  if (extension == ".tsv" && layout.delimiter != '\t')
    source.fail("expected cells separated by tabs, found {}", shown(line));
  CellSplitter splitter(layout.delimiter);
  const auto cells = split_line(splitter, line, source);
  if (cells.size() != 2 && cells.size() != 3) {
    source.fail("expected source and target or source, target and weight, found {} cell{}: {}", cells.size(),
                cells.size() == 1 ? "" : "s", shown(line));
  }
  layout.cells = cells.size();
  std::array<std::optional<std::size_t>, 3> place;
  bool all_known = true;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const ColumnRole role = edge_column_role(cells[i]);
    all_known = all_known && role != ColumnRole::unknown;
    if (role != ColumnRole::unknown) place[static_cast<std::size_t>(role) - 1] = i;
  }
  is_header = header == Header::yes || (header == Header::automatic && all_known);
  if (!is_header) return layout;
  if (all_known) {
    if (!place[0] || !place[1] || (layout.weighted() && !place[2])) {
      source.fail("expected one column each for source, target{}, found {}", layout.weighted() ? " and weight" : "",
                  shown(line));
    }
    layout.places = {*place[0], *place[1], place[2].value_or(2)};
  } else if (layout.weighted() && place[2] != std::size_t{2}) {
    source.fail("expected a third column named weight, found {}", shown(cells[2]));
  }
  return layout;
}

/// Lines one by one, into pieces of a fixed size: for names, which are numbered in the order of the file.
void read_one_by_one(TextSource& source, const Layout& layout, NodeKeys& keys, EdgeColumns& columns) {
  constexpr Index piece_edges = Index{1} << 16;
  CellSplitter splitter(layout.delimiter);
  std::string_view line;
  EdgePiece::Ends<std::int32_t>* ends = nullptr;
  while (source.next_line(line)) {
    if (holds_no_cells(line)) continue;
    const SlowEdge edge = parse_edge(line, layout, splitter, keys, false, source);
    if (ends == nullptr || columns.pieces.back().count == piece_edges) {
      EdgePiece piece;
      piece.ends = EdgePiece::Ends<std::int32_t>{std::make_unique_for_overwrite<std::int32_t[]>(piece_edges),
                                                 std::make_unique_for_overwrite<std::int32_t[]>(piece_edges)};
      if (layout.weighted()) piece.weights = std::make_unique_for_overwrite<Real[]>(piece_edges);
      columns.pieces.push_back(std::move(piece));
      ends = &std::get<0>(columns.pieces.back().ends);
    }
    EdgePiece& piece = columns.pieces.back();
    const auto i = static_cast<std::size_t>(piece.count++);
    ends->sources[i] = static_cast<std::int32_t>(edge.source);
    ends->targets[i] = static_cast<std::int32_t>(edge.target);
    if (piece.weights) piece.weights[i] = edge.weight;
  }
}

void read_in_windows(TextSource& source, const Layout& layout, NodeKeys& keys, EdgeColumns& columns) {
  bool wide = false;  // ids of the window before did not fit 32 bits: do not try again
  for (std::string_view window = source.next_window(); !window.empty(); window = source.next_window()) {
    std::vector<std::string_view> blocks;
    while (!window.empty()) {
      const std::size_t end = window.size() <= block_bytes ? window.size() : window.find('\n', block_bytes) + 1;
      blocks.push_back(window.substr(0, end));
      window.remove_prefix(end);
    }
    const std::size_t first = columns.pieces.size();
    columns.pieces.resize(first + blocks.size());
    parallel_blocks(static_cast<Index>(blocks.size()), 1, [&](Index b, Index) {
      const std::string_view text = blocks[static_cast<std::size_t>(b)];
      EdgePiece& piece = columns.pieces[first + static_cast<std::size_t>(b)];
      if (!wide && parse_block<std::int32_t>(text, layout, keys, source, piece)) return;
      parse_block<std::int64_t>(text, layout, keys, source, piece);
    });
    wide = std::any_of(columns.pieces.begin() + static_cast<std::ptrdiff_t>(first), columns.pieces.end(),
                       [](const EdgePiece& piece) { return piece.ends.index() == 1; });
  }
}

}  // namespace

std::vector<IdColumn> EdgeColumns::id_columns() const {
  std::vector<IdColumn> columns;
  for (const EdgePiece& piece : pieces) {
    std::visit(
        [&](const auto& ends) {
          const auto size = static_cast<std::size_t>(piece.count);
          columns.emplace_back(std::span(ends.sources.get(), size));
          columns.emplace_back(std::span(ends.targets.get(), size));
        },
        piece.ends);
  }
  return columns;
}

EdgeColumns read_edge_columns(const std::filesystem::path& path, NodeKeys& keys, Header header) {
  TextSource source(path);
  EdgeColumns columns;
  try {
    std::string_view line;
    bool is_header = false;
    const auto layout = find_layout(source, path, header, line, is_header);
    if (!layout) return columns;
    columns.weighted = layout->weighted();
    if (!is_header) {
      CellSplitter splitter(layout->delimiter);
      const SlowEdge edge = parse_edge(line, *layout, splitter, keys, header == Header::automatic, source);
      EdgePiece piece;
      EdgePiece::Ends<std::int64_t> ends{std::make_unique<std::int64_t[]>(1), std::make_unique<std::int64_t[]>(1)};
      ends.sources[0] = edge.source;
      ends.targets[0] = edge.target;
      piece.ends = std::move(ends);
      if (layout->weighted()) {
        piece.weights = std::make_unique<Real[]>(1);
        piece.weights[0] = edge.weight;
      }
      piece.count = 1;
      columns.pieces.push_back(std::move(piece));
    }
    if (keys.are_strings()) {
      read_one_by_one(source, *layout, keys, columns);
    } else {
      read_in_windows(source, *layout, keys, columns);
    }
  } catch (const LineFault& fault) {
    source.fail_at(fault);
  }
  for (const EdgePiece& piece : columns.pieces) columns.count += piece.count;
  return columns;
}

std::int64_t line_of_edge(const std::filesystem::path& path, Header header, Index edge) {
  TextSource source(path);
  std::string_view line;
  bool is_header = false;
  find_layout(source, path, header, line, is_header);
  for (Index remaining = is_header ? edge + 1 : edge; remaining > 0 && source.next_line(line);) {
    if (!holds_no_cells(line)) --remaining;
  }
  return source.line_number();
}

NodeEdges to_node_edges(EdgeColumns columns, const NodeKeys& keys, const std::filesystem::path& path, Header header) {
  NodeEdges edges;
  const auto size = static_cast<std::size_t>(columns.count);
  edges.count = columns.count;
  edges.sources = std::make_unique_for_overwrite<NodeId[]>(size);
  edges.targets = std::make_unique_for_overwrite<NodeId[]>(size);
  if (columns.weighted) edges.weights = std::make_unique_for_overwrite<Real[]>(size);
  std::vector<Index> first_edge;
  Index position = 0;
  for (const EdgePiece& piece : columns.pieces) {
    first_edge.push_back(position);
    position += piece.count;
  }
  struct Outside {
    Index edge = 0;
    std::int64_t key = 0;
  };
  std::vector<std::optional<Outside>> outside(columns.pieces.size());
  parallel_blocks(static_cast<Index>(columns.pieces.size()), 1, [&](Index p, Index) {
    EdgePiece& piece = columns.pieces[static_cast<std::size_t>(p)];
    const Index first = first_edge[static_cast<std::size_t>(p)];
    const auto put = [&](std::int64_t key, NodeId& node, Index i) {
      node = keys.node(key);
      if (node < 0 && !outside[static_cast<std::size_t>(p)]) outside[static_cast<std::size_t>(p)] = {i, key};
    };
    std::visit(
        [&](const auto& ends) {
          for (Index i = 0; i < piece.count; ++i) {
            put(ends.sources[static_cast<std::size_t>(i)], edges.sources[static_cast<std::size_t>(first + i)],
                first + i);
            put(ends.targets[static_cast<std::size_t>(i)], edges.targets[static_cast<std::size_t>(first + i)],
                first + i);
          }
        },
        piece.ends);
    if (piece.weights) std::copy_n(piece.weights.get(), piece.count, edges.weights.get() + first);
    piece = EdgePiece{};
  });
#ifdef __GLIBC__
  // Returned to the system now: the arrays of the graph come next, and would lie beside what the pieces have left.
  if (columns.count > 1'000'000) ::malloc_trim(0);
#endif
  for (const auto& fault : outside) {
    if (fault)
      throw InputError(path.string(), line_of_edge(path, header, fault->edge),
                       keys.outside(std::to_string(fault->key)));
  }
  return edges;
}

}  // namespace cairn
