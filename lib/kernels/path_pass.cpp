#include "kernels/path_pass.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "core/parallel.h"
#include "kernels/vector_kernels.h"

namespace cairn::kernels {

namespace {

constexpr Index chunk_items = 512;  // states of 32 values: 64 KiB, which a core's cache holds beside their neighbors'

/// The plan's lists and a cell's extents, as the loops below want them.
struct Walk {
  const PathPlan& plan;
  PathCell cell;
  PathAggregate aggregate;
  Index depth;  // D
  Index gates;  // G * D

  Walk(const PathPlan& p, PathCell c, PathAggregate a, const PathCellInputs& inputs)
      : plan(p), cell(c), aggregate(a), depth(inputs.weight.rows()), gates(gate_count(c) * depth) {
    const auto require = [](bool holds, const char* what, const Tensor& found) {
      if (!holds) throw ShapeError(fmt::format("path pass: {} {}", what, to_string(found.shape())));
    };
    require(inputs.weight.columns() == gates, "weight", inputs.weight);
    require(inputs.start.rows() == plan.node_count && inputs.start.columns() == depth, "start", inputs.start);
    require(inputs.node_input.rows() == plan.node_count && inputs.node_input.columns() == gates, "node input",
            inputs.node_input);
    require(inputs.channel_weight.size() == gates, "channel weight", inputs.channel_weight);
    require(inputs.unreached.size() == depth, "unreached", inputs.unreached);
  }

  Index row(Index item) const { return plan.rows[static_cast<std::size_t>(item)]; }
  Index node(Index item) const { return row(item) / plan.slot_count; }

  /// Work for each chunk of a level, in parallel: work(chunk within the level, first item, end).
  template <class Work>
  void each_chunk(Index level, Work work) const {
    const Index first = plan.level_chunks[static_cast<std::size_t>(level)];
    const Index count = plan.level_chunks[static_cast<std::size_t>(level) + 1] - first;
    parallel_blocks(count, 1, [&](Index chunk, Index) {
      const auto at = static_cast<std::size_t>(first + chunk);
      work(chunk, plan.chunk_offsets[at], plan.chunk_offsets[at + 1]);
    });
  }

  Index chunk_count(Index level) const {
    return plan.level_chunks[static_cast<std::size_t>(level) + 1] - plan.level_chunks[static_cast<std::size_t>(level)];
  }

  /// What the sum over an item's predecessors is multiplied with.
  Real share(Index item) const {
    const auto at = static_cast<std::size_t>(item);
    const auto count = static_cast<Real>(plan.predecessor_offsets[at + 1] - plan.predecessor_offsets[at]);
    if (aggregate == PathAggregate::sum) return 1;
    return aggregate == PathAggregate::mean ? 1 / count : std::log2(1 + count) / count;
  }

  /// sums [items, D]: of the rows of x [N * K, D] that each item lists.
  void sum_rows(const std::vector<std::int64_t>& offsets, const std::vector<std::int32_t>& listed, const Tensor& x,
                Index begin, Index end, Real* sums) const {
    const auto own =
        std::span(offsets).subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin) + 1);
    row_sums({.offsets = own, .ids = listed}, x.data(), depth, sums, Store::write);
  }

  /// m [items, D]: the aggregates of the items' predecessors.
  void aggregates(const Tensor& states, Index begin, Index end, Real* m) const {
    sum_rows(plan.predecessor_offsets, plan.predecessors, states, begin, end, m);
    for (Index item = begin; item < end; ++item) {
      const Real factor = share(item);
      Real* const to = m + (item - begin) * depth;
      for (Index d = 0; d < depth; ++d) to[d] *= factor;
    }
  }

  /// a [items, G * D] += the items' inputs.
  void add_inputs(const PathCellInputs& inputs, Index begin, Index end, Real* a) const {
    for (Index item = begin; item < end; ++item) {
      const Real* const from = inputs.node_input.row(node(item)).data();
      const Real* const weight = inputs.channel_weight.data();
      const Real channel = plan.channel[static_cast<std::size_t>(item)];
      Real* const to = a + (item - begin) * gates;
      for (Index d = 0; d < gates; ++d) to[d] += from[d] + channel * weight[d];
    }
  }
};

