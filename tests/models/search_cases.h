#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "models/search/block_model.h"
#include "models/search/chain_supernet.h"
#include "models/search/selection.h"

/// A search that is over in milliseconds, shared by the tests of searches.
namespace cairn::support {

struct SmallSearch {
  Dataset dataset =
      contextual_block_model({.nodes = 60, .classes = 3, .features = 4, .train = 15, .validation = 20}, 1);
  ModelInput input{Variable::constant(std::get<Tensor>(dataset.features)), dataset.graph};
  NodeObjective objective{dataset.labels, dataset.splits.front()};
  ChainOptions chain{.operations = {"skip", "fc", "gcn"}, .width = 4, .classes = 3};

  std::unique_ptr<Supernet> make(std::uint64_t seed = 1) const {
    return std::make_unique<ChainSupernet>(input, chain, Rng(seed));
  }
  MakeSupernet maker() const {
    return [this](const Rng& rng) { return std::make_unique<ChainSupernet>(input, chain, rng); };
  }
  /// The same with every node of a part in another class.
  NodeObjective with_other_labels(Part part) const {
    std::vector<std::int32_t> labels = dataset.labels;
    for (const NodeId node : dataset.splits.front().of(part)) {
      auto& label = labels[static_cast<std::size_t>(node)];
      label = (label + 1) % 3;
    }
    return {labels, dataset.splits.front()};
  }
};

}  // namespace cairn::support
