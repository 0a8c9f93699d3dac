#include "graph/compressed_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>

#include "core/error.h"
#include "core/large_pages.h"
#include "core/parallel.h"
#include "graph/graph.h"

namespace cairn {

namespace {

constexpr Index bucket_arcs = Index{1} << 16;  // keys and scratch of one bucket: half a megabyte, within a core's cache
constexpr Index most_buckets = 1024;           // more write streams at once would miss in the page tables
constexpr Index most_chunks = 256;
constexpr int digit_bits = 11;  // 2048 counters: they stay in the nearest cache

struct ColumnEdges {
  std::span<const NodeId> sources;
  std::span<const NodeId> targets;
  std::span<const Real> weights;

  Index size() const { return static_cast<Index>(sources.size()); }
  NodeId source(Index i) const { return sources[static_cast<std::size_t>(i)]; }
  NodeId target(Index i) const { return targets[static_cast<std::size_t>(i)]; }
  Real weight(Index i) const { return weights.empty() ? Real(1) : weights[static_cast<std::size_t>(i)]; }
};

struct ListedEdges {
  std::span<const Edge> edges;

  Index size() const { return static_cast<Index>(edges.size()); }
  NodeId source(Index i) const { return edges[static_cast<std::size_t>(i)].source; }
  NodeId target(Index i) const { return edges[static_cast<std::size_t>(i)].target; }
  Real weight(Index i) const { return edges[static_cast<std::size_t>(i)].weight; }
};

/// How the work is cut: a function of the sizes alone.
struct Plan {
  Index node_count = 0;
  int target_bits = 0;  // of a node id
  int row_bits = 0;     // a bucket is 2^row_bits rows
  Index bucket_count = 0;
  Index chunk_edges = 0;
  Index chunk_count = 0;