/// A matrix laid out for the narrow product.
class PackedMatrix {
 public:
  PackedMatrix(const Tensor& b, bool transposed)
      : inner_(transposed ? b.columns() : b.rows()), width_(transposed ? b.rows() : b.columns()) {
    packed_.resize(static_cast<std::size_t>(vector_kernels().packed_size(inner_, width_)));
    vector_kernels().pack_columns(b.data(), transposed ? 1 : b.columns(), transposed ? b.columns() : 1, inner_, width_,
                                  packed_.data());
  }

  /// c [rows, width] = a [rows, inner] b.
  void multiply(const Real* a, Index rows, Real* c) const {
    vector_kernels().narrow_product(
        {.a = a, .packed_b = packed_.data(), .c = c, .inner = inner_, .width = width_, .store = Store::write}, 0, rows);
  }

 private:
  Index inner_;
  Index width_;
  std::vector<Real> packed_;
};

Real sigmoid(Real v) { return 1 / (1 + std::exp(-v)); }

/// One item of the gated cell, its gates written over a and m W: a holds a_r + m W_r, a_z + m W_z, a_c and m W_c apart.
struct Gates {
  Real r;
  Real z;
  Real c;
};
Gates gates_at(const Real* input, const Real* product, Index depth, Index d) {
  const Real r = sigmoid(input[d] + product[d]);
  const Real z = sigmoid(input[depth + d] + product[depth + d]);
  return {r, z, std::tanh(input[2 * depth + d] + r * product[2 * depth + d])};
}

}  // namespace

void cut_into_chunks(PathPlan& plan) {
  plan.chunk_offsets.assign(1, 0);
  plan.level_chunks.assign(1, 0);
  for (Index level = 0; level < plan.level_count(); ++level) {
    const std::int64_t level_end = plan.level_offsets[static_cast<std::size_t>(level) + 1];
    for (std::int64_t item = plan.level_offsets[static_cast<std::size_t>(level)]; item < level_end;) {
      std::int64_t end = std::min<std::int64_t>(item + chunk_items, level_end);
      const auto node = [&](std::int64_t i) { return plan.rows[static_cast<std::size_t>(i)] / plan.slot_count; };
      while (end < level_end && node(end) == node(end - 1)) ++end;
      plan.chunk_offsets.push_back(end);
      item = end;
    }
    plan.level_chunks.push_back(static_cast<std::int64_t>(plan.chunk_offsets.size()) - 1);
  }
}

Tensor path_states(const PathPlan& plan, PathCell cell, PathAggregate aggregate, const PathCellInputs& inputs) {
  const Walk walk(plan, cell, aggregate, inputs);
  const Index depth = walk.depth;
  Tensor states = Tensor::uninitialized(Shape{plan.node_count * plan.slot_count, depth});
  parallel_blocks(static_cast<Index>(plan.unreached.size()), block_rows(depth), [&](Index begin, Index end) {
    for (Index i = begin; i < end; ++i) {
      std::copy_n(inputs.unreached.data(), depth, states.row(plan.unreached[static_cast<std::size_t>(i)]).data());
    }
  });
  if (plan.level_count() == 0) return states;
  walk.each_chunk(0, [&](Index, Index begin, Index end) {
    for (Index item = begin; item < end; ++item) {
      std::copy_n(inputs.start.row(walk.node(item)).data(), depth, states.row(walk.row(item)).data());
    }
  });
  const PackedMatrix weight(inputs.weight, false);
  for (Index level = 1; level < plan.level_count(); ++level) {
    walk.each_chunk(level, [&](Index, Index begin, Index end) {
      const Index count = end - begin;
      Tensor m = Tensor::uninitialized(Shape{count, depth});
      Tensor a = Tensor::uninitialized(Shape{count, walk.gates});
      walk.aggregates(states, begin, end, m.data());
      weight.multiply(m.data(), count, a.data());
      if (cell != PathCell::gated) {
        walk.add_inputs(inputs, begin, end, a.data());
        for (Index item = begin; item < end; ++item) {
          const Real* const from = a.data() + (item - begin) * depth;
          Real* const to = states.row(walk.row(item)).data();
          for (Index d = 0; d < depth; ++d) to[d] = cell == PathCell::linear ? from[d] : std::max(from[d], Real(0));
        }
        return;
      }
      Tensor input(a.shape());
      walk.add_inputs(inputs, begin, end, input.data());
      for (Index item = begin; item < end; ++item) {
        const Index i = item - begin;
        Real* const to = states.row(walk.row(item)).data();
        for (Index d = 0; d < depth; ++d) {
          const Gates g = gates_at(input.data() + i * walk.gates, a.data() + i * walk.gates, depth, d);
          to[d] = (1 - g.z) * g.c + g.z * m.at(i, d);
        }
      }
    });
  }
  return states;
}

