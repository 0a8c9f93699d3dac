#include "models/transformer_model.h"

#include <fmt/format.h>

#include <span>
#include <utility>

#include "autodiff/recompute.h"
#include "core/error.h"

namespace cairn {

TransformerModel::TransformerModel(const TransformerOptions& options, const Rng& rng)
    : dropout_(options.dropout),
      in_is_ids_(options.in_is_ids),
      recomputes_(options.recompute),
      dropout_key_(rng.split("dropout").key()),
      norm_(options.width) {
  if (options.layers < 1) throw UsageError(fmt::format("layers: expected at least 1, found {}", options.layers));
  Rng first_rng = rng.split("first");
  first_ = std::make_unique<Linear>(options.in, options.width, first_rng);
  KernelAttentionOptions attention = options.attention;
  attention.width = options.width;
  for (Index l = 0; l < options.layers; ++l) {
    Rng block_rng = rng.split(fmt::format("block {}", l));
    blocks_.push_back(
        std::make_unique<TransformerBlock>(options.width, 2 * options.width, attention, options.dropout, block_rng));
  }
  Rng last_rng = rng.split("last");
  last_ = std::make_unique<Linear>(options.width, options.out, last_rng);
}

Variable TransformerModel::embed(const ModelInput& input, const Pass& pass) const {
  Variable x = first_->forward(dropout(input.features(), dropout_, dropout_key_, pass));
  for (const auto& block : blocks_) {
    if (!recomputes_) {
      x = block->forward(x, Variable(), input.attention(), pass);
      continue;
    }
    std::vector<Variable> parameters;
    for (const NamedParameter& parameter : parameters_of(*block)) parameters.push_back(parameter.value);
    x = recompute(
        [&block = *block, attention = input.attention(), pass](std::span<const Variable> rows) {
          return block.forward(rows.front(), Variable(), attention, pass);
        },
        {x}, std::move(parameters));
  }
  return last_->forward(norm_.forward(x, pass));
}

void TransformerModel::visit(const ParameterVisitor& visitor) const {
  // One-hot ids make it a table with a vector a node, which does not decay.
  visitor("first.weight", first_->weight(), in_is_ids_ ? ParameterKind::bias : ParameterKind::weight);
  visitor("first.bias", first_->bias(), ParameterKind::bias);
  for (std::size_t l = 0; l < blocks_.size(); ++l) visitor(fmt::format("blocks.{}", l), *blocks_[l]);
  visitor("norm", norm_);
  visitor("last", *last_);
}

}  // namespace cairn
