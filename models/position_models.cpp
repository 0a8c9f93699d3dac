#include "models/position_models.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

#include "core/error.h"
#include "tensor/storage.h"

namespace cairn {

namespace {

Variable normal_rows(Index nodes, Index width, Real deviation, Rng rng) {
  Tensor rows = Tensor::uninitialized(Shape{nodes, width});
  for (Real& value : rows.values()) value = deviation * rng.normal();
  return Variable::parameter(std::move(rows));
}

void require_nodes(const Variable& vectors, const ModelInput& input) {
  if (vectors.value().rows() != input.node_count()) {
    throw ShapeError(fmt::format("vectors of {} nodes cannot serve the {} nodes of another graph",
                                 vectors.value().rows(), input.node_count()));
  }
}

}  // namespace

Variable PathModel::embed(const ModelInput& input, const Pass& pass) const {
  if (!pass.is_training() && input.path_batches()) return in_batches(input);
  return encoder_.forward(input.position(), input.features(), pass);
}

Variable PathModel::in_batches(const ModelInput& input) const {
  const WithoutGradients without_gradients;
  const PathBatches& batches = *input.path_batches();
  std::vector<NodeId> all;
  if (batches.nodes == nullptr) {
    all.resize(static_cast<std::size_t>(input.node_count()));
    std::iota(all.begin(), all.end(), NodeId{0});
  }
  const std::span<const NodeId> nodes = batches.nodes == nullptr ? all : *batches.nodes;
  // Of no run and no epoch: what is judged is a function of the weights.
  const Rng draws = Rng(0).split("evaluation paths");
  Tensor rows(Shape{input.node_count(), out_width()});
  for (std::size_t begin = 0; begin < nodes.size(); begin += static_cast<std::size_t>(batches.size)) {
    const auto of_batch = nodes.subspan(begin, std::min(static_cast<std::size_t>(batches.size), nodes.size() - begin));
    {
      const PositionBatch batch = input.position().batch(of_batch, batches.fan_out, draws);
      const Tensor found =
          encoder_.forward(batch.position, gather_rows(input.features(), batch.nodes), Pass::evaluation()).value();
      for (std::size_t i = 0; i < of_batch.size(); ++i) {
        const auto row = found.row(static_cast<Index>(i));
        std::copy(row.begin(), row.end(), rows.row(of_batch[i]).begin());
      }
    }
    release_pooled_memory();  // no two batches ask for buffers of one size
  }
  return Variable::constant(std::move(rows));
}

std::optional<BatchForm> PathModel::batch_form() const {
  if (!encoder_.takes_batches()) return std::nullopt;
  return BatchForm{.blocks = {}, .paths = true, .parts = {}};
}

RandomVectors::RandomVectors(Index nodes, Index width, Rng rng)
    : vectors_(normal_rows(nodes, width, 1, rng.split("vectors"))), map_(width, width, rng) {}

Variable RandomVectors::embed(const ModelInput& input, const Pass&) const {
  require_nodes(vectors_, input);
  return map_.forward(Variable::constant(vectors_.value()));
}

void RandomVectors::visit(const ParameterVisitor& visitor) const {
  visitor("vectors", vectors_, ParameterKind::buffer);
  visitor("map", map_);
}

// A tenth of the deviation of other rows: where a vector is never trained, it hardly speaks.
FreeVectors::FreeVectors(Index nodes, Index width, Rng rng) : vectors_(normal_rows(nodes, width, Real(0.1), rng)) {}

Variable FreeVectors::embed(const ModelInput& input, const Pass&) const {
  require_nodes(vectors_, input);
  return vectors_;
}

}  // namespace cairn
