#pragma once

#include "kernels/offset_operator.h"
#include "kernels/uniform_operator.h"
#include "nn/kernel_attention.h"

namespace cairn::support {

/// Who hears whom among so many nodes: all alike, which cannot point at anybody.
inline AttentionInput even_attention(Index nodes) {
  return {.op = kernels::uniform_operator(nodes, {}), .graph_of_node = {}, .key_mask = {}};
}

/// A line of so many nodes, which can. While its biases are 0 it says what even_attention() says.
inline AttentionInput line_attention(Index nodes) {
  kernels::OffsetPart line;
  for (Index u = 0; u < nodes; ++u) line.nodes.push_back(static_cast<NodeId>(u));
  line.extents = {nodes};
  return {.op = kernels::offset_operator(nodes, {line}, {.clip = 2}), .graph_of_node = {}, .key_mask = {}};
}

}  // namespace cairn::support
