#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <span>

#include "kernels/frontier.h"
#include "position/path_levels.h"

/// Which neighbors come before or after a node on shortest paths, 64 slots at a time.
namespace cairn {

constexpr Index lanes_per_word = 64;  // slots that are compared at once

/// Up to 64 slots of node u, a bit each, beside which neighbors are held.
struct Lanes {
  Index u;
  Index first;  // slot of lane 0
  int count;
  const PathLevels& levels;

  const std::uint16_t* own() const { return levels.row(u) + first; }
  const std::uint16_t* of(NodeId w) const { return levels.row(w) + first; }
};

/// Neighbors at the level of u plus `Step`.
template <int Step>
class AtLevel {
 public:
  explicit AtLevel(const Lanes& lanes) : lanes_(lanes) {
    for (int i = 0; i < lanes.count; ++i) {
      const int level = lanes.own()[i];
      // Also the highest level has no successor: one more would be called unreached.
      const int wanted = level + Step;
      if (level == PathLevels::unreached || wanted < 0 || wanted == PathLevels::unreached) continue;
      wanted_[static_cast<std::size_t>(i)] = static_cast<std::uint16_t>(wanted);
      valid_ |= std::uint64_t{1} << i;
    }
  }
  std::uint64_t operator()(NodeId w, EdgeId) const {
    if (Step == 0 && w == lanes_.u) return 0;
    return valid_ & kernels_.equal_lanes(lanes_.of(w), wanted_.data(), lanes_.count);
  }

 private:
  const Lanes& lanes_;
  const kernels::FrontierKernels& kernels_ = kernels::frontier_kernels();
  std::array<std::uint16_t, lanes_per_word> wanted_{};
  std::uint64_t valid_ = 0;
};

/// Neighbors before or after u on a shortest path by weights.
template <bool Before>
class ByLength {
 public:
  ByLength(const Lanes& lanes, std::span<const Real> weights) : lanes_(lanes), weights_(weights) {}
  std::uint64_t operator()(NodeId w, EdgeId arc) const {
    const std::uint16_t* const other = lanes_.of(w);
    const double* const own_lengths = lanes_.levels.length_row(lanes_.u) + lanes_.first;
    const double* const other_lengths = lanes_.levels.length_row(w) + lanes_.first;
    const double weight = weights_.empty() ? 1.0 : static_cast<double>(weights_[static_cast<std::size_t>(arc)]);
    std::uint64_t found = 0;
    for (int i = 0; i < lanes_.count; ++i) {
      const std::uint16_t low = Before ? other[i] : lanes_.own()[i];
      const std::uint16_t high = Before ? lanes_.own()[i] : other[i];
      if (low >= high || high == PathLevels::unreached) continue;
      const double before = Before ? other_lengths[i] : own_lengths[i];
      const double after = Before ? own_lengths[i] : other_lengths[i];
      if (is_shortest(before, weight, after)) found |= std::uint64_t{1} << i;
    }
    return found;
  }

 private:
  const Lanes& lanes_;
  std::span<const Real> weights_;
};

/// Calls call(lane, w) for each neighbor w of u in `rows` that the match finds, by ascending w.
template <class Match, class Call>
void each_match(const Graph& rows, Index u, const Match& match, const Call& call) {
  const EdgeId* const offsets = rows.offsets().data();
  const NodeId* const targets = rows.targets().data();
  for (EdgeId arc = offsets[u]; arc < offsets[u + 1]; ++arc) {
    for (std::uint64_t found = match(targets[arc], arc); found != 0; found &= found - 1) {
      call(static_cast<std::size_t>(std::countr_zero(found)), targets[arc]);
    }
  }
}

}  // namespace cairn
