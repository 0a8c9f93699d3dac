#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/types.h"

namespace cairn {

/// The user's names of the nodes, in the order of our own numbers: integers (with gaps) or any strings.
/// 0 .. N - 1 costs no memory; other integers cost 8 bytes a node, found by bisection, and 4 more where they do not
/// ascend.
class IdMap {
 public:
  /// No nodes.
  IdMap() = default;
  static IdMap range(Index count);
  /// ids: unique; else ShapeError.
  static IdMap integers(std::vector<std::int64_t> ids);
  /// names: unique; else ShapeError.
  static IdMap strings(std::vector<std::string> names);

  Index size() const;
  bool is_range() const { return std::holds_alternative<Index>(ids_); }
  bool are_integers() const { return !std::holds_alternative<Strings>(ids_); }
  /// The ids as they are kept: integers other than 0 .. N - 1, or else names; the other list is empty.
  std::span<const std::int64_t> kept_integers() const;
  std::span<const std::string> kept_names() const;
  /// The user's name of a node.
  std::string name(NodeId node) const;
  /// The node of that name; nothing where none is called so. Integers are found by their decimal form, "007" is not 7.
  std::optional<NodeId> find(std::string_view name) const;
  std::optional<NodeId> find(std::int64_t id) const;

 private:
  struct Strings {
    std::vector<std::string> names;
    // Hash table of the names by open addressing, -1: free. A map of strings would hold each name twice.
    std::vector<NodeId> slots;

    std::size_t slot_of(std::string_view name) const;
  };
  struct Integers {
    std::vector<std::int64_t> ids;
    std::vector<NodeId> by_id;  // nodes by ascending id; empty: as they are

    std::int64_t at(std::size_t place) const;
    std::optional<NodeId> find(std::int64_t id) const;
  };
  std::variant<Index, Integers, Strings> ids_ = Index{0};
};

}  // namespace cairn
