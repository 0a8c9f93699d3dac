#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/rng.h"
#include "core/types.h"

namespace cairn {

enum class Part : std::uint8_t { train, validation, test };

std::string_view to_string(Part part);

/// Which nodes train, choose the best epoch, and are judged. Each list ascends; a node is in at most one.
struct Split {
  std::vector<NodeId> train;
  std::vector<NodeId> validation;
  std::vector<NodeId> test;

  const std::vector<NodeId>& of(Part part) const;
};

/// How to split the labeled nodes where the dataset brings no split.
struct SplitOptions {
  Index train_per_class = 0;     // > 0: so many of each class, then validation and test by count
  Index validation_count = 500;  // with train_per_class (fewer where nodes run out: what is left is halved)
  Index test_count = 1000;       // with train_per_class; 0: all that is left
  double train_ratio = 0.6;      // without train_per_class: shares of the labeled nodes
  double validation_ratio = 0.2;
  double test_ratio = 0.2;
  bool stratified = true;     // shares hold within each class (largest remainder), else over all
  bool whole_graphs = false;  // shares are of graphs, and a graph's nodes stay together
};

/// A random split of the nodes with labels[u] >= 0. The same for the same rng and any number of threads.
/// graph_of_node: [N] or empty; used for whole_graphs only.
/// Throws UsageError for negative or all-zero ratios, ratios above 1 in sum, or where a part would be empty.
Split make_split(std::span<const std::int32_t> labels, std::span<const std::int32_t> graph_of_node,
                 const SplitOptions& options, Rng& rng);

}  // namespace cairn
