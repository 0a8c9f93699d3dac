#include "kernels/path_walk.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <span>

namespace cairn::kernels::paths {

Walk::Walk(const PathPlan& p, PathCell c, PathAggregate a, const PathCellInputs& in)
    : plan(p), cell(c), aggregate(a), inputs(in), depth(in.weight.rows()), gates(gate_count(c) * depth) {
  const auto require = [](bool holds, const char* what, const Tensor& found) {
    if (!holds) throw ShapeError(fmt::format("path pass: {} {}", what, to_string(found.shape())));
  };
  require(in.weight.columns() == gates, "weight", in.weight);
  require(in.start.rows() == plan.node_count && in.start.columns() == depth, "start", in.start);
  require(in.node_input.rows() == plan.node_count && in.node_input.columns() == gates, "node input", in.node_input);
  require(in.channel_weight.size() == gates, "channel weight", in.channel_weight);
  require(in.unreached.size() == depth, "unreached", in.unreached);
  if (!with_siblings()) return;
  require(in.own_weight.rows() == depth && in.own_weight.columns() == depth, "own weight", in.own_weight);
  require(in.sibling_weight.rows() == depth && in.sibling_weight.columns() == depth, "sibling weight",
          in.sibling_weight);
  require(in.sibling_bias.size() == depth, "sibling bias", in.sibling_bias);
  if (plan.sibling_offsets.empty()) throw ShapeError("path pass: a sibling step, but the plan lists no siblings");
}

Real Walk::share(Index item) const {
  const auto at = static_cast<std::size_t>(item);
  const auto count = static_cast<Real>(plan.predecessor_offsets[at + 1] - plan.predecessor_offsets[at]);
  const auto total = plan.predecessor_totals.empty() ? count : static_cast<Real>(plan.predecessor_totals[at]);
  switch (aggregate) {
    case PathAggregate::mean:
      return 1 / count;
    case PathAggregate::sum:
      return plan.predecessor_totals.empty() ? Real(1) : total / count;
    case PathAggregate::scaled_sum:
      return std::log2(1 + total) / count;
    default:
      return 1;
  }
}

void Walk::sum_rows(const std::vector<std::int64_t>& offsets, const std::vector<std::int32_t>& listed, const Tensor& x,
                    Index begin, Index end, Real* sums) const {
  const auto own =
      std::span(offsets).subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin) + 1);
  row_sums({.offsets = own, .ids = listed}, source_rows(x), {sums, x.columns()});
}

void Walk::aggregates(const Tensor& states, Index begin, Index end, Real* m, std::int32_t* winners) const {
  if (aggregate != PathAggregate::max) {
    sum_rows(plan.predecessor_offsets, plan.predecessors, states, begin, end, m);
    for (Index item = begin; item < end; ++item) {
      const Real factor = share(item);
      Real* const to = m + (item - begin) * depth;
      for (Index d = 0; d < depth; ++d) to[d] *= factor;
    }
    return;
  }
  for (Index item = begin; item < end; ++item) {
    const auto at = static_cast<std::size_t>(item);
    Real* const to = m + (item - begin) * depth;
    std::int32_t* const winner = winners == nullptr ? nullptr : winners + row(item) * depth;
    for (auto k = plan.predecessor_offsets[at]; k < plan.predecessor_offsets[at + 1]; ++k) {
      const std::int32_t other = plan.predecessors[static_cast<std::size_t>(k)];
      const Real* const from = states.row(other).data();
      const bool first = k == plan.predecessor_offsets[at];
      for (Index d = 0; d < depth; ++d) {
        if (!first && !(from[d] > to[d])) continue;
        to[d] = from[d];
        if (winner != nullptr) winner[d] = other;
      }
    }
  }
}

void Walk::add_inputs(Index begin, Index end, Real* a) const {
  const Real* const weight = inputs.channel_weight.data();
  for (Index item = begin; item < end; ++item) {
    const Real* const from = inputs.node_input.row(node(item)).data();
    const Real channel = plan.channel[static_cast<std::size_t>(item)];
    Real* const to = a + (item - begin) * gates;
    for (Index d = 0; d < gates; ++d) to[d] += from[d] + channel * weight[d];
  }
}

void Walk::sibling_means(const Tensor& x, Index begin, Index end, Real* s) const {
  sum_rows(plan.sibling_offsets, plan.siblings, x, begin, end, s);
  for (Index item = begin; item < end; ++item) {
    const Real factor = 1 / static_cast<Real>(std::max<Index>(sibling_count(item), 1));
    Real* const to = s + (item - begin) * depth;
    for (Index d = 0; d < depth; ++d) to[d] *= factor;
  }
}

