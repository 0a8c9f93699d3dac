#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/types.h"

namespace cairn::benchmarks {

/// What the task is run with.
struct CopyTaskOptions {
  Index length = 64;  ///< nodes of a path
  Index clip = 63;    ///< offsets with a bias of their own, on either side
  Index nodes_a_step = 512;
  Index steps = 800;
  Index features = 32;  ///< m
  Index test_paths = 16;
  double learning_rate = 5e-3;
  std::uint64_t seed = 0;
};

/// Names of the kinds of attention that can be asked for.
[[nodiscard]] const std::vector<std::string_view>& copy_attentions();

/// Nodes of paths carry tokens out of 8, and a node's class is its predecessor's: content (the token, and sinusoids of
/// the place) goes through one attention layer of one head and a linear map. Softmax and random features, of queries
/// and keys as they are or of length 1, without and with a learned bias for each offset. Adam, new paths at every step.
/// Returns the share of right answers on other paths (first nodes are not asked), nothing where `stopped` said so.
/// Throws UsageError for an unknown kind of attention, and NumericError naming it where the loss is not finite.
[[nodiscard]] std::optional<double> copy_task(std::string_view attention, const CopyTaskOptions& options,
                                              const std::function<bool()>& stopped);

}  // namespace cairn::benchmarks
