#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "graph/neighbor_sampler.h"
#include "models/model.h"

namespace cairn {

struct BatchOptions {
  Index size = 0;               // nodes of a batch; the last one of an epoch may have fewer
  std::vector<Index> fan_outs;  // neighbors drawn at each hop, from the batch outward; one for all hops; 0: all
  Index path_fan_out = 0;       // predecessors drawn of each pair of a node and an anchor on its paths; 0: all
  std::uint64_t seed = 0;
};

/// Training nodes in batches, each with the part of the graph that a model's layers read for it. All is a function of
/// the seed, the epoch and the batch: which nodes are in it, and which neighbors are drawn; the latter of the epoch,
/// the hop and the node alone, so that a node has the same ones in every batch of an epoch that comes by it. Likewise
/// the predecessors on paths, of the epoch, the node and the anchor's slot.
class NodeBatches {
 public:
  /// form: of the model (Model::batch_form). nodes: to learn from. Throws UsageError unless the size is at least 1, and
  /// for fan-outs that are neither one nor one a layer that reads arcs, of each part that has such layers.
  NodeBatches(BatchForm form, std::span<const NodeId> nodes, BatchOptions options);

  /// Batches of an epoch.
  Index count() const;
  /// The share of an epoch's nodes that a batch holds.
  double share(Index batch) const;
  /// The nodes of a batch, in the order of a permutation that each epoch draws anew; valid until another epoch's are
  /// asked for.
  std::span<const NodeId> nodes(Index epoch, Index batch);
  /// What a model sees of the batch of these nodes. whole: the input of all nodes.
  ModelInput input(const ModelInput& whole, std::span<const NodeId> nodes, Index epoch);

 private:
  Index fan_out(std::size_t hop) const;
  ModelInput input_of(const BatchForm& form, const ModelInput& whole, std::span<const NodeId> nodes, Index epoch);
  ModelInput with_blocks(const BatchForm& form, const ModelInput& whole, std::span<const NodeId> nodes, Index epoch);
  ModelInput with_paths(const ModelInput& whole, std::span<const NodeId> nodes, Index epoch) const;

  BatchForm form_;
  std::vector<NodeId> nodes_;
  BatchOptions options_;
  std::vector<NodeId> order_;  // of the epoch asked for last
  std::optional<Index> epoch_of_order_;
  std::optional<NeighborSampler> sampler_;  // once the number of nodes is known
};

}  // namespace cairn
