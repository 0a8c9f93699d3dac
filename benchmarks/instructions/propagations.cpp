#include <fmt/format.h>

#include <utility>
#include <vector>

#include "benchmarks/instructions/counted_kernel.h"
#include "benchmarks/random_inputs.h"
#include "kernels/attention.h"
#include "kernels/dense.h"
#include "kernels/propagation.h"

namespace cairn::benchmarks {

namespace {

constexpr Index nodes = 500;
constexpr Index arcs = 5000;

KernelRun propagate(Index width) {
  Rng rng(1);
  return [graph = random_propagation(nodes, arcs, rng), x = random_tensor({nodes, width}, rng)] {
    kernels::propagate(graph, x);
  };
}

KernelRun propagate_back(Index width) {
  Rng rng(1);
  return [graph = random_propagation(nodes, arcs, rng), y = random_tensor({nodes, width}, rng),
          x = Tensor({nodes, width})]() mutable { kernels::add_propagated_back(graph, y, x); };
}

KernelRun sparse_product(Index width) {
  Rng rng(2);
  return [a = random_sparse(300, 200, 6000, rng), b = random_tensor({200, width}, rng)] { kernels::matmul(a, b); };
}

KernelRun sparse_product_transposed(Index width) {
  Rng rng(2);
  return [a = random_sparse(300, 200, 6000, rng), u = random_tensor({300, width}, rng),
          c = Tensor({200, width})]() mutable { kernels::add_matmul_at(a, u, c); };
}

/// Graph attention with dropout of its weights.
struct Attention {
  Propagation graph;
  Tensor x;
  Tensor source_score;
  Tensor target_score;
  Tensor upstream;
  kernels::EdgeAttention options;
  kernels::AttentionTables tables = {};
};

Attention attention(Index heads, Index head_width) {
  Rng rng(3);
  const Index width = heads * head_width;
  return {random_propagation(nodes, arcs, rng), random_tensor({nodes, width}, rng),
          random_tensor({nodes, heads}, rng),   random_tensor({nodes, heads}, rng),
          random_tensor({nodes, width}, rng),   {.heads = heads, .dropout_rate = Real(0.6), .dropout_key = 7}};
}

KernelRun attend(Index heads, Index head_width) {
  return [a = attention(heads, head_width)]() mutable {
    kernels::attend(a.graph, a.x, a.source_score, a.target_score, a.options, &a.tables);
  };
}

KernelRun attend_gradients(Index heads, Index head_width) {
  Attention a = attention(heads, head_width);
  kernels::attend(a.graph, a.x, a.source_score, a.target_score, a.options, &a.tables);
  return [a, x = Tensor(a.x.shape()), source = Tensor(a.source_score.shape()),
          target = Tensor(a.target_score.shape())]() mutable {
    kernels::add_attend_gradients(a.graph, a.x, a.source_score, a.target_score, a.options, a.tables, a.upstream,
                                  {.x = &x, .source_score = &source, .target_score = &target});
  };
}

}  // namespace

std::vector<CountedKernel> counted_propagations() {
  std::vector<CountedKernel> all;
  for (const Index width : {16, 32, 64, 128}) {
    all.push_back({fmt::format("propagate-{}", width), true, [=] { return propagate(width); }});
    all.push_back({fmt::format("propagate-back-{}", width), true, [=] { return propagate_back(width); }});
  }
  for (const Index width : {16, 64}) {
    all.push_back({fmt::format("sparse-product-{}", width), true, [=] { return sparse_product(width); }});
    all.push_back(
        {fmt::format("sparse-product-transposed-{}", width), true, [=] { return sparse_product_transposed(width); }});
  }
  for (const auto& [heads, width] : {std::pair<Index, Index>{8, 8}, {1, 7}}) {
    const auto of_heads = [heads = heads, width = width](KernelRun (*make)(Index, Index)) {
      return [=] { return make(heads, width); };
    };
    all.push_back({fmt::format("attend-{}x{}", heads, width), true, of_heads(attend)});
    all.push_back({fmt::format("attend-gradients-{}x{}", heads, width), true, of_heads(attend_gradients)});
  }
  return all;
}

}  // namespace cairn::benchmarks
