#include "nn/softmax_attention.h"

#include <fmt/format.h>

#include <string_view>

#include "autodiff/ops_attention.h"
#include "autodiff/ops_elementwise.h"
#include "core/error.h"

namespace cairn {

namespace {

const SoftmaxAttentionOptions& checked(const SoftmaxAttentionOptions& options) {
  const auto expect = [](bool holds, std::string_view what, Index found) {
    if (!holds) throw UsageError(fmt::format("softmax attention: expected {}, found {}", what, found));
  };
  expect(options.in >= 1, "at least 1 column of content", options.in);
  expect(options.position >= (options.content_logits ? 0 : 1), "logits of positions or of content", options.position);
  expect(options.heads >= 1, "at least 1 head", options.heads);
  expect(options.key_width >= 1, "keys of at least 1 column", options.key_width);
  expect(options.width >= 1 && options.width % options.heads == 0,
         fmt::format("a width of at least 1 that {} heads divide", options.heads), options.width);
  return options;
}

}  // namespace

SoftmaxAttention::LogitMaps::LogitMaps(Index in, const SoftmaxAttentionOptions& options, bool bias, Rng& rng)
    : query(in, options.heads * options.key_width, rng, bias), key(in, options.heads * options.key_width, rng, false) {}

SoftmaxAttention::SoftmaxAttention(const SoftmaxAttentionOptions& options, Rng& rng)
    : options_(checked(options)), value_(options.in, options.width, rng, false) {
  if (options.position > 0) of_position_.emplace(options.position, options, true, rng);
  if (options.content_logits) of_content_.emplace(options.in, options, !of_position_, rng);  // one bias is enough
}

Variable SoftmaxAttention::forward(const Input& x, const Variable& position,
                                   const std::shared_ptr<const kernels::AttentionBlocks>& blocks) const {
  if (position.defined() != of_position_.has_value()) {
    throw ShapeError(fmt::format("softmax attention: expected {} columns of positions, found {}", options_.position,
                                 position.defined() ? position.value().columns() : 0));
  }
  Variable query;
  Variable key;
  if (of_position_) {
    query = of_position_->query.forward(position);
    key = of_position_->key.forward(position);
  }
  if (of_content_) {
    const Variable of_query = of_content_->query.forward(x);
    const Variable of_key = of_content_->key.forward(x);
    query = query.defined() ? add(query, of_query) : of_query;
    key = key.defined() ? add(key, of_key) : of_key;
  }
  return dense_attend(blocks, options_.heads, query, key, value_.forward(x));
}

void SoftmaxAttention::visit(const ParameterVisitor& visitor) const {
  if (of_position_) {
    visitor("position_query", of_position_->query);
    visitor("position_key", of_position_->key);
  }
  if (of_content_) {
    visitor("content_query", of_content_->query);
    visitor("content_key", of_content_->key);
  }
  visitor("value", value_);
}

}  // namespace cairn