namespace {

/// Gradients that each chunk of a level leaves, to be added in the order of the chunks.
class ChunkSums {
 public:
  ChunkSums(Index chunks, Index size) : size_(size), sums_(static_cast<std::size_t>(chunks * size), Real(0)) {}
  Real* of(Index chunk) { return sums_.data() + chunk * size_; }
  void add_to(Tensor& total) const {
    for (std::size_t k = 0; k < sums_.size(); ++k) total.data()[k % static_cast<std::size_t>(size_)] += sums_[k];
  }

 private:
  Index size_;
  std::vector<Real> sums_;
};

/// gradient of the items' states: what read-outs left in `gradient` plus what successors hand back: [items, D].
void gather_gradients(const Walk& walk, const Tensor& gradient, Index begin, Index end, Real* to) {
  walk.sum_rows(walk.plan.successor_offsets, walk.plan.successors, gradient, begin, end, to);
  for (Index item = begin; item < end; ++item) {
    const Real* const own = gradient.row(walk.row(item)).data();
    Real* const sum = to + (item - begin) * walk.depth;
    for (Index d = 0; d < walk.depth; ++d) sum[d] += own[d];
  }
}

/// A chunk of items in the backward pass.
struct ChunkGradients {
  Tensor m;        // [items, D], the aggregates again
  Tensor delta;    // [items, G * D], gradient of the inputs
  Tensor product;  // [items, G * D], gradient of m W: delta itself but for the gated cell's third gate
  Tensor direct;   // [items, D], gradient of m beside m W; undefined: none
};

/// upstream: [items, D], gradient of the states.
ChunkGradients ungated_gradients(const Walk& walk, const Tensor& states, const Tensor& upstream, Index begin,
                                 Index end) {
  ChunkGradients chunk;
  chunk.m = Tensor::uninitialized(upstream.shape());
  walk.aggregates(states, begin, end, chunk.m.data());
  chunk.delta = upstream.clone();
  if (walk.cell == PathCell::affine) {
    for (Index item = begin; item < end; ++item) {
      const Real* const h = states.row(walk.row(item)).data();
      Real* const delta = chunk.delta.row(item - begin).data();
      for (Index d = 0; d < walk.depth; ++d) delta[d] = h[d] > 0 ? delta[d] : Real(0);
    }
  }
  chunk.product = chunk.delta;
  return chunk;
}

ChunkGradients gated_gradients(const Walk& walk, const PathCellInputs& inputs, const Tensor& states,
                               const PackedMatrix& weight, const Tensor& upstream, Index begin, Index end) {
  const Index depth = walk.depth;
  const Shape wide{end - begin, walk.gates};
  ChunkGradients chunk;
  chunk.m = Tensor::uninitialized(upstream.shape());
  chunk.delta = Tensor::uninitialized(wide);
  chunk.product = Tensor::uninitialized(wide);
  chunk.direct = Tensor::uninitialized(upstream.shape());
  walk.aggregates(states, begin, end, chunk.m.data());
  Tensor product = Tensor::uninitialized(wide);
  Tensor input(wide);
  weight.multiply(chunk.m.data(), end - begin, product.data());
  walk.add_inputs(inputs, begin, end, input.data());
  for (Index i = 0; i < end - begin; ++i) {
    const Real* const mw = product.row(i).data();
    Real* const delta = chunk.delta.row(i).data();
    Real* const of_product = chunk.product.row(i).data();
    for (Index d = 0; d < depth; ++d) {
      const Gates g = gates_at(input.row(i).data(), mw, depth, d);
      const Real u = upstream.at(i, d);
      const Real of_c = u * (1 - g.z) * (1 - g.c * g.c);
      delta[d] = of_product[d] = of_c * mw[2 * depth + d] * g.r * (1 - g.r);
      delta[depth + d] = of_product[depth + d] = u * (chunk.m.at(i, d) - g.c) * g.z * (1 - g.z);
      delta[2 * depth + d] = of_c;
      of_product[2 * depth + d] = of_c * g.r;
      chunk.direct.at(i, d) = u * g.z;
    }
  }
  return chunk;
}

}  // namespace

