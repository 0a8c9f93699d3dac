#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/search/mixed_op.h"
#include "models/search/supernet.h"
#include "nn/linear.h"

namespace cairn {

struct ChainOptions {
  std::vector<std::string> operations{"skip", "fc", "gcn"};  // names of candidates, the same at each depth
  Index depth = 3;
  Index width = 16;
  Index classes = 0;
};

/// Decisions "layer 1" .. "layer <depth>", each with the operations as options. Throws UsageError for an unknown
/// operation.
SearchSpace chain_space(const ChainOptions& options);

/// Input projection and normalized rows, a chain of mixed operations, and a linear head: [N, classes].
class ChainSupernet : public Supernet {
 public:
  ChainSupernet(ModelInput input, const ChainOptions& options, const Rng& rng);

  const SearchSpace& space() const override { return space_; }
  Variable forward(const Mixture& mixture, const Pass& pass) const override;
  void visit(const ParameterVisitor& visitor) const override;

 private:
  ModelInput input_;
  SearchSpace space_;
  std::unique_ptr<Linear> projection_;
  std::vector<std::unique_ptr<MixedOp>> layers_;
  std::unique_ptr<Linear> head_;
};

}  // namespace cairn
