#include "nn/learned_cape.h"

#include <algorithm>
#include <vector>

#include "autodiff/ops_dense.h"
#include "autodiff/ops_elementwise.h"
#include "autodiff/ops_graph.h"

namespace cairn {

Variable cape(const Variable& x, std::span<const std::int32_t> graph_of_node, const CapeDraws& draws) {
  // The map is affine: its slope is what it makes of ones without its shifts, its offset what it makes of zeros.
  Coordinates places{
      .values = Tensor(x.shape()), .valid = {}, .graph_of_node = {graph_of_node.begin(), graph_of_node.end()}};
  const Tensor offset = cape(places, draws).values;
  places.values = Tensor(x.shape(), 1);
  const CapeDraws unshifted{.sign = draws.sign,
                            .shift = Tensor(draws.shift.shape()),
                            .local = Tensor(draws.local.shape()),
                            .scale = draws.scale};
  const Tensor slope = cape(places, unshifted).values;
  return add(multiply(x, Variable::constant(slope)), Variable::constant(offset));
}

Variable centered(const Variable& x, std::span<const std::int32_t> graph_of_node) {
  const std::vector<std::int32_t> one_graph(static_cast<std::size_t>(x.value().rows()), 0);
  const std::span<const std::int32_t> graphs = graph_of_node.empty() ? one_graph : graph_of_node;
  std::int32_t count = 0;
  for (const std::int32_t graph : graphs) count = std::max(count, graph + 1);
  return subtract(x, gather_rows(segment_mean(x, graphs, count), graphs));
}

}  // namespace cairn
