#pragma once

#include <string>
#include <vector>

#include "core/rng.h"
#include "core/types.h"

namespace cairn {

/// A choice of one of several options.
struct SearchDecision {
  std::string name;                  // "layer 2"
  std::vector<std::string> options;  // "gcn", "skip"
  /// Selection takes all decisions of an earlier phase first: which operations, then (topology) which inputs.
  Index phase = 0;

  Index option_count() const { return static_cast<Index>(options.size()); }
};

/// An option for each decision of a space.
using Architecture = std::vector<Index>;

/// What a search chooses from: every combination of options is an architecture. Architectures are numbered with the
/// last decision running fastest.
struct SearchSpace {
  std::vector<SearchDecision> decisions;

  Index decision_count() const { return static_cast<Index>(decisions.size()); }
  /// Throws Error above 2^62.
  Index architecture_count() const;
  /// Throws Error unless 0 <= number < architecture_count().
  Architecture architecture(Index number) const;
  /// Throws Error unless the architecture has an option for each decision.
  Index number(const Architecture& architecture) const;
  /// The options by name, joined by `separator`.
  std::string describe(const Architecture& architecture, const std::string& separator = ", ") const;
  /// Every option of a decision equally likely, decisions independent.
  Architecture random(Rng& rng) const;
};

/// Throws Error unless the architecture has an option of `space` for each decision.
void check_architecture(const SearchSpace& space, const Architecture& architecture);

}  // namespace cairn