void add_path_gradients(const PathPlan& plan, PathCell cell, PathAggregate aggregate, const PathCellInputs& inputs,
                        const Tensor& states, Tensor& gradient, const PathCellGradients& gradients) {
  const Walk walk(plan, cell, aggregate, inputs);
  const Index depth = walk.depth;
  const PackedMatrix weight(inputs.weight, false);
  const PackedMatrix weight_transposed(inputs.weight, true);
  for (Index level = plan.level_count() - 1; level > 0; --level) {
    ChunkSums weight_sums(walk.chunk_count(level), depth * walk.gates);
    ChunkSums channel_sums(walk.chunk_count(level), walk.gates);
    walk.each_chunk(level, [&](Index chunk_number, Index begin, Index end) {
      const Index count = end - begin;
      Tensor upstream = Tensor::uninitialized(Shape{count, depth});
      gather_gradients(walk, gradient, begin, end, upstream.data());
      const ChunkGradients chunk = cell == PathCell::gated
                                       ? gated_gradients(walk, inputs, states, weight, upstream, begin, end)
                                       : ungated_gradients(walk, states, upstream, begin, end);
      if (gradients.weight != nullptr) {
        vector_kernels().add_outer_products(chunk.m.data(), chunk.product.data(), depth, walk.gates,
                                            weight_sums.of(chunk_number), 0, count);
      }
      Tensor& of_m = upstream;
      weight_transposed.multiply(chunk.product.data(), count, of_m.data());
      Real* const channel_sum = channel_sums.of(chunk_number);
      for (Index item = begin; item < end; ++item) {
        const Index i = item - begin;
        const Real* const delta = chunk.delta.row(i).data();
        if (gradients.node_input != nullptr) {
          Real* const to =
              gradients.node_input->row(walk.node(item)).data();  // all of a node's items are in this chunk
          for (Index d = 0; d < walk.gates; ++d) to[d] += delta[d];
        }
        const Real channel = plan.channel[static_cast<std::size_t>(item)];
        for (Index d = 0; d < walk.gates; ++d) channel_sum[d] += channel * delta[d];
        // From here on the item's row holds what each of its predecessors receives.
        Real* const back = gradient.row(walk.row(item)).data();
        const Real factor = walk.share(item);
        for (Index d = 0; d < depth; ++d) {
          back[d] = factor * (of_m.at(i, d) + (chunk.direct.defined() ? chunk.direct.at(i, d) : Real(0)));
        }
      }
    });
    if (gradients.weight != nullptr) weight_sums.add_to(*gradients.weight);
    if (gradients.channel_weight != nullptr) channel_sums.add_to(*gradients.channel_weight);
  }
  if (gradients.start != nullptr && plan.level_count() > 0) {
    walk.each_chunk(0, [&](Index, Index begin, Index end) {
      Tensor upstream = Tensor::uninitialized(Shape{end - begin, depth});
      gather_gradients(walk, gradient, begin, end, upstream.data());
      for (Index item = begin; item < end; ++item) {
        Real* const to = gradients.start->row(walk.node(item)).data();
        for (Index d = 0; d < depth; ++d) to[d] += upstream.at(item - begin, d);
      }
    });
  }
  if (gradients.unreached != nullptr) {
    for (const std::int32_t row : plan.unreached) {  // one thread: a sum in a fixed order
      for (Index d = 0; d < depth; ++d) gradients.unreached->data()[d] += gradient.at(row, d);
    }
  }
}

}  // namespace cairn::kernels
