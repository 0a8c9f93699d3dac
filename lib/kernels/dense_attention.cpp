#include "kernels/dense_attention.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/error.h"
#include "core/parallel.h"
#include "kernels/dense.h"
#include "kernels/elementwise.h"
#include "kernels/shape_check.h"

namespace cairn::kernels {

namespace {

using Nodes = std::vector<NodeId>;

/// The columns of a head, of the nodes of a block: [n, width].
Tensor part_of(const Tensor& x, const Nodes& nodes, Index head, Index width) {
  Tensor part = Tensor::uninitialized(Shape{static_cast<Index>(nodes.size()), width});
  Real* to = part.data();
  for (const NodeId u : nodes) to = std::copy_n(x.data() + u * x.columns() + head * width, width, to);
  return part;
}

/// x[u, columns of the head] += part, for the nodes of a block.
void add_part(const Tensor& part, const Nodes& nodes, Index head, Tensor& x) {
  const Real* from = part.data();
  for (const NodeId u : nodes) {
    Real* const to = x.data() + u * x.columns() + head * part.columns();
    for (Index d = 0; d < part.columns(); ++d) to[d] += *from++;
  }
}

Real logit_scale(Index width) {
  return width == 0 ? Real(0) : static_cast<Real>(1 / std::sqrt(static_cast<double>(width)));
}

/// work(block, nodes) for all blocks that have nodes. Several go in parallel, each on one thread; one alone leaves the
/// threads to its products. Blocks share no node, so nobody adds to another's rows.
template <class Work>
void each_block(const AttentionBlocks& blocks, const Work& work) {
  const auto count = static_cast<Index>(blocks.nodes.size());
  const auto run = [&](Index begin, Index end) {
    for (Index b = begin; b < end; ++b) {
      const Nodes& nodes = blocks.nodes[static_cast<std::size_t>(b)];
      if (!nodes.empty()) work(b, nodes);
    }
  };
  if (count == 1) {
    run(0, 1);
  } else {
    parallel_blocks(count, 1, run);
  }
}

void check_fit(const AttentionBlocks& blocks, Index heads, const Tensor& query, const Tensor& key,
               const Tensor& value) {
  require_matrix("dense_attend", query);
  require_matrix("dense_attend", key);
  require_matrix("dense_attend", value);
  require_fit(query.shape() == key.shape(), "dense_attend", query, key);
  require_fit(query.rows() == value.rows() && query.rows() == blocks.node_count, "dense_attend", query, value);
  if (heads < 1 || query.columns() % heads != 0 || value.columns() % heads != 0) {
    throw ShapeError(fmt::format("dense_attend: {} and {} do not divide into {} heads", to_string(query.shape()),
                                 to_string(value.shape()), heads));
  }
}

}  // namespace

AttentionBlocks attention_blocks(Index node_count, std::span<const std::int32_t> graph_of_node) {
  AttentionBlocks blocks{.node_count = node_count, .nodes = {}};
  if (!graph_of_node.empty() && static_cast<Index>(graph_of_node.size()) != node_count) {
    throw ShapeError(fmt::format("attention: graphs of {} nodes do not fit {}", graph_of_node.size(), node_count));
  }
  const bool one = graph_of_node.empty();
  if (!one && *std::min_element(graph_of_node.begin(), graph_of_node.end()) < 0) {
    throw ShapeError("attention: the number of a graph is negative");
  }
  const auto count =
      one ? 1 : static_cast<std::size_t>(*std::max_element(graph_of_node.begin(), graph_of_node.end())) + 1;
  blocks.nodes.resize(count);
  for (Index u = 0; u < node_count; ++u) {
    const auto graph = one ? 0 : static_cast<std::size_t>(graph_of_node[static_cast<std::size_t>(u)]);
    blocks.nodes[graph].push_back(static_cast<NodeId>(u));
  }
  for (std::size_t graph = 0; graph < count; ++graph) {
    if (static_cast<Index>(blocks.nodes[graph].size()) <= AttentionBlocks::most_nodes) continue;
    throw UsageError(fmt::format("dense attention: expected at most {} nodes a graph, found {} in graph {}",
                                 AttentionBlocks::most_nodes, blocks.nodes[graph].size(), graph));
  }
  return blocks;
}

Tensor dense_attend(const AttentionBlocks& blocks, Index heads, const Tensor& query, const Tensor& key,
                    const Tensor& value, std::vector<Tensor>& weights) {
  check_fit(blocks, heads, query, key, value);
  const Index width = query.columns() / heads;
  Tensor y(value.shape());
  weights.assign(blocks.nodes.size() * static_cast<std::size_t>(heads), Tensor());
  each_block(blocks, [&](Index block, const Nodes& nodes) {
    const auto n = static_cast<Index>(nodes.size());
    for (Index h = 0; h < heads; ++h) {
      Tensor logits = Tensor::uninitialized(Shape{n, n});
      Tensor queries = part_of(query, nodes, h, width);
      for (Real& q : queries.values()) q *= logit_scale(width);  // n d values, where the logits are n^2
      add_matmul_bt(queries, part_of(key, nodes, h, width), logits, Store::write);
      softmax_rows(logits, logits);
      add_part(matmul(logits, part_of(value, nodes, h, value.columns() / heads)), nodes, h, y);
      weights[static_cast<std::size_t>(block * heads + h)] = std::move(logits);
    }
  });
  return y;
}

void add_dense_attend_gradients(const AttentionBlocks& blocks, Index heads, const Tensor& query, const Tensor& key,
                                const Tensor& value, const std::vector<Tensor>& weights, const Tensor& upstream,
                                Tensor* query_gradient, Tensor* key_gradient, Tensor* value_gradient) {
  const Index width = query.columns() / heads;
  const Index value_width = value.columns() / heads;
  each_block(blocks, [&](Index block, const Nodes& nodes) {
    const auto n = static_cast<Index>(nodes.size());
    for (Index h = 0; h < heads; ++h) {
      const Tensor& alpha = weights[static_cast<std::size_t>(block * heads + h)];
      const Tensor u = part_of(upstream, nodes, h, value_width);
      if (value_gradient != nullptr) {
        Tensor part(Shape{n, value_width});
        add_matmul_at(alpha, u, part);
        add_part(part, nodes, h, *value_gradient);
      }
      if (query_gradient == nullptr && key_gradient == nullptr) continue;
      Tensor of_weights = Tensor::uninitialized(Shape{n, n});
      add_matmul_bt(u, part_of(value, nodes, h, value_width), of_weights, Store::write);
      Tensor of_logits(Shape{n, n});
      add_softmax_gradient(alpha, of_weights, of_logits);
      const auto scaled = [&](Tensor part) {
        for (Real& g : part.values()) g *= logit_scale(width);
        return part;
      };
      if (query_gradient != nullptr) {
        add_part(scaled(matmul(of_logits, part_of(key, nodes, h, width))), nodes, h, *query_gradient);
      }
      if (key_gradient != nullptr) {
        Tensor part(Shape{n, width});
        add_matmul_at(of_logits, part_of(query, nodes, h, width), part);
        add_part(scaled(std::move(part)), nodes, h, *key_gradient);
      }
    }
  });
}

}  // namespace cairn::kernels
