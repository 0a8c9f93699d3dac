#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "graph/graph.h"
#include "kernels/store.h"
#include "tensor/tensor.h"

namespace cairn {

/// Weights and self-loops that a layer wants on the arcs (A: adjacency, D: row sums of what is normalized).
enum class Normalization : std::uint8_t {
  sum,                  // A
  mean,                 // D^-1 A; a node without arcs receives 0
  self_loops,           // A + I, all weights 1 (attention gives its own); an existing self-loop is not doubled
  symmetric,            // D^-1/2 A D^-1/2
  symmetric_self_loops  // D^-1/2 (A + I) D^-1/2, a missing self-loop has weight 1
};

class Propagation;

namespace kernels {
/// P x, [target_count, D], as propagate() and to the same bits; of the x that the propagation keeps, the product that
/// it keeps as well. Nobody may write to it. Throws ShapeError.
Tensor propagate_constant(const Propagation& propagation, const Tensor& x);
}  // namespace kernels

/// What layers see of a graph: each target pulls from its sources. Source and target counts may differ (sampled
/// blocks, whose first sources are the targets). Immutable; copies share storage.
class Propagation {
 public:
  Propagation();
  /// Rows are targets. sources ascend within a row. weights: one an arc, or empty where all are 1.
  /// Throws ShapeError where offsets, ids or weights do not fit.
  Propagation(Index source_count, Index target_count, std::vector<EdgeId> offsets, std::vector<NodeId> sources,
              std::vector<Real> weights);
  /// Messages flow along the arcs of the graph: row v holds the nodes with an arc to v.
  static Propagation from_graph(const Graph& graph, Normalization normalization);
  /// The same, which works P x out once, at the first kernels::propagate_constant() of this very x, and keeps it: for
  /// features that stay as they are over all passes. x: [source_count, D], whose values nobody changes from now on.
  Propagation keeping(Tensor x) const;
  /// Whether it keeps P x of this very x.
  bool keeps(const Tensor& x) const;

  Index source_count() const;
  Index target_count() const;
  Index arc_count() const;
  std::span<const EdgeId> offsets() const;  // target_count + 1
  std::span<const NodeId> sources() const;  // arc_count
  std::span<const Real> weights() const;    // arc_count, or empty: all 1

  /// The same arcs with rows of sources. Made once, at the first call, and shared by copies; that of an undirected
  /// graph is the propagation itself, but for the form mean.
  struct Transposed;
  Transposed transposed() const;
  /// Of each arc of the transpose, [arc_count], its place in the rows of the targets. Made once, at the first call.
  std::span<const EdgeId> transposed_arcs() const;

 private:
  friend Tensor kernels::propagate_constant(const Propagation& propagation, const Tensor& x);
  struct Data;
  struct Kept;
  std::shared_ptr<const Data> data_;
  std::shared_ptr<Kept> kept_;  // null: nothing
};

struct Propagation::Transposed {
  std::span<const EdgeId> offsets;  // source_count + 1
  std::span<const NodeId> targets;  // arc_count, ascending within a row
  std::span<const Real> weights;    // arc_count, or empty: all 1
};

namespace kernels {

/// y[v] += sum over arcs (u, v) of weight * x[u]. x: [source_count, D]; y: [target_count, D]. Throws ShapeError.
void add_propagated(const Propagation& propagation, const Tensor& x, Tensor& y);
/// The same for y = P x, y written over: [target_count, D].
Tensor propagate(const Propagation& propagation, const Tensor& x);
/// P x plus row, D values, in every row, which sums start from; or relu() of it. Throws ShapeError.
Tensor propagate(const Propagation& propagation, const Tensor& x, const Tensor& row,
                 Rectified rectified = Rectified::no);
/// x[u] += sum over arcs (u, v) of weight * y[v]: the transpose, pulled. y: [target_count, D]; x: [source_count, D].
void add_propagated_back(const Propagation& propagation, const Tensor& y, Tensor& x);
/// The same, x written over.
void propagate_back(const Propagation& propagation, const Tensor& y, Tensor& x);

}  // namespace kernels

}  // namespace cairn
