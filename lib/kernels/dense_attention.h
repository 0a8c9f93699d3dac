#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "tensor/tensor.h"

namespace cairn::kernels {

/// Who attends to whom: nodes of one block see each other and nobody else.
struct AttentionBlocks {
  /// Most nodes of a block: a head of one holds as many numbers squared.
  static constexpr Index most_nodes = 8192;

  Index node_count = 0;
  std::vector<std::vector<NodeId>> nodes;  // of each block, ascending
};

/// A block for each graph of a disjoint union. graph_of_node: [N], or empty for one graph; graphs without nodes have an
/// empty block. Throws UsageError for a graph of more than AttentionBlocks::most_nodes nodes, ShapeError where
/// graph_of_node has neither no value nor N, or a negative one.
AttentionBlocks attention_blocks(Index node_count, std::span<const std::int32_t> graph_of_node);

/// Softmax attention with the whole matrix of weights, by blocks and heads:
///   weights[u, v] = softmax over the v of u's block of <query[u], key[v]> / sqrt(d); y[u] = sum of weights[u, v]
///   value[v].
/// query, key: [N, H d]; value: [N, H m]. Returns [N, H m]. weights: written, a matrix [n, n] for each block and head
/// (block * H + head), kept for the backward pass. Blocks of several run in parallel. Throws ShapeError where rows
/// differ or columns do not divide by heads.
/// Source: Vaswani et al., NIPS 2017, eq. 1.
Tensor dense_attend(const AttentionBlocks& blocks, Index heads, const Tensor& query, const Tensor& key,
                    const Tensor& value, std::vector<Tensor>& weights);

/// Gradients of dense_attend, added to where they are given (null: not wanted). weights as it left them, upstream
/// [N, H m].
void add_dense_attend_gradients(const AttentionBlocks& blocks, Index heads, const Tensor& query, const Tensor& key,
                                const Tensor& value, const std::vector<Tensor>& weights, const Tensor& upstream,
                                Tensor* query_gradient, Tensor* key_gradient, Tensor* value_gradient);

}  // namespace cairn::kernels
