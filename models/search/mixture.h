#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "autodiff/ops_mixture.h"
#include "models/search/search_space.h"

namespace cairn {

/// How one pass through a supernet weighs the options of each decision. An open decision mixes its options with
/// weights that usually sum to 1; a masked option counts 0 and the others keep their weights, which therefore sum to
/// less; a decision that is taken is its option alone, with weight exactly 1. What counts 0 is not worked out.
class Mixture {
 public:
  /// Every decision taken: the discrete network.
  explicit Mixture(const Architecture& architecture);
  /// weights: one value an option (any shape), of every decision; those of taken decisions are not looked at and may be
  /// undefined. taken: an option, or -1 while the decision is open.
  Mixture(std::vector<Variable> weights, Architecture taken);

  /// The same with one more option masked.
  Mixture without(Index decision, Index option) const;
  /// The same, for another draw of operations that are random outside training too.
  Mixture with_draw(std::uint64_t draw) const;

  bool is_open(Index decision) const { return taken_[place(decision)] < 0; }
  /// Whether the option has any part in the result.
  bool counts(Index decision, Index option) const;
  /// Weight of an option, a value of shape [1].
  Variable weight(Index decision, Index option) const;
  std::uint64_t draw() const { return draw_; }

  /// sum over the options of weight * make(option), a Variable; make is called for the options that count alone, in
  /// their order. Throws ShapeError where all are masked.
  template <class Make>
  Variable mix(Index decision, const Make& make) const {
    if (!is_open(decision)) return make(taken_[place(decision)]);
    std::vector<Variable> parts(static_cast<std::size_t>(weights_[place(decision)].value().size()));
    for (std::size_t o = 0; o < parts.size(); ++o) {
      if (counts(decision, static_cast<Index>(o))) parts[o] = make(static_cast<Index>(o));
    }
    return cairn::mix(parts, weights_[place(decision)]);
  }

 private:
  static std::size_t place(Index decision) { return static_cast<std::size_t>(decision); }

  std::vector<Variable> weights_;
  Architecture taken_;
  std::vector<std::pair<Index, Index>> masked_;  // decision, option
  std::uint64_t draw_ = 0;
};

}  // namespace cairn
