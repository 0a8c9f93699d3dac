#include "nn/kernel_attention.h"

#include <fmt/format.h>

#include <cmath>
#include <string_view>

#include "autodiff/ops_kernelized.h"
#include "core/error.h"

namespace cairn {

namespace {

const KernelAttentionOptions& checked(const KernelAttentionOptions& options) {
  const auto expect = [](bool holds, std::string_view what, Index found) {
    if (!holds) throw UsageError(fmt::format("kernelized attention: expected {}, found {}", what, found));
  };
  expect(options.in >= 1, "at least 1 column of content", options.in);
  expect(options.position >= 0, "at least 0 columns of positions", options.position);
  expect(options.heads >= 1, "at least 1 head", options.heads);
  expect(options.width >= 1 && options.width % options.heads == 0,
         fmt::format("a width of at least 1 that {} heads divide", options.heads), options.width);
  expect(options.out >= 0, "at least 0 columns of the result", options.out);
  expect(options.key_width >= 0, "keys of at least 1 column", options.key_width);
  expect(options.biases >= 0, "at least 0 biases", options.biases);
  expect(options.features.count >= 1, "at least 1 random feature", options.features.count);
  return options;
}

Index key_width_of(const KernelAttentionOptions& options) {
  return options.key_width > 0 ? options.key_width : options.width / options.heads;
}

}  // namespace

KernelAttention::KernelAttention(const KernelAttentionOptions& options, Rng& rng)
    : options_(checked(options)),
      key_width_(key_width_of(options)),
      query_(options.in, options.heads * key_width_, rng),
      key_(options.in, options.heads * key_width_, rng),
      value_(options.in, options.width, rng),
      out_(options.width, options.out > 0 ? options.out : options.width, rng),
      biases_(constant_parameter(Shape{options.heads, options.biases}, 0)),
      draws_(Variable::constant(
          kernels::draw_features(options.features, options.heads, key_width_, rng.split("features")))) {
  if (options.position == 0) return;
  position_query_.emplace(options.position, options.heads * key_width_, rng, false);  // one bias is enough
  position_key_.emplace(options.position, options.heads * key_width_, rng, false);
}

Variable KernelAttention::scaled(const Variable& rows) const {
  if (options_.normalize) return unit_heads(rows, options_.heads);
  return scale(rows, static_cast<Real>(1 / std::sqrt(std::sqrt(static_cast<double>(key_width_)))));
}

Variable KernelAttention::forward(const Input& x, const Variable& position, const AttentionInput& input) const {
  if (position.defined() != position_query_.has_value()) {
    throw ShapeError(fmt::format("kernelized attention: expected {} columns of positions, found {}", options_.position,
                                 position.defined() ? position.value().columns() : 0));
  }
  if (input.op == nullptr) throw ShapeError("kernelized attention: expected an operator, found none");
  Variable query = query_.forward(x);
  Variable key = key_.forward(x);
  if (position_query_) {
    query = add(query, position_query_->forward(position));
    key = add(key, position_key_->forward(position));
  }
  const auto features = [&](const Variable& rows, kernels::FeatureRole role) {
    return random_features(options_.features, options_.heads, draws_.value(), scaled(rows), role, input.graph_of_node);
  };
  return out_.forward(kernelized_attend(input.op, options_.heads, features(query, kernels::FeatureRole::query),
                                        features(key, kernels::FeatureRole::key), value_.forward(x), biases_,
                                        input.key_mask));
}

void KernelAttention::visit(const ParameterVisitor& visitor) const {
  visitor("query", query_);
  visitor("key", key_);
  visitor("value", value_);
  visitor("out", out_);
  if (position_query_) {
    visitor("position_query", *position_query_);
    visitor("position_key", *position_key_);
  }
  visitor("biases", biases_, ParameterKind::bias);
  visitor("draws", draws_, ParameterKind::buffer);
}

}  // namespace cairn
