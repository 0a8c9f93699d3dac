#include "models/node_batches.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/draws.h"
#include "core/error.h"
#include "kernels/block_propagation.h"

namespace cairn {

NodeBatches::NodeBatches(std::vector<Normalization> forms, std::span<const NodeId> nodes, BatchOptions options)
    : forms_(std::move(forms)), nodes_(nodes.begin(), nodes.end()), options_(std::move(options)) {
  if (options_.size < 1) throw UsageError(fmt::format("--batch-size: expected at least 1, found {}", options_.size));
  const std::size_t given = options_.fan_outs.size();
  if (given != 1 && given != forms_.size()) {
    throw UsageError(
        fmt::format("--fan-out: expected one number, or {} (one for each layer that reads neighbors), "
                    "found {} numbers",
                    forms_.size(), given));
  }
}

Index NodeBatches::count() const {
  const auto all = static_cast<Index>(nodes_.size());
  return (all + options_.size - 1) / options_.size;
}

double NodeBatches::share(Index batch) const {
  const auto all = static_cast<Index>(nodes_.size());
  return static_cast<double>(std::min(options_.size, all - batch * options_.size)) / static_cast<double>(all);
}

std::span<const NodeId> NodeBatches::nodes(Index epoch, Index batch) {
  if (epoch_of_order_ != epoch) {
    order_ = nodes_;
    Rng rng = Rng(options_.seed).split("batches").split(static_cast<std::uint64_t>(epoch));
    shuffle(order_, rng);
    epoch_of_order_ = epoch;
  }
  const auto all = static_cast<Index>(order_.size());
  const Index begin = std::min(batch * options_.size, all);
  const Index count = std::min(options_.size, all - begin);
  return std::span(order_).subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(count));
}

Index NodeBatches::fan_out(std::size_t hop) const {
  return options_.fan_outs.size() == 1 ? options_.fan_outs.front() : options_.fan_outs[hop];
}

ModelInput NodeBatches::input(const ModelInput& whole, std::span<const NodeId> nodes, Index epoch) {
  if (!sampler_) sampler_.emplace(whole.node_count());
  const Rng rng = Rng(options_.seed).split("neighbors").split(static_cast<std::uint64_t>(epoch));
  std::vector<NodeId> reached(nodes.begin(), nodes.end());
  std::vector<Propagation> blocks;
  for (std::size_t hop = 0; hop < forms_.size(); ++hop) {  // from the last layer to the first
    const Normalization form = forms_[forms_.size() - 1 - hop];
    const Propagation& propagation = whole.propagation(form);
    Block block = sampler_->draw(neighbor_rows(propagation, form), reached, fan_out(hop),
                                 rng.split(static_cast<std::uint64_t>(hop)));
    blocks.push_back(block_propagation(propagation, form, block));
    reached = std::move(block.sources);
  }
  std::reverse(blocks.begin(), blocks.end());
  return ModelInput::of_batch(gather_rows(whole.features(), reached), static_cast<Index>(nodes.size()),
                              std::move(blocks));
}

}  // namespace cairn
