#include "kernels/propagation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <mutex>
#include <numeric>
#include <utility>

#include "core/parallel.h"
#include "graph/compressed_rows.h"

namespace cairn {

namespace {

constexpr Index rows_per_block = 8192;

/// Rows of sources that are being built up to a Propagation: those of the graph itself where nothing changes them.
struct Rows {
  SharedArray<EdgeId> offsets;
  SharedArray<NodeId> sources;
  SharedArray<Real> weights;  // none: all 1

  Index count() const { return static_cast<Index>(offsets.values().size()) - 1; }
};

/// Calls visit(v, first, last) for each row v and its arcs first .. last - 1, blocks of rows in parallel.
template <class Visit>
void for_rows(std::span<const EdgeId> offsets, const Visit& visit) {
  parallel_blocks(static_cast<Index>(offsets.size()) - 1, rows_per_block, [&](Index begin, Index end) {
    for (auto v = static_cast<std::size_t>(begin); v < static_cast<std::size_t>(end); ++v) {
      visit(v, static_cast<std::size_t>(offsets[v]), static_cast<std::size_t>(offsets[v + 1]));
    }
  });
}

/// The rows of the graph (already turned so that they hold in-neighbors), shared with it.
Rows as_stored(const Graph& graph) {
  const auto owner = std::make_shared<const Graph>(graph);
  return {{graph.offsets(), owner}, {graph.targets(), owner}, {graph.weights(), owner}};
}

/// The same, each row with its own node at its place in order.
Rows with_self_loops(const Graph& graph, bool keep_weights) {
  const auto before = graph.offsets();
  const auto sources = graph.targets();
  const auto weights = graph.weights();
  keep_weights = keep_weights && !weights.empty();
  Rows rows;
  rows.offsets = SharedArray<EdgeId>::uninitialized(graph.node_count() + 1);
  const std::span<EdgeId> offsets = rows.offsets.writable();
  offsets[0] = 0;
  for_rows(before, [&](std::size_t v, std::size_t first, std::size_t last) {
    const auto row = sources.subspan(first, last - first);
    const bool found = std::binary_search(row.begin(), row.end(), static_cast<NodeId>(v));
    offsets[v + 1] = static_cast<EdgeId>(row.size()) + (found ? 0 : 1);
  });
  std::partial_sum(offsets.begin(), offsets.end(), offsets.begin());
  rows.sources = SharedArray<NodeId>::uninitialized(offsets.back());
  if (keep_weights) rows.weights = SharedArray<Real>::uninitialized(offsets.back());
  const std::span<NodeId> new_sources = rows.sources.writable();
  const std::span<Real> new_weights = rows.weights.writable();
  for_rows(before, [&](std::size_t v, std::size_t first, std::size_t last) {
    const auto self = static_cast<NodeId>(v);
    const auto place = static_cast<std::size_t>(std::lower_bound(sources.begin() + static_cast<Index>(first),
                                                                 sources.begin() + static_cast<Index>(last), self) -
                                                sources.begin());
    const auto copy = [&](auto from, auto to, auto value_of_self) {
      auto next = std::copy(from.begin() + static_cast<Index>(first), from.begin() + static_cast<Index>(place),
                            to.begin() + offsets[v]);
      if (place == last || sources[place] != self) *next++ = value_of_self;
      std::copy(from.begin() + static_cast<Index>(place), from.begin() + static_cast<Index>(last), next);
    };
    copy(sources, new_sources, self);
    if (keep_weights) copy(weights, new_weights, Real(1));
  });
  return rows;
}

/// D: the sum of the weights in each row, in double.
std::vector<double> row_weight_sums(const Rows& rows) {
  std::vector<double> sums(static_cast<std::size_t>(rows.count()), 0);
  const auto weights = rows.weights.values();
  for_rows(rows.offsets.values(), [&](std::size_t v, std::size_t first, std::size_t last) {
    const auto row = weights.empty() ? weights : weights.subspan(first, last - first);
    sums[v] = weights.empty() ? static_cast<double>(last - first) : std::accumulate(row.begin(), row.end(), 0.0);
  });
  return sums;
}

/// Multiplies the weight of every arc (u, v) by from[u] * to[v]; an empty `from` stands for ones.
void scale(Rows& rows, const std::vector<double>& from, const std::vector<double>& to) {
  const auto sources = rows.sources.values();
  const auto weights = rows.weights.values();
  auto scaled = SharedArray<Real>::uninitialized(static_cast<Index>(sources.size()));
  const std::span<Real> result = scaled.writable();
  for_rows(rows.offsets.values(), [&](std::size_t v, std::size_t first, std::size_t last) {
    for (std::size_t k = first; k < last; ++k) {
      const double source_factor = from.empty() ? 1 : from[static_cast<std::size_t>(sources[k])];
      // The factors first: both arcs of an edge then get the same bits.
      result[k] = static_cast<Real>((weights.empty() ? Real(1) : weights[k]) * (source_factor * to[v]));
    }
  });
  rows.weights = std::move(scaled);
}

void normalize_mean(Rows& rows) {
  std::vector<double> factors = row_weight_sums(rows);
  for (double& factor : factors) factor = factor == 0 ? 0 : 1 / factor;
  scale(rows, {}, factors);
}

void normalize_symmetric(Rows& rows) {
  std::vector<double> factors = row_weight_sums(rows);
  for (std::size_t v = 0; v < factors.size(); ++v) {
    if (factors[v] < 0) {
      throw NumericError(fmt::format("symmetric normalization: the weights into node {} add to {}; expected 0 or more",
                                     v, factors[v]));
    }
    factors[v] = factors[v] == 0 ? 0 : 1 / std::sqrt(factors[v]);
  }
  scale(rows, factors, factors);
}

}  // namespace

struct Propagation::Data {
  Index source_count = 0;
  Rows rows{SharedArray<EdgeId>(std::vector<EdgeId>{0}), {}, {}};
  bool is_symmetric = false;  // its own transpose
  mutable std::once_flag transposed_once;
  mutable Rows transposed;  // of sources, holding targets
  mutable std::once_flag arcs_once;
  mutable SharedArray<EdgeId> transposed_arcs;
};

struct Propagation::Kept {
  Tensor x;  // held, so that no other tensor ever lies where it does
  std::once_flag once;
  Tensor product;
};

namespace {

/// visit(slot, v, k): arc k, which leads into v, has place `slot` among the rows of sources that start at `starts`.
template <class Visit>
void for_transposed(const Propagation& propagation, std::span<const EdgeId> starts, const Visit& visit) {
  std::vector<EdgeId> next(starts.begin(), starts.end() - 1);
  const auto offsets = propagation.offsets();
  const auto sources = propagation.sources();
  for (std::size_t v = 0; v + 1 < offsets.size(); ++v) {
    for (auto k = static_cast<std::size_t>(offsets[v]); k < static_cast<std::size_t>(offsets[v + 1]); ++k) {
      visit(static_cast<std::size_t>(next[static_cast<std::size_t>(sources[k])]++), v, k);
    }
  }
}

Rows transposed_rows(const Propagation& propagation) {
  const auto weights = propagation.weights();
  std::vector<EdgeId> offsets(static_cast<std::size_t>(propagation.source_count()) + 1, 0);
  for (const NodeId u : propagation.sources()) ++offsets[static_cast<std::size_t>(u) + 1];
  std::partial_sum(offsets.begin(), offsets.end(), offsets.begin());
  Rows rows;
  rows.offsets = SharedArray<EdgeId>(std::move(offsets));
  rows.sources = SharedArray<NodeId>::uninitialized(propagation.arc_count());
  if (!weights.empty()) rows.weights = SharedArray<Real>::uninitialized(propagation.arc_count());
  const auto targets = rows.sources.writable();
  const auto target_weights = rows.weights.writable();
  for_transposed(propagation, rows.offsets.values(), [&](std::size_t slot, std::size_t v, std::size_t k) {
    targets[slot] = static_cast<NodeId>(v);
    if (!weights.empty()) target_weights[slot] = weights[k];
  });
  return rows;
}

}  // namespace

Propagation::Propagation() : data_(std::make_shared<const Data>()) {}

Propagation::Propagation(Index source_count, Index target_count, std::vector<EdgeId> offsets,
                         std::vector<NodeId> sources, std::vector<Real> weights) {
  if (target_count < 0 || static_cast<Index>(offsets.size()) != target_count + 1 || offsets.front() != 0 ||
      offsets.back() != static_cast<EdgeId>(sources.size()) || !std::is_sorted(offsets.begin(), offsets.end())) {
    throw ShapeError(fmt::format("propagation: {} offsets do not fit {} targets and {} arcs", offsets.size(),
                                 target_count, sources.size()));
  }
  if (!weights.empty() && weights.size() != sources.size()) {
    throw ShapeError(fmt::format("propagation: {} weights do not fit {} arcs", weights.size(), sources.size()));
  }
  for (std::size_t v = 0; v + 1 < offsets.size(); ++v) {
    NodeId last = -1;
    for (auto k = offsets[v]; k < offsets[v + 1]; ++k) {
      const NodeId u = sources[static_cast<std::size_t>(k)];
      if (u < 0 || u >= source_count) {
        throw ShapeError(fmt::format("propagation: row {}: source {} is not below {}", v, u, source_count));
      }
      if (u < last) throw ShapeError(fmt::format("propagation: row {}: source {} follows {}", v, u, last));
      last = u;
    }
  }
  auto data = std::make_shared<Data>();
  data->source_count = source_count;
  data->rows = {SharedArray<EdgeId>(std::move(offsets)), SharedArray<NodeId>(std::move(sources)),
                SharedArray<Real>(std::move(weights))};
  data_ = std::move(data);
}

Propagation Propagation::from_graph(const Graph& graph, Normalization normalization) {
  const Graph turned = graph.directed() ? graph.reversed() : graph;  // rows of in-neighbors
  Rows rows;
  switch (normalization) {
    case Normalization::sum:
      rows = as_stored(turned);
      break;
    case Normalization::mean:
      rows = as_stored(turned);
      normalize_mean(rows);
      break;
    case Normalization::self_loops:
      rows = with_self_loops(turned, false);
      break;
    case Normalization::symmetric:
      rows = as_stored(turned);
      normalize_symmetric(rows);
      break;
    case Normalization::symmetric_self_loops:
      rows = with_self_loops(turned, true);
      normalize_symmetric(rows);
      break;
  }
  auto data = std::make_shared<Data>();
  data->source_count = graph.node_count();
  data->rows = std::move(rows);
  data->is_symmetric = !graph.directed() && normalization != Normalization::mean;
  Propagation result;  // of rows that the graph has checked
  result.data_ = std::move(data);
  return result;
}

Propagation Propagation::keeping(Tensor x) const {
  Propagation result = *this;
  result.kept_ = std::make_shared<Kept>();
  result.kept_->x = std::move(x);
  return result;
}

bool Propagation::keeps(const Tensor& x) const {
  return kept_ != nullptr && x.data() == kept_->x.data() && x.shape() == kept_->x.shape();
}

Tensor kernels::propagate_constant(const Propagation& propagation, const Tensor& x) {
  if (!propagation.keeps(x)) return propagate(propagation, x);
  Propagation::Kept* const kept = propagation.kept_.get();
  std::call_once(kept->once, [&] { kept->product = propagate(propagation, x); });
  return kept->product;
}

Index Propagation::source_count() const { return data_->source_count; }
Index Propagation::target_count() const { return data_->rows.count(); }
Index Propagation::arc_count() const { return static_cast<Index>(sources().size()); }
std::span<const EdgeId> Propagation::offsets() const { return data_->rows.offsets.values(); }
std::span<const NodeId> Propagation::sources() const { return data_->rows.sources.values(); }
std::span<const Real> Propagation::weights() const { return data_->rows.weights.values(); }

Propagation::Transposed Propagation::transposed() const {
  std::call_once(data_->transposed_once,
                 [this] { data_->transposed = data_->is_symmetric ? data_->rows : transposed_rows(*this); });
  const Rows& rows = data_->transposed;
  return {rows.offsets.values(), rows.sources.values(), rows.weights.values()};
}

std::span<const EdgeId> Propagation::transposed_arcs() const {
  std::call_once(data_->arcs_once, [this] {
    auto arcs = SharedArray<EdgeId>::uninitialized(arc_count());
    const auto places = arcs.writable();
    for_transposed(*this, transposed().offsets,
                   [&](std::size_t slot, std::size_t, std::size_t k) { places[slot] = static_cast<EdgeId>(k); });
    data_->transposed_arcs = std::move(arcs);
  });
  return data_->transposed_arcs.values();
}

}  // namespace cairn