ChunkItems::ChunkItems(const Walk& walk, Index begin, Index end) : walk_(walk), begin_(begin), count_(end - begin) {
  const PathPlan& plan = walk.plan;
  if (!plan.nodes.empty()) {
    nodes_ = plan.nodes.data() + begin;
  } else if (plan.slot_count == 1) {
    nodes_ = plan.rows.data() + begin;
  } else {
    worked_out_nodes_.reserve(static_cast<std::size_t>(count_));
    for (Index item = begin; item < end; ++item) {
      worked_out_nodes_.push_back(static_cast<std::int32_t>(walk.node(item)));
    }
    nodes_ = worked_out_nodes_.data();
  }
  shares_.resize(static_cast<std::size_t>(count_));
  if (walk.aggregate == PathAggregate::mean) {  // what compilers make vectors of
    const std::int64_t* const offsets = plan.predecessor_offsets.data() + begin;
    for (Index i = 0; i < count_; ++i) {
      shares_[static_cast<std::size_t>(i)] =
          1 / static_cast<Real>(static_cast<std::int32_t>(offsets[i + 1] - offsets[i]));
    }
  } else {
    for (Index i = 0; i < count_; ++i) shares_[static_cast<std::size_t>(i)] = walk.share(begin + i);
  }
}

PathRows ChunkItems::view() const {
  return {.rows = walk_.plan.rows.data() + begin_,
          .nodes = nodes_,
          .shares = shares_.data(),
          .channel = walk_.plan.channel.data() + begin_,
          .count = count_,
          .width = walk_.depth,
          .rectified = walk_.cell == PathCell::affine};
}

Tensor chunk_rows(Index rows, Index width) {
  constexpr std::uint64_t fewest = 16;
  const std::uint64_t rounded = std::bit_ceil(std::max(static_cast<std::uint64_t>(rows), fewest));
  return Tensor::uninitialized(Shape{static_cast<Index>(rounded), width});
}

PackedMatrix::PackedMatrix(const Tensor& b, bool transposed)
    : inner_(transposed ? b.columns() : b.rows()), width_(transposed ? b.rows() : b.columns()) {
  packed_.resize(static_cast<std::size_t>(vector_kernels().packed_size(inner_, width_)));
  vector_kernels().pack_columns(b.data(), transposed ? 1 : b.columns(), transposed ? b.columns() : 1, inner_, width_,
                                packed_.data());
}

void PackedMatrix::multiply(const Real* a, Index rows, Real* c, Store store) const {
  vector_kernels().narrow_product(
      {.a = a, .packed_b = packed_.data(), .c = c, .inner = inner_, .width = width_, .store = store}, 0, rows);
}

Gates gates_at(const Real* input, const Real* product, Index depth, Index d) {
  const auto sigmoid = [](Real v) { return 1 / (1 + std::exp(-v)); };
  const Real r = sigmoid(input[d] + product[d]);
  const Real z = sigmoid(input[depth + d] + product[depth + d]);
  return {r, z, std::tanh(input[2 * depth + d] + r * product[2 * depth + d])};
}

namespace {
/// Shares are multiplied into the products, which spares a pass over the sums.
void ungated_chunk(const Walk& walk, const PackedMatrix& weight, const Tensor& states, Tensor& to, Index begin,
                   Index end) {
  Tensor m = chunk_rows(end - begin, walk.depth);
  Tensor product = chunk_rows(end - begin, walk.depth);
  if (walk.aggregate == PathAggregate::max) {
    walk.aggregates(states, begin, end, m.data());
  } else {
    walk.sum_rows(walk.plan.predecessor_offsets, walk.plan.predecessors, states, begin, end, m.data());
  }
  weight.multiply(m.data(), end - begin, product.data());
  const ChunkItems items(walk, begin, end);
  vector_kernels().path_cells(items.view(), product.data(), walk.inputs.node_input.data(),
                              walk.inputs.channel_weight.data(), to.data());
}
}  // namespace

void cell_level(const Walk& walk, const PackedMatrix& weight, Index level, const Tensor& states, Tensor& to) {
  const Index depth = walk.depth;
  walk.each_chunk(level, [&](Index, Index begin, Index end) {
    if (walk.cell != PathCell::gated) return ungated_chunk(walk, weight, states, to, begin, end);
    const Index count = end - begin;
    Tensor m = chunk_rows(count, depth);
    Tensor a = chunk_rows(count, walk.gates);
    walk.aggregates(states, begin, end, m.data());
    weight.multiply(m.data(), count, a.data());
    Tensor input = chunk_rows(count, walk.gates);
    std::fill_n(input.data(), count * walk.gates, Real(0));
    walk.add_inputs(begin, end, input.data());
    for (Index item = begin; item < end; ++item) {
      const Index i = item - begin;
      Real* const h = to.row(walk.row(item)).data();
      for (Index d = 0; d < depth; ++d) {
        const Gates g = gates_at(input.row(i).data(), a.row(i).data(), depth, d);
        h[d] = (1 - g.z) * g.c + g.z * m.at(i, d);
      }
    }
  });
}

}  // namespace cairn::kernels::paths
