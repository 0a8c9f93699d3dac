#include "models/search/mixed_op.h"

#include <algorithm>
#include <array>

#include "autodiff/ops_graph.h"
#include "autodiff/ops_normalize.h"
#include "core/error.h"
#include "core/parallel.h"
#include "nn/layers.h"
#include "nn/linear.h"

namespace cairn {

const Variable& SharedInput::propagated(Normalization form) const {
  const auto [entry, fresh] = propagated_.try_emplace(form);
  if (fresh) entry->second = propagate(input_.propagation(form), x_);
  return entry->second;
}

namespace {

constexpr Real epsilon = Real(1e-5);

class Skip : public Candidate {
 public:
  Variable forward(const SharedInput& input, const Pass&, std::uint64_t) const override { return input.x(); }
  void visit(const ParameterVisitor&) const override {}
};

class Prop : public Candidate {
 public:
  explicit Prop(bool normalized) : normalized_(normalized) {}
  Variable forward(const SharedInput& input, const Pass&, std::uint64_t) const override {
    const Variable& mean = input.propagated(Normalization::symmetric_self_loops);
    return normalized_ ? normalize_rows(mean, epsilon) : mean;
  }
  void visit(const ParameterVisitor&) const override {}

 private:
  bool normalized_;
};

class Noise : public Candidate {
 public:
  explicit Noise(std::uint64_t key) : key_(key) {}
  Variable forward(const SharedInput& input, const Pass& pass, std::uint64_t draw) const override {
    // Other keys than any training step's, whatever the seed: an evaluation must not meet the noise it was trained on.
    const Rng rng(pass.is_training() ? pass.draws(key_) : stream_key(stream_key(key_, "evaluation"), draw));
    Tensor values = Tensor::uninitialized(input.x().shape());
    parallel_blocks(values.rows(), block_rows(values.columns()), [&](Index begin, Index end) {
      for (Index u = begin; u < end; ++u) {
        Rng own = rng.split(static_cast<std::uint64_t>(u));
        for (Real& value : values.row(u)) value = own.normal();
      }
    });
    return Variable::constant(std::move(values));
  }
  void visit(const ParameterVisitor&) const override {}

 private:
  std::uint64_t key_;
};

/// Linear map of x itself, or of P x that others of the same input share.
class Dense : public Candidate {
 public:
  Dense(bool propagated, const CandidateOptions& options, Rng rng)
      : propagated_(propagated), normalized_(options.normalized), map_(options.width, options.width, rng) {}
  Variable forward(const SharedInput& input, const Pass&, std::uint64_t) const override {
    const Variable h = map_.forward(propagated_ ? input.propagated(Normalization::symmetric_self_loops) : input.x());
    return normalized_ ? normalize_rows(relu(h), epsilon) : h;
  }
  void visit(const ParameterVisitor& visitor) const override { map_.visit(visitor); }

 private:
  bool propagated_;
  bool normalized_;
  Linear map_;
};

class LayerCandidate : public Candidate {
 public:
  LayerCandidate(std::string_view name, const CandidateOptions& options, Rng rng)
      : normalized_(options.normalized),
        layer_(make_layer(
            name, {.in = options.width, .out = options.width, .inner = options.width, .heads = options.heads}, rng)) {}
  Variable forward(const SharedInput& input, const Pass& pass, std::uint64_t) const override {
    const auto form = layer_->normalization();
    const Variable h = layer_->forward(form ? input.graph().propagation(*form) : Propagation(), input.x(), pass);
    return normalized_ ? normalize_rows(relu(h), epsilon) : h;
  }
  void visit(const ParameterVisitor& visitor) const override { layer_->visit(visitor); }

 private:
  bool normalized_;
  std::unique_ptr<GraphLayer> layer_;
};

class AttentionCandidate : public Candidate {
 public:
  AttentionCandidate(const CandidateOptions& options, Rng rng)
      : normalized_(options.normalized), attention_(as_wide(options), rng) {}
  Variable forward(const SharedInput& input, const Pass&, std::uint64_t) const override {
    const Variable h = attention_.forward(input.x(), Variable(), input.graph().attention());
    return normalized_ ? normalize_rows(relu(h), epsilon) : h;
  }
  void visit(const ParameterVisitor& visitor) const override { attention_.visit(visitor); }

 private:
  static KernelAttentionOptions as_wide(const CandidateOptions& options) {
    KernelAttentionOptions attention = options.attention;
    attention.in = attention.width = attention.out = options.width;
    return attention;
  }

  bool normalized_;
  KernelAttention attention_;
};

std::vector<std::string_view> candidate_names() {
  std::vector<std::string_view> names{"skip", "fc", "prop", "noise", "kernel-attention"};
  const auto layers = layer_names();
  names.insert(names.end(), layers.begin(), layers.end());
  return names;
}

}  // namespace

void check_candidate(std::string_view name) {
  const std::vector<std::string_view> names = candidate_names();
  if (std::find(names.begin(), names.end(), name) == names.end()) throw_unknown_name("operation", name, names);
}

std::unique_ptr<Candidate> make_candidate(std::string_view name, const CandidateOptions& options, const Rng& rng) {
  check_candidate(name);
  if (name == "skip") return std::make_unique<Skip>();
  if (name == "prop") return std::make_unique<Prop>(options.normalized);
  if (name == "noise") return std::make_unique<Noise>(rng.key());
  if (name == "fc" || name == "linear") return std::make_unique<Dense>(false, options, rng);
  if (name == "gcn") return std::make_unique<Dense>(true, options, rng);
  if (name == "kernel-attention") return std::make_unique<AttentionCandidate>(options, rng);
  return std::make_unique<LayerCandidate>(name, options, rng);
}

MixedOp::MixedOp(const SearchDecision& decision, Index index, const CandidateOptions& options, const Rng& rng)
    : index_(index), names_(decision.options) {
  for (const std::string& name : names_) candidates_.push_back(make_candidate(name, options, rng.split(name)));
}

Variable MixedOp::forward(const Mixture& mixture, const SharedInput& input, const Pass& pass) const {
  return mixture.mix(index_, [&](Index option) {
    return candidates_[static_cast<std::size_t>(option)]->forward(input, pass, mixture.draw());
  });
}

void MixedOp::visit(const ParameterVisitor& visitor) const {
  for (std::size_t o = 0; o < names_.size(); ++o) visitor(names_[o], *candidates_[o]);
}

}  // namespace cairn
