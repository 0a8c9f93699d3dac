#pragma once

#include <cstdint>

#include "data/dataset.h"

namespace cairn {

struct BlockModelOptions {
  Index nodes = 400;
  Index classes = 4;     // of equal size
  double within = 0.05;  // probability of an edge
  double across = 0.01;
  Index features = 16;
  double noise = 2;        // standard deviation around the class mean
  Index train = 60;        // nodes
  Index validation = 100;  // the rest are for testing
};

/// Contextual block model: a block model graph, class means with standard normal entries, features = mean of the class
/// + noise, and one split drawn over all nodes. The same for the same seed. Throws UsageError for sizes that do not
/// fit.
Dataset contextual_block_model(const BlockModelOptions& options, std::uint64_t seed);

}  // namespace cairn
