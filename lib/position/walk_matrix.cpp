#include "position/walk_matrix.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"
#include "core/parallel.h"
#include "kernels/walk_steps.h"
#include "position/distances.h"

namespace cairn {

static_assert(Panels::width == kernels::WalkStep::width);

namespace {

// Arcs and rows that make a part: about a hundred microseconds with a panel, which pays for a thread. Hubs have more
// arcs than a block of rows, so that rows alone would not be shared out evenly.
constexpr Index part_work = 32768;
// Rows of all panels of a step at once stay in the second-level cache up to about here; beyond, panel after panel.
constexpr Index most_cached_rows = 8192;

std::vector<Index> ends_of_parts(const Graph& graph) {
  std::vector<Index> ends;
  Index work = 0;
  for (Index row = 0; row < graph.node_count(); ++row) {
    work += graph.degree(static_cast<NodeId>(row)) + 1;
    if (work < part_work && row + 1 < graph.node_count()) continue;
    ends.push_back(row + 1);
    work = 0;
  }
  return ends;
}

}  // namespace

WalkMatrix::WalkMatrix(const Graph& graph) : graph_(graph), part_ends_(ends_of_parts(graph)) {
  require_positive_weights(graph);
  const auto nodes = static_cast<std::size_t>(graph.node_count());
  row_sums_.resize(nodes);
  inverse_sums_.resize(nodes);
  for (std::size_t u = 0; u < nodes; ++u) {
    const auto begin = static_cast<std::size_t>(graph.offsets()[u]);
    const auto end = static_cast<std::size_t>(graph.offsets()[u + 1]);
    double sum = static_cast<double>(end - begin);
    if (graph.weighted()) {
      sum = 0;
      for (std::size_t arc = begin; arc < end; ++arc) sum += static_cast<double>(graph.weights()[arc]);
    }
    row_sums_[u] = sum;
    inverse_sums_[u] = sum > 0 ? 1 / sum : 0;
  }
}

void WalkMatrix::apply(const Panels& x, Panels& y, Index first, const Step& step) const {
  if (x.rows() != size() || y.rows() != size() || x.columns() != y.columns()) {
    throw ShapeError(fmt::format("walk matrix: expected two tables of {} rows, found {} x {} and {} x {}", size(),
                                 x.rows(), x.columns(), y.rows(), y.columns()));
  }
  if (first < 0 || first > x.count()) {
    throw ShapeError(fmt::format("walk matrix: expected a panel of {}, found {}", x.count(), first));
  }
  const kernels::WalkKernels& walks = kernels::walk_kernels();
  const auto parts = static_cast<Index>(part_ends_.size());
  const Index group = size() <= most_cached_rows ? kernels::WalkStep::most_panels : 1;
  const Index groups = (x.count() - first + group - 1) / group;
  // All parts of a group before the next, so that threads read the same panels and rows stay in shared caches.
  parallel_blocks(groups * parts, 1, [&](Index task, Index) {
    const Index panel = first + task / parts * group;
    const auto part = static_cast<std::size_t>(task % parts);
    const kernels::WalkStep work{.offsets = graph_.offsets().data(),
                                 .targets = graph_.targets().data(),
                                 .weights = graph_.weighted() ? graph_.weights().data() : nullptr,
                                 .inverse_sums = inverse_sums_.data(),
                                 .x = x.panel(panel),
                                 .y = y.panel(panel),
                                 .panels = std::min(group, x.count() - panel),
                                 .panel_stride = size() * Panels::width,
                                 .a = step.a,
                                 .b = step.b,
                                 .c = step.c};
    walks.step(work, part == 0 ? 0 : part_ends_[part - 1], part_ends_[part]);
  });
}

}  // namespace cairn
