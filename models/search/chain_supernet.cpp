#include "models/search/chain_supernet.h"

#include <fmt/format.h>

#include <utility>

#include "autodiff/ops_normalize.h"
#include "core/error.h"

namespace cairn {

SearchSpace chain_space(const ChainOptions& options) {
  if (options.depth < 1) throw UsageError(fmt::format("search: expected at least 1 layer, found {}", options.depth));
  if (options.operations.empty()) throw UsageError("search: expected at least one operation");
  for (const std::string& name : options.operations) check_candidate(name);
  SearchSpace space;
  for (Index l = 1; l <= options.depth; ++l)
    space.decisions.push_back({fmt::format("layer {}", l), options.operations});
  return space;
}

ChainSupernet::ChainSupernet(ModelInput input, const ChainOptions& options, const Rng& rng)
    : input_(std::move(input)), space_(chain_space(options)) {
  Rng projection = rng.split("projection");
  projection_ = std::make_unique<Linear>(columns_of(input_.features()), options.width, projection);
  for (Index l = 0; l < options.depth; ++l) {
    layers_.push_back(std::make_unique<MixedOp>(space_.decisions[static_cast<std::size_t>(l)], l,
                                                CandidateOptions{.width = options.width},
                                                rng.split(fmt::format("layer {}", l))));
  }
  Rng head = rng.split("head");
  head_ = std::make_unique<Linear>(options.width, options.classes, head);
}

Variable ChainSupernet::forward(const Mixture& mixture, const Pass& pass) const {
  Variable h = normalize_rows(projection_->forward(input_.features()), Real(1e-5));
  for (const auto& layer : layers_) h = layer->forward(mixture, SharedInput(h, input_), pass);
  return head_->forward(h);
}

void ChainSupernet::visit(const ParameterVisitor& visitor) const {
  visitor("projection", *projection_);
  for (std::size_t l = 0; l < layers_.size(); ++l) visitor(fmt::format("layers.{}", l), *layers_[l]);
  visitor("head", *head_);
}

}  // namespace cairn
