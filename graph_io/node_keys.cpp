#include "graph_io/node_keys.h"

#include <fmt/format.h>

#include <utility>

#include "core/error.h"
#include "graph_io/cells.h"

namespace cairn {

NodeKeys NodeKeys::rows(Index count, std::string origin) {
  NodeKeys keys(Kind::rows);
  keys.count_ = count;
  keys.origin_ = std::move(origin);
  return keys;
}

std::string NodeKeys::outside(std::string_view cell) const {
  if (kind_ == Kind::rows)
    return fmt::format("expected a node of 0 .. {} (the rows of {}), found {}", count_ - 1, origin_, shown(cell));
  return fmt::format("expected a node that {} names, found {}", origin_, shown(cell));
}

std::int64_t NodeKeys::key(std::string_view cell, bool is_first_line, const TextSource& source) {
  if (cell.empty()) throw LineFault{nullptr, "expected a node, found an empty cell"};
  if (kind_ == Kind::strings) {
    if (as_integer(cell)) {
      met_integer_ = true;
    } else if (!is_first_line) {
      met_name_ = true;
    } else if (!first_line_) {
      first_line_ = FirstLine{source.path(), source.line_number(), std::string(cell)};
    }
    if (origin_.empty()) return names_.number_of(cell);
    const std::int32_t number = names_.find(cell);
    if (number < 0) throw LineFault{nullptr, outside(cell)};
    return number;
  }
  const auto id = as_integer(cell);
  if (!id && kind_ == Kind::integers) throw NotIntegers{};
  if (!id || (!origin_.empty() && node(*id) < 0)) throw LineFault{nullptr, outside(cell)};
  return *id;
}

void NodeKeys::fix(std::span<const std::int64_t> keys, std::string origin) {
  origin_ = std::move(origin);
  if (kind_ == Kind::integers) {
    const IdColumn column = keys;
    ranks_.emplace(std::span(&column, 1));
  }
}

void NodeKeys::finish(std::span<const IdColumn> keys) {
  if (first_line_ && met_integer_ && !met_name_) {
    throw InputError(
        first_line_->path, first_line_->line,
        fmt::format("expected integer ids as in all other places, or a header of known column names, found {}",
                    shown(first_line_->cell)));
  }
  if (kind_ == Kind::strings) count_ = names_.size();
  if (kind_ == Kind::integers && !ranks_) ranks_.emplace(keys);
}

Index NodeKeys::node_count() const { return ranks_ ? ranks_->size() : count_; }

IdMap NodeKeys::take_id_map() {
  if (ranks_) return ranks_->to_id_map();
  return kind_ == Kind::strings ? IdMap::strings(names_.take_names()) : IdMap::range(count_);
}

}  // namespace cairn
