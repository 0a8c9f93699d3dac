#include "kernels/block_propagation.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "core/error.h"
#include "kernels/each_row.h"

namespace cairn {

namespace {

bool adds_self_loops(Normalization form) {
  return form == Normalization::self_loops || form == Normalization::symmetric_self_loops;
}

}  // namespace

NeighborRows neighbor_rows(const Propagation& whole, Normalization form) {
  return {.offsets = whole.offsets(), .sources = whole.sources(), .own_arcs_stay = adds_self_loops(form)};
}

Propagation block_propagation(const Propagation& whole, Normalization form, const Block& block) {
  const auto source_count = static_cast<Index>(block.sources.size());
  const bool fits = block.target_count <= source_count &&
                    std::all_of(block.sources.begin(), block.sources.end(),
                                [&](NodeId v) { return v >= 0 && v < static_cast<NodeId>(whole.target_count()); }) &&
                    std::all_of(block.arcs.begin(), block.arcs.end(),
                                [&](EdgeId arc) { return arc >= 0 && arc < static_cast<EdgeId>(whole.arc_count()); });
  if (!fits) {
    throw ShapeError(fmt::format("block: {} sources and {} arcs were not drawn from {} nodes and {} arcs", source_count,
                                 block.arcs.size(), whole.target_count(), whole.arc_count()));
  }
  std::vector<Real> weights;
  if (form != Normalization::self_loops) {
    const Index own = adds_self_loops(form) ? 1 : 0;
    weights.resize(block.arcs.size());
    kernels::each_row(block.target_count, 16, [&](Index target) {
      const auto t = static_cast<std::size_t>(target);
      const auto v = static_cast<std::size_t>(block.sources[t]);
      const auto all = static_cast<double>(whole.offsets()[v + 1] - whole.offsets()[v] - own);
      const auto drawn = static_cast<double>(block.offsets[t + 1] - block.offsets[t] - own);
      for (auto k = static_cast<std::size_t>(block.offsets[t]); k < static_cast<std::size_t>(block.offsets[t + 1]);
           ++k) {
        const Real weight =
            whole.weights().empty() ? Real(1) : whole.weights()[static_cast<std::size_t>(block.arcs[k])];
        const bool stays = own == 1 && block.arc_sources[k] == static_cast<NodeId>(t);
        weights[k] = stays ? weight : static_cast<Real>(weight * (all / drawn));
      }
    });
  }
  return Propagation(source_count, block.target_count, block.offsets, block.arc_sources, std::move(weights));
}

}  // namespace cairn
