#include "benchmarks/random_inputs.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace cairn::benchmarks {

namespace {

/// Rows of picks that ascend.
struct RandomRows {
  std::vector<std::int64_t> offsets{0};
  std::vector<std::int32_t> ids;
};

RandomRows random_rows(Index rows, Index columns, Index stored, Rng& rng) {
  RandomRows result;
  result.ids.reserve(static_cast<std::size_t>(stored));
  for (Index row = 0; row < rows; ++row) {
    const Index degree = (stored * (row + 1)) / rows - (stored * row) / rows;
    const auto begin = static_cast<std::ptrdiff_t>(result.ids.size());
    for (Index k = 0; k < degree; ++k) result.ids.push_back(static_cast<std::int32_t>(rng.below(columns)));
    std::sort(result.ids.begin() + begin, result.ids.end());
    result.ids.erase(std::unique(result.ids.begin() + begin, result.ids.end()), result.ids.end());
    result.offsets.push_back(static_cast<std::int64_t>(result.ids.size()));
  }
  return result;
}

}  // namespace

Tensor random_tensor(const Shape& shape, Rng& rng) {
  Tensor tensor = Tensor::uninitialized(shape);
  for (Real& value : tensor.values()) value = rng.uniform(-1, 1);
  return tensor;
}

SparseMatrix random_sparse(Index rows, Index columns, Index stored, Rng& rng) {
  RandomRows places = random_rows(rows, columns, stored, rng);
  auto pattern = std::make_shared<SparsePattern>(rows, columns, std::move(places.offsets), std::move(places.ids));
  const Index count = pattern->stored_count();
  return SparseMatrix(std::move(pattern), random_tensor({count}, rng));
}

Propagation random_propagation(Index nodes, Index arcs, Rng& rng) {
  RandomRows rows = random_rows(nodes, nodes, arcs, rng);
  std::vector<Real> weights(rows.ids.size());
  for (Real& weight : weights) weight = rng.uniform(0, 1);
  return Propagation(nodes, nodes, std::move(rows.offsets), std::move(rows.ids), std::move(weights));
}

}  // namespace cairn::benchmarks
