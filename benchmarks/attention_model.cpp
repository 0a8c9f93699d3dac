#include "benchmarks/attention_model.h"

#include <fmt/format.h>

#include <cmath>
#include <utility>
#include <vector>

#include "autodiff/ops_dense.h"
#include "core/error.h"

namespace cairn::benchmarks {

namespace {

SoftmaxAttentionOptions attention_options(const AttentionModelOptions& options) {
  return {.in = options.content,
          .position = options.table_rows > 0 ? options.width : options.width * options.axes,
          .width = options.width,
          .heads = 1,
          .key_width = options.width};
}

Variable draw_table(const AttentionModelOptions& options, Rng& rng) {
  if (options.table_rows == 0) return {};
  Tensor table = Tensor::uninitialized(Shape{options.table_rows, options.width});
  for (Real& value : table.values()) value = rng.normal();
  return Variable::parameter(std::move(table));
}

}  // namespace

AttentionModel::AttentionModel(const AttentionModelOptions& options, Rng& rng)
    : options_(options),
      table_(draw_table(options, rng)),
      attention_(attention_options(options), rng),
      head_(options.width, options.out, rng) {}

Variable AttentionModel::forward(const Coordinates& coordinates, const Tensor& content) const {
  Variable position;
  if (table_.defined()) {
    std::vector<NodeId> places;
    for (const Real value : coordinates.values.values()) {
      const auto place = static_cast<Index>(std::lround(value));
      if (place < 0 || place >= options_.table_rows) {
        throw UsageError(fmt::format("table: expected a place in 0 .. {}, found {}", options_.table_rows - 1, value));
      }
      places.push_back(static_cast<NodeId>(place));
    }
    position = gather_rows(table_, places);
  } else {
    position = Variable::constant(sinusoids(coordinates, {.count = options_.width / 2, .scale = options_.frequency}));
  }
  const auto blocks = std::make_shared<kernels::AttentionBlocks>(
      kernels::attention_blocks(coordinates.node_count(), coordinates.graph_of_node));
  return head_.forward(attention_.forward(Variable::constant(content), position, blocks));
}

void AttentionModel::visit(const ParameterVisitor& visitor) const {
  if (table_.defined()) visitor("table", table_, ParameterKind::bias);
  visitor("attention", attention_);
  visitor("head", head_);
}

}  // namespace cairn::benchmarks
