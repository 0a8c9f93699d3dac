#include "models/search/mixture.h"

#include <algorithm>

#include "autodiff/ops_dense.h"
#include "core/error.h"

namespace cairn {

Mixture::Mixture(const Architecture& architecture) : weights_(architecture.size()), taken_(architecture) {}

Mixture::Mixture(std::vector<Variable> weights, Architecture taken)
    : weights_(std::move(weights)), taken_(std::move(taken)) {
  if (weights_.size() != taken_.size()) throw ShapeError("mixture: weights and decisions differ in number");
  for (std::size_t d = 0; d < taken_.size(); ++d) {
    if (taken_[d] < 0 && !weights_[d].defined()) throw ShapeError("mixture: an open decision needs weights");
  }
}

Mixture Mixture::without(Index decision, Index option) const {
  Mixture masked = *this;
  masked.masked_.emplace_back(decision, option);
  return masked;
}

Mixture Mixture::with_draw(std::uint64_t draw) const {
  Mixture other = *this;
  other.draw_ = draw;
  return other;
}

bool Mixture::counts(Index decision, Index option) const {
  if (!is_open(decision)) return taken_[place(decision)] == option;
  return std::find(masked_.begin(), masked_.end(), std::pair(decision, option)) == masked_.end();
}

Variable Mixture::weight(Index decision, Index option) const {
  if (!counts(decision, option)) return Variable::constant(Tensor(Shape{1}, 0));
  if (!is_open(decision)) return Variable::constant(Tensor(Shape{1}, 1));
  const Variable& all = weights_[place(decision)];
  return reshape(slice_columns(reshape(all, Shape{1, all.value().size()}), option, option + 1), Shape{1});
}

}  // namespace cairn
