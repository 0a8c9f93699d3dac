#include "nn/transformer_block.h"

#include <utility>

#include "autodiff/ops_elementwise.h"

namespace cairn {

namespace {

KernelAttentionOptions of_width(KernelAttentionOptions options, Index width) {
  options.in = width;
  options.out = width;
  return options;
}

}  // namespace

TransformerBlock::TransformerBlock(Index width, Index hidden, KernelAttentionOptions attention, Real dropout, Rng& rng)
    : dropout_(dropout),
      attention_key_(rng.split("attention dropout").key()),
      perceptron_key_(rng.split("perceptron dropout").key()),
      attention_norm_(width),
      attention_(of_width(std::move(attention), width), rng),
      perceptron_norm_(width),
      widen_(width, hidden, rng),
      narrow_(hidden, width, rng) {}

Variable TransformerBlock::forward(const Variable& x, const Variable& position, const AttentionInput& input,
                                   const Pass& pass) const {
  const Variable heard = attention_.forward(attention_norm_.forward(x, pass), position, input);
  const Variable after = add(x, dropout(heard, dropout_, attention_key_, pass));
  const Variable wide = gelu(widen_.forward(perceptron_norm_.forward(after, pass)));
  return add(after, dropout(narrow_.forward(wide), dropout_, perceptron_key_, pass));
}

void TransformerBlock::visit(const ParameterVisitor& visitor) const {
  visitor("attention_norm", attention_norm_);
  visitor("attention", attention_);
  visitor("perceptron_norm", perceptron_norm_);
  visitor("widen", widen_);
  visitor("narrow", narrow_);
}

}  // namespace cairn
