#pragma once

#include <span>
#include <vector>

#include "graph/graph.h"
#include "position/panels.h"

namespace cairn {

/// P = D^-1 A, the step of a random walk along the arcs, times tall tables. A: weights of the arcs, 1 where none
/// are stored, a self-loop once; D: its row sums. A row without arcs is 0: there the walk ends.
///
/// Where the graph is undirected, P = D^-1/2 S D^1/2 of the symmetric S = D^-1/2 A D^-1/2: it has the eigenvalues of
/// S, and D^1/2 z is an eigenvector of S where z is one of P.
class WalkMatrix {
 public:
  /// Throws UsageError, naming the arc, for a weight that is not above 0 and finite.
  explicit WalkMatrix(const Graph& graph);

  /// N.
  Index size() const { return graph_.node_count(); }
  /// The graph that is walked on.
  const Graph& graph() const { return graph_; }
  /// [N], row sums of A.
  std::span<const double> row_sums() const { return row_sums_; }

  /// Factors of y <- a P x + b x - c y. c = 0: y is written over.
  struct Step {
    double a = 1;
    double b = 0;
    double c = 0;
  };
  /// The step on the panels from `first` on of x and y, both [N, columns], not the same. In parallel over rows, the
  /// same bits for any number of threads. Throws ShapeError where shapes do not fit.
  void apply(const Panels& x, Panels& y, Index first, const Step& step) const;

 private:
  Graph graph_;
  std::vector<double> row_sums_;
  std::vector<double> inverse_sums_;  // 0 for an empty row
  std::vector<Index> part_ends_;      // rows in parts of about as many arcs
};

}  // namespace cairn
