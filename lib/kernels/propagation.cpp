#include "kernels/propagation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <mutex>
#include <numeric>
#include <utility>

namespace cairn {

namespace {

/// Rows of sources that are being built up to a Propagation.
struct Rows {
  std::vector<EdgeId> offsets;
  std::vector<NodeId> sources;
  std::vector<Real> weights;
};

/// The rows of the graph (already turned so that they hold in-neighbors), each with its own node at its place in order.
Rows with_self_loops(const Graph& graph, bool keep_weights) {
  const auto offsets = graph.offsets();
  const auto sources = graph.targets();
  const auto weights = graph.weights();
  keep_weights = keep_weights && !weights.empty();
  Rows rows;
  rows.offsets.reserve(offsets.size());
  rows.offsets.push_back(0);
  rows.sources.reserve(sources.size() + offsets.size());
  if (keep_weights) rows.weights.reserve(sources.size() + offsets.size());
  for (NodeId v = 0; v < graph.node_count(); ++v) {
    bool seen = false;
    const auto add_self = [&] {
      rows.sources.push_back(v);
      if (keep_weights) rows.weights.push_back(1);
      seen = true;
    };
    for (EdgeId k = offsets[static_cast<std::size_t>(v)]; k < offsets[static_cast<std::size_t>(v) + 1]; ++k) {
      const NodeId u = sources[static_cast<std::size_t>(k)];
      if (!seen && u > v) add_self();
      seen = seen || u == v;
      rows.sources.push_back(u);
      if (keep_weights) rows.weights.push_back(weights[static_cast<std::size_t>(k)]);
    }
    if (!seen) add_self();
    rows.offsets.push_back(static_cast<EdgeId>(rows.sources.size()));
  }
  return rows;
}

Rows as_stored(const Graph& graph) {
  return {{graph.offsets().begin(), graph.offsets().end()},
          {graph.targets().begin(), graph.targets().end()},
          {graph.weights().begin(), graph.weights().end()}};
}

/// D: the sum of the weights in each row, in double.
std::vector<double> row_weight_sums(const Rows& rows) {
  std::vector<double> sums(rows.offsets.size() - 1, 0);
  for (std::size_t v = 0; v < sums.size(); ++v) {
    const auto begin = rows.offsets[v];
    const auto end = rows.offsets[v + 1];
    sums[v] = rows.weights.empty() ? static_cast<double>(end - begin)
                                   : std::accumulate(rows.weights.begin() + begin, rows.weights.begin() + end, 0.0);
  }
  return sums;
}

/// Multiplies the weight of every arc (u, v) by from[u] * to[v]; an empty `from` stands for ones.
void scale(Rows& rows, const std::vector<double>& from, const std::vector<double>& to) {
  if (rows.weights.empty()) rows.weights.assign(rows.sources.size(), 1);
  for (std::size_t v = 0; v < to.size(); ++v) {
    for (auto k = static_cast<std::size_t>(rows.offsets[v]); k < static_cast<std::size_t>(rows.offsets[v + 1]); ++k) {
      const double source_factor = from.empty() ? 1 : from[static_cast<std::size_t>(rows.sources[k])];
      rows.weights[k] = static_cast<Real>(rows.weights[k] * source_factor * to[v]);
    }
  }
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
  std::vector<EdgeId> offsets{0};
  std::vector<NodeId> sources;
  std::vector<Real> weights;
  mutable std::once_flag transposed_once;
  mutable Transposed transposed;
};

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
  data->offsets = std::move(offsets);
  data->sources = std::move(sources);
  data->weights = std::move(weights);
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
  return Propagation(graph.node_count(), graph.node_count(), std::move(rows.offsets), std::move(rows.sources),
                     std::move(rows.weights));
}

Index Propagation::source_count() const { return data_->source_count; }
Index Propagation::target_count() const { return static_cast<Index>(data_->offsets.size()) - 1; }
Index Propagation::arc_count() const { return static_cast<Index>(data_->sources.size()); }
std::span<const EdgeId> Propagation::offsets() const { return data_->offsets; }
std::span<const NodeId> Propagation::sources() const { return data_->sources; }
std::span<const Real> Propagation::weights() const { return data_->weights; }

const Propagation::Transposed& Propagation::transposed() const {
  std::call_once(data_->transposed_once, [this] {
    Transposed& back = data_->transposed;
    const auto& [source_count, offsets, sources, weights, once, unused] = *data_;
    back.offsets.assign(static_cast<std::size_t>(source_count) + 1, 0);
    for (const NodeId u : sources) ++back.offsets[static_cast<std::size_t>(u) + 1];
    std::partial_sum(back.offsets.begin(), back.offsets.end(), back.offsets.begin());
    back.targets.resize(sources.size());
    back.arcs.resize(sources.size());
    back.weights.resize(weights.size());
    std::vector<EdgeId> next(back.offsets.begin(), back.offsets.end() - 1);
    for (std::size_t v = 0; v + 1 < offsets.size(); ++v) {
      for (EdgeId k = offsets[v]; k < offsets[v + 1]; ++k) {
        const auto slot =
            static_cast<std::size_t>(next[static_cast<std::size_t>(sources[static_cast<std::size_t>(k)])]++);
        back.targets[slot] = static_cast<NodeId>(v);
        back.arcs[slot] = k;
        if (!weights.empty()) back.weights[slot] = weights[static_cast<std::size_t>(k)];
      }
    }
  });
  return data_->transposed;
}

}  // namespace cairn
