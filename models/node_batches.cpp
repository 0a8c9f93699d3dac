#include "models/node_batches.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/draws.h"
#include "core/error.h"
#include "kernels/block_propagation.h"

namespace cairn {

namespace {

void check_fan_outs(const BatchForm& form, std::size_t given) {
  for (const BatchForm& part : form.parts) check_fan_outs(part, given);
  // What reads no arcs alone may be given any single number.
  const bool asks = !form.blocks.empty() || (form.parts.empty() && !form.paths);
  if (!asks || given == 1 || given == form.blocks.size()) return;
  throw UsageError(
      fmt::format("--fan-out: expected one number, or {} (one for each layer that reads neighbors), "
                  "found {} numbers",
                  form.blocks.size(), given));
}

}  // namespace

NodeBatches::NodeBatches(BatchForm form, std::span<const NodeId> nodes, BatchOptions options)
    : form_(std::move(form)), nodes_(nodes.begin(), nodes.end()), options_(std::move(options)) {
  if (options_.size < 1) throw UsageError(fmt::format("--batch-size: expected at least 1, found {}", options_.size));
  check_fan_outs(form_, options_.fan_outs.size());
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
  return input_of(form_, whole, nodes, epoch);
}

ModelInput NodeBatches::input_of(const BatchForm& form, const ModelInput& whole, std::span<const NodeId> nodes,
                                 Index epoch) {
  if (form.paths) return with_paths(whole, nodes, epoch);
  if (form.parts.empty()) return with_blocks(form, whole, nodes, epoch);
  std::vector<ModelInput> parts;
  for (const BatchForm& part : form.parts) parts.push_back(input_of(part, whole, nodes, epoch));
  return ModelInput::of_parts(std::move(parts));
}

ModelInput NodeBatches::with_blocks(const BatchForm& form, const ModelInput& whole, std::span<const NodeId> nodes,
                                    Index epoch) {
  if (!sampler_) sampler_.emplace(whole.node_count());
  const Rng rng = Rng(options_.seed).split("neighbors").split(static_cast<std::uint64_t>(epoch));
  std::vector<NodeId> reached(nodes.begin(), nodes.end());
  std::vector<Propagation> blocks;
  for (std::size_t hop = 0; hop < form.blocks.size(); ++hop) {  // from the last layer to the first
    const Normalization normalization = form.blocks[form.blocks.size() - 1 - hop];
    const Propagation& propagation = whole.propagation(normalization);
    Block block = sampler_->draw(neighbor_rows(propagation, normalization), reached, fan_out(hop),
                                 rng.split(static_cast<std::uint64_t>(hop)));
    blocks.push_back(block_propagation(propagation, normalization, block));
    reached = std::move(block.sources);
  }
  std::reverse(blocks.begin(), blocks.end());
  return ModelInput::of_batch(gather_rows(whole.features(), reached), static_cast<Index>(nodes.size()),
                              std::move(blocks));
}

ModelInput NodeBatches::with_paths(const ModelInput& whole, std::span<const NodeId> nodes, Index epoch) const {
  const Rng rng = Rng(options_.seed).split("paths").split(static_cast<std::uint64_t>(epoch));
  PositionBatch batch = whole.position().batch(nodes, options_.path_fan_out, rng);
  return ModelInput::of_path_batch(gather_rows(whole.features(), batch.nodes), std::move(batch.position));
}

}  // namespace cairn
