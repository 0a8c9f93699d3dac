#include "nn/gat.h"

#include <fmt/format.h>

#include "autodiff/ops_graph.h"

namespace cairn {

namespace {
const GatOptions& checked(const GatOptions& options) {
  if (options.heads < 1) throw UsageError(fmt::format("gat: expected at least 1 head, found {}", options.heads));
  if (!(options.attention_dropout >= 0 && options.attention_dropout < 1)) {
    throw UsageError(fmt::format("gat: expected an attention dropout in [0, 1), found {}", options.attention_dropout));
  }
  return options;
}
}  // namespace

Gat::Gat(Index in, Index width, const GatOptions& options, Rng& rng)
    : options_(checked(options)),
      key_(rng.split("attention dropout").key()),
      weight_(glorot_parameter(in, options.heads * width, rng)),
      source_score_(glorot_parameter(options.heads, width, rng)),
      target_score_(glorot_parameter(options.heads, width, rng)),
      bias_(constant_parameter(Shape{options.concatenate ? options.heads * width : width}, 0)) {}

Index Gat::out_width() const { return bias_.value().size(); }

Variable Gat::forward(const Propagation& propagation, const Input& x, const Pass& pass) const {
  const Variable h = matmul(x, weight_);
  const AttendOptions attention{
      .negative_slope = options_.negative_slope, .dropout_rate = options_.attention_dropout, .dropout_key = key_};
  const auto attended = [&](const Variable& row) {
    return graph_attention(propagation, h, source_score_, target_score_, row, attention, pass);
  };
  const bool average = !options_.concatenate && options_.heads > 1;
  return average ? add_row(mean_heads(attended({}), options_.heads), bias_) : attended(bias_);
}

void Gat::visit(const ParameterVisitor& visitor) const {
  visitor("weight", weight_);
  visitor("source_score", source_score_);
  visitor("target_score", target_score_);
  visitor("bias", bias_, ParameterKind::bias);
}

}  // namespace cairn
