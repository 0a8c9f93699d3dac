#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "models/model_input.h"
#include "models/search/mixture.h"
#include "nn/kernel_attention.h"
#include "nn/module.h"

namespace cairn {

/// Rows that several candidates read. What they share is worked out at the first call and kept: a propagation of one
/// form is done once, however many candidates ask for it.
class SharedInput {
 public:
  /// x: [N, D]. The input must outlive this.
  SharedInput(Variable x, const ModelInput& input) : x_(std::move(x)), input_(input) {}

  const Variable& x() const { return x_; }
  const ModelInput& graph() const { return input_; }
  /// P x in the form asked for.
  const Variable& propagated(Normalization form) const;

 private:
  Variable x_;
  const ModelInput& input_;
  mutable std::map<Normalization, Variable> propagated_;
};

struct CandidateOptions {
  Index width = 0;         // D, of the input and of the result
  Index heads = 1;         // gat
  bool normalized = true;  // each but skip and noise ends in normalize_rows(relu(.)), prop in normalize_rows alone
  KernelAttentionOptions attention = {};  // kernel-attention; `in`, `width` and `out` follow the width
};

/// One way to make [N, D] of [N, D].
class Candidate : public Module {
 public:
  /// draw: which numbers an operation takes that is random outside training too.
  virtual Variable forward(const SharedInput& input, const Pass& pass, std::uint64_t draw) const = 0;
};

/// A candidate by name: skip (x itself), fc (x W + b), prop (P x, without weights), noise (standard normal numbers,
/// which know nothing of x), kernel-attention over what the input says who hears whom, or a layer of the layer table.
/// P: D^-1/2 (A + I) D^-1/2. Throws UsageError for an unknown name.
std::unique_ptr<Candidate> make_candidate(std::string_view name, const CandidateOptions& options, const Rng& rng);
/// Throws UsageError listing the known names unless `name` is one of them.
void check_candidate(std::string_view name);

/// Candidates that read the same input: sum over o of weight_o candidate_o(x), the weights those of a decision.
class MixedOp : public Module {
 public:
  /// One candidate an option of `decision`, which is number `index` of its space.
  MixedOp(const SearchDecision& decision, Index index, const CandidateOptions& options, const Rng& rng);
  Variable forward(const Mixture& mixture, const SharedInput& input, const Pass& pass) const;
  void visit(const ParameterVisitor& visitor) const override;

 private:
  Index index_;
  std::vector<std::string> names_;
  std::vector<std::unique_ptr<Candidate>> candidates_;
};

}  // namespace cairn