  Index bucket_of(NodeId node) const { return node >> row_bits; }
  Index first_row(Index bucket) const { return std::min(node_count, bucket << row_bits); }
};

Plan make_plan(Index node_count, Index edge_count, bool both_directions) {
  Plan plan;
  plan.node_count = node_count;
  plan.target_bits = static_cast<int>(std::bit_width(static_cast<std::uint64_t>(std::max<Index>(node_count - 1, 0))));
  const Index arcs = both_directions ? 2 * edge_count : edge_count;
  const Index wanted = std::clamp<Index>(arcs / bucket_arcs, 1, most_buckets);
  plan.row_bits = plan.target_bits;
  while (plan.row_bits > 0 && ((node_count - 1) >> (plan.row_bits - 1)) < wanted) --plan.row_bits;
  plan.bucket_count = node_count > 0 ? ((node_count - 1) >> plan.row_bits) + 1 : 0;
  plan.chunk_edges = std::max<Index>(bucket_arcs, (edge_count + most_chunks - 1) / most_chunks);
  plan.chunk_count = (edge_count + plan.chunk_edges - 1) / plan.chunk_edges;
  return plan;
}

template <class T>
std::unique_ptr<T[]> scratch(Index size) {
  return std::unique_ptr<T[]>(new T[static_cast<std::size_t>(size)]);  // unlike make_unique, leaves it uninitialized
}

template <class Edges>
void check_ids(const Edges& edges, Index begin, Index end, Index node_count) {
  for (Index i = begin; i < end; ++i) {
    for (const NodeId id : {edges.source(i), edges.target(i)}) {
      if (id < 0 || id >= node_count) {
        throw ShapeError(fmt::format("graph: edge {}: node {} is outside 0 .. {}", i, id, node_count - 1));
      }
    }
  }
}

/// Row and target of each arc as one number, grouped by bucket in the order of the input; weights alongside.
template <class Key>
struct Buckets {
  std::unique_ptr<Key[]> keys;
  std::unique_ptr<Real[]> weights;
  std::vector<EdgeId> starts;  // bucket_count + 1
};

template <class Key, bool weighted, class Edges>
Buckets<Key> partition(const Plan& plan, const Edges& edges, bool both_directions) {
  const auto buckets = static_cast<std::size_t>(plan.bucket_count);
  // Row c: first how many arcs chunk c has for each bucket, then where it writes the next one.
  std::vector<EdgeId> next(static_cast<std::size_t>(plan.chunk_count) * buckets, 0);
  parallel_blocks(edges.size(), plan.chunk_edges, [&](Index begin, Index end) {
    EdgeId* const count = next.data() + static_cast<std::size_t>(begin / plan.chunk_edges) * buckets;
    const auto limit = static_cast<std::uint64_t>(plan.node_count);
    bool in_range = true;
    for (Index i = begin; i < end && in_range; ++i) {
      const NodeId source = edges.source(i);
      const NodeId target = edges.target(i);
      in_range = static_cast<std::uint32_t>(source) < limit && static_cast<std::uint32_t>(target) < limit;
      if (!in_range) break;
      ++count[plan.bucket_of(source)];
      if (both_directions) count[plan.bucket_of(target)] += source != target ? 1 : 0;
    }
    if (!in_range) check_ids(edges, begin, end, plan.node_count);
  });

  Buckets<Key> result;
  result.starts.assign(buckets + 1, 0);
  EdgeId position = 0;
  for (std::size_t b = 0; b < buckets; ++b) {
    result.starts[b] = position;
    for (std::size_t c = 0; c < static_cast<std::size_t>(plan.chunk_count); ++c) {
      position += std::exchange(next[c * buckets + b], position);
    }
  }
  result.starts[buckets] = position;

  result.keys = scratch<Key>(position);
  if constexpr (weighted) result.weights = scratch<Real>(position);
  const Key row_mask = static_cast<Key>((Key{1} << plan.row_bits) - 1);
  parallel_blocks(edges.size(), plan.chunk_edges, [&](Index begin, Index end) {
    EdgeId* const write = next.data() + static_cast<std::size_t>(begin / plan.chunk_edges) * buckets;
    const auto put = [&](NodeId source, NodeId target, Index i) {
      const EdgeId slot = write[plan.bucket_of(source)]++;
      result.keys[static_cast<std::size_t>(slot)] =
          static_cast<Key>(((static_cast<Key>(source) & row_mask) << plan.target_bits) | static_cast<Key>(target));
      if constexpr (weighted) result.weights[static_cast<std::size_t>(slot)] = edges.weight(i);
    };
    for (Index i = begin; i < end; ++i) {
      const NodeId source = edges.source(i);
      const NodeId target = edges.target(i);
      put(source, target, i);
      if (both_directions && source != target) put(target, source, i);
    }
  });
  return result;
}

/// Stable sort of keys (and weights alongside) by their lowest `bits` bits, `digit` at a time, lowest first.
template <class Key, bool weighted>
void radix_sort(Key* keys, Real* weights, Index count, int bits) {
  const int passes = (bits + digit_bits - 1) / digit_bits;
  if (count < 2 || passes == 0) return;
  const int digit = (bits + passes - 1) / passes;
  const auto digits = std::size_t{1} << digit;
  const Key mask = static_cast<Key>(digits - 1);
  const auto spare_keys = scratch<Key>(count);
  const auto spare_weights = scratch<Real>(weighted ? count : 0);
  std::vector<EdgeId> next(static_cast<std::size_t>(passes) * digits, 0);
  for (Index i = 0; i < count; ++i) {
    for (int pass = 0; pass < passes; ++pass) {
      ++next[static_cast<std::size_t>(pass) * digits + static_cast<std::size_t>((keys[i] >> (pass * digit)) & mask)];
    }
  }
  Key* from = keys;
  Key* to = spare_keys.get();
  Real* weights_from = weights;
  Real* weights_to = spare_weights.get();
  for (int pass = 0; pass < passes; ++pass) {
    EdgeId* const write = next.data() + static_cast<std::size_t>(pass) * digits;
    const int shift = pass * digit;
    if (write[static_cast<std::size_t>((from[0] >> shift) & mask)] == count) continue;  // all alike: nothing to move
    EdgeId position = 0;
    for (std::size_t d = 0; d < digits; ++d) position += std::exchange(write[d], position);
    for (Index i = 0; i < count; ++i) {
      const EdgeId slot = write[static_cast<std::size_t>((from[i] >> shift) & mask)]++;
      to[slot] = from[i];
      if constexpr (weighted) weights_to[slot] = weights_from[i];
    }
    std::swap(from, to);
    std::swap(weights_from, weights_to);
  }
  if (from != keys) {
    std::copy_n(from, count, keys);
    if constexpr (weighted) std::copy_n(weights_from, count, weights);
  }
}

template <class Key, bool weighted, class Edges>
CompressedRows build(const Plan& plan, const Edges& edges, bool both_directions) {
  const Buckets<Key> buckets = partition<Key, weighted>(plan, edges, both_directions);
  CompressedRows rows;
  rows.offsets = SharedArray<EdgeId>::uninitialized(plan.node_count + 1);
  const std::span<EdgeId> offsets = rows.offsets.writable();
  std::vector<EdgeId> unique(static_cast<std::size_t>(plan.bucket_count) + 1, 0);
  std::vector<EdgeId> loops(static_cast<std::size_t>(plan.bucket_count), 0);

  // Each bucket is sorted and merged in place; offsets[u + 1] holds the degree of u for now.
  parallel_blocks(plan.bucket_count, 1, [&](Index bucket, Index) {
    const auto b = static_cast<std::size_t>(bucket);
    Key* const keys = buckets.keys.get() + buckets.starts[b];
    Real* const weights = weighted ? buckets.weights.get() + buckets.starts[b] : nullptr;
    const Index count = buckets.starts[b + 1] - buckets.starts[b];
    radix_sort<Key, weighted>(keys, weights, count, plan.target_bits + plan.row_bits);
    const Index first = plan.first_row(bucket);
    EdgeId* const degree = offsets.data() + first + 1;
    std::fill_n(degree, plan.first_row(bucket + 1) - first, 0);
    const Key target_mask = static_cast<Key>((Key{1} << plan.target_bits) - 1);
    EdgeId kept = 0;
    for (Index i = 0; i < count; ++kept) {
      const Key key = keys[i];
      Real weight = weighted ? weights[i] : Real(1);
      for (++i; i < count && keys[i] == key; ++i) {
        if constexpr (weighted) weight += weights[i];
      }
      const auto row = static_cast<Index>(key >> plan.target_bits);
      const auto target = static_cast<Index>(key & target_mask);
      ++degree[row];
      if (first + row == target) ++loops[b];
      keys[kept] = static_cast<Key>(target);
      if constexpr (weighted) weights[kept] = weight;
    }
    unique[b + 1] = kept;
  });

  for (std::size_t b = 0; b + 1 < unique.size(); ++b) unique[b + 1] += unique[b];
  for (const EdgeId count : loops) rows.self_loops += count;
  rows.targets = SharedArray<NodeId>::uninitialized(unique.back());
  if constexpr (weighted) rows.weights = SharedArray<Real>::uninitialized(unique.back());
  offsets[0] = 0;
  parallel_blocks(plan.bucket_count, 1, [&](Index bucket, Index) {
    const auto b = static_cast<std::size_t>(bucket);
    EdgeId position = unique[b];
    for (Index row = plan.first_row(bucket); row < plan.first_row(bucket + 1); ++row) {
      EdgeId& offset = offsets[static_cast<std::size_t>(row) + 1];
      offset = position += offset;
    }
    const Key* const keys = buckets.keys.get() + buckets.starts[b];
    std::transform(keys, keys + (unique[b + 1] - unique[b]), rows.targets.writable().data() + unique[b],
                   [](Key key) { return static_cast<NodeId>(key); });
    if constexpr (weighted) {
      std::copy_n(buckets.weights.get() + buckets.starts[b], unique[b + 1] - unique[b],
                  rows.weights.writable().data() + unique[b]);
    }
    const auto drop = [&](auto* values) {  // keys of all arcs would be twice the size of the targets
      const Index count = buckets.starts[b + 1] - buckets.starts[b];
      release_pages(values + buckets.starts[b], static_cast<std::size_t>(count) * sizeof *values);
    };
    drop(buckets.keys.get());
    if constexpr (weighted) drop(buckets.weights.get());
  });
  return rows;
}

template <class Edges>
CompressedRows choose_and_build(Index node_count, const Edges& edges, const RowOptions& options) {
  if (node_count < 0 || node_count > std::numeric_limits<NodeId>::max()) {
    throw ShapeError(
        fmt::format("graph: {} nodes are outside 0 .. {}", node_count, std::numeric_limits<NodeId>::max()));
  }
  if (node_count == 0) check_ids(edges, 0, edges.size(), 0);
  const Plan plan = make_plan(node_count, edges.size(), options.both_directions);
  const bool narrow = plan.target_bits + plan.row_bits <= 32;  // half the memory, and half the time of each pass
  if (options.weighted) {
    return narrow ? build<std::uint32_t, true>(plan, edges, options.both_directions)
                  : build<std::uint64_t, true>(plan, edges, options.both_directions);
  }
  return narrow ? build<std::uint32_t, false>(plan, edges, options.both_directions)
                : build<std::uint64_t, false>(plan, edges, options.both_directions);
}

}  // namespace

CompressedRows compress_rows(Index node_count, std::span<const NodeId> sources, std::span<const NodeId> targets,
                             std::span<const Real> weights, const RowOptions& options) {
  if (sources.size() != targets.size() || (!weights.empty() && weights.size() != sources.size())) {
    throw ShapeError(
        fmt::format("graph: {} sources, {} targets and {} weights", sources.size(), targets.size(), weights.size()));
  }
  return choose_and_build(node_count, ColumnEdges{sources, targets, weights}, options);
}

CompressedRows compress_rows(Index node_count, std::span<const Edge> edges, const RowOptions& options) {
  return choose_and_build(node_count, ListedEdges{edges}, options);
}

}  // namespace cairn
