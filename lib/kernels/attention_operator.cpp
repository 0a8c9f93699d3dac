#include "kernels/attention_operator.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace cairn::kernels {

void AttentionMatrix::apply_both(const Tensor& x, const Tensor& w, Tensor& y, Tensor& back,
                                 std::span<double> gradient_sums) const {
  apply(x, y);
  apply_transposed(w, back);
  if (!gradient_sums.empty()) add_gradient_sums(x, w, gradient_sums);
}

std::span<const PairTable> AttentionOperator::pair_tables(Index, Index) const { return {}; }

void AttentionOperator::check_biases(std::span<const Real> biases) const {
  if (static_cast<Index>(biases.size()) == bias_count()) return;
  throw ShapeError(fmt::format("attention operator: expected {} biases, found {}", bias_count(), biases.size()));
}

Tensor AttentionOperator::dense_zeros() const {
  if (node_count() > most_dense_nodes) {
    throw UsageError(
        fmt::format("attention operator: a dense matrix of {} nodes; at most {}", node_count(), most_dense_nodes));
  }
  return Tensor(Shape{node_count(), node_count()});
}

std::vector<double> shifted_exponentials(std::span<const Real> biases) {
  std::vector<double> values;
  values.reserve(biases.size());
  if (biases.empty()) return values;
  // exp() overflows where training drives a bias up, and attention does not change where all biases of a head shift.
  const auto highest = static_cast<double>(*std::max_element(biases.begin(), biases.end()));
  for (const Real bias : biases) values.push_back(std::exp(static_cast<double>(bias) - highest));
  return values;
}

void require_each_node_once(std::string_view name, Index node_count, std::span<const std::vector<NodeId>> lists) {
  std::vector<bool> seen(static_cast<std::size_t>(std::max<Index>(node_count, 0)), false);
  Index listed = 0;
  for (const std::vector<NodeId>& list : lists) {
    for (const NodeId u : list) {
      if (u < 0 || u >= node_count) {
        throw ShapeError(fmt::format("{}: node {} is not below {}", name, u, node_count));
      }
      if (seen[static_cast<std::size_t>(u)]) throw ShapeError(fmt::format("{}: node {} stands in two places", name, u));
      seen[static_cast<std::size_t>(u)] = true;
      ++listed;
    }
  }
  if (listed != node_count) {
    const auto missing = std::find(seen.begin(), seen.end(), false) - seen.begin();
    throw ShapeError(fmt::format("{}: node {} stands nowhere", name, missing));
  }
}

}  // namespace cairn::kernels
