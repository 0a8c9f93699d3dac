#include "models/global_half.h"

#include <string>

#include "autodiff/ops_elementwise.h"
#include "models/share_step.h"

namespace cairn {

namespace {

// Of s for each step of its parameter, where attention can point at one far node: that is learned late or never where
// the node is heard too softly.
constexpr Real pointing_share_step = Real(0.1);

KernelAttentionOptions as_wide(KernelAttentionOptions options) {
  options.out = options.width;
  return options;
}

}  // namespace

GlobalHalf::GlobalHalf(const KernelAttentionOptions& attention, Index out, Real dropout, Rng& rng)
    : attention_(as_wide(attention), rng),
      norm_(attention_.out_width(), Real(1)),
      out_(attention_.out_width(), out, rng),
      share_(constant_parameter(Shape{1, 1}, 0)),
      dropout_(dropout),
      dropout_key_(rng.split("dropout").key()) {}

Variable GlobalHalf::forward(const Input& x, const AttentionInput& input, const Pass& pass) const {
  const Variable heard = norm_.forward(attention_.forward(x, Variable(), input), pass);
  const Real step = input.op->points() ? pointing_share_step : waiting_share_step;
  return scale(out_.forward(dropout(relu(heard), dropout_, dropout_key_, pass)), scale(share_, step));
}

void GlobalHalf::visit(const ParameterVisitor& visitor) const {
  const auto without_decay = [&](const std::string& name, const Module& part) {
    for (const NamedParameter& p : parameters_of(part)) {
      visitor(name + "." + p.name, p.value, p.kind == ParameterKind::weight ? ParameterKind::bias : p.kind);
    }
  };
  without_decay("attention", attention_);
  visitor("norm", norm_);
  without_decay("out", out_);
  visitor("share", share_, ParameterKind::bias);
}

}  // namespace cairn
