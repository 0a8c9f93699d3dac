#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "graph_io/id_ranks.h"
#include "graph_io/name_table.h"
#include "graph_io/text_source.h"

namespace cairn {

/// Thrown where a file names a node by something other than an integer while integers were still expected: reading
/// starts again with strings.
struct NotIntegers {};

/// How the cells that name nodes become keys while the files of a dataset are read, and keys become nodes at the end.
/// Integers: a key is the integer; nodes are the integers in ascending order. Strings: a key is the node, in order of
/// first appearance. Rows: the features file has fixed the nodes 0 .. N - 1.
class NodeKeys {
 public:
  static NodeKeys integers() { return NodeKeys(Kind::integers); }
  static NodeKeys strings() { return NodeKeys(Kind::strings); }
  /// origin: the features file, for messages.
  static NodeKeys rows(Index count, std::string origin);

  bool are_strings() const { return kind_ == Kind::strings; }
  /// Key of the node that a cell names. is_first_line: it stands on the first line of a file, where a header might
  /// stand. Throws LineFault for an empty cell and a node that is not among the fixed ones, NotIntegers as above.
  std::int64_t key(std::string_view cell, bool is_first_line, const TextSource& source);
  /// No further nodes: those named so far are all, and `origin` fixed them. keys: all so far.
  void fix(std::span<const std::int64_t> keys, std::string origin);
  /// Why a key cannot stay: the message about a node outside the fixed ones.
  std::string outside(std::string_view cell) const;

  /// Says that all nodes are known. keys: columns with all keys so far, used for integers alone.
  /// Throws InputError where the dataset would have integer ids but for the first lines of files: most likely a header
  /// with names that are not known.
  void finish(std::span<const IdColumn> keys);
  /// After finish(): the number of nodes, the node of a key (-1: none), and the names.
  Index node_count() const;
  NodeId node(std::int64_t key) const {
    return ranks_ ? ranks_->rank(key) : key < count_ && key >= 0 ? static_cast<NodeId>(key) : -1;
  }
  /// True where every key in 0 .. node_count() - 1 is its own node.
  bool keys_are_nodes() const { return !ranks_ || ranks_->identity(); }
  IdMap take_id_map();

 private:
  enum class Kind : std::uint8_t { integers, strings, rows };
  struct FirstLine {
    std::string path;
    std::int64_t line;
    std::string cell;
  };
  explicit NodeKeys(Kind kind) : kind_(kind) {}

  Kind kind_;
  Index count_ = 0;     // of nodes, where no ranks tell it
  std::string origin_;  // the file that fixed the nodes; empty: none did
  std::optional<IdRanks> ranks_;
  NameTable names_;
  bool met_integer_ = false;
  bool met_name_ = false;                // a name that is no integer, not on a first line
  std::optional<FirstLine> first_line_;  // the first name that is no integer on a first line
};

}  // namespace cairn
