#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "core/types.h"

namespace cairn {

/// Which graph of a union each node belongs to; an empty list stands for one graph. A view: the list must outlive it.
class GraphNumbers {
 public:
  /// graph_of_node: [node_count] or empty. Throws ShapeError, beginning with `what`, for another size or a number below
  /// 0.
  GraphNumbers(std::span<const std::int32_t> graph_of_node, Index node_count, std::string_view what);

  /// One more than the highest number; at least 1.
  std::size_t count() const { return count_; }
  std::size_t of(NodeId u) const {
    return graph_of_node_.empty() ? 0 : static_cast<std::size_t>(graph_of_node_[static_cast<std::size_t>(u)]);
  }

 private:
  std::span<const std::int32_t> graph_of_node_;
  std::size_t count_ = 1;
};

}  // namespace cairn
