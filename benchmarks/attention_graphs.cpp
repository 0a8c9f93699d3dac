#include "benchmarks/attention_graphs.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/draws.h"

namespace cairn::benchmarks {

namespace {

Index size_of(const std::vector<Index>& extents) {
  Index size = 1;
  for (const Index extent : extents) size *= extent;
  return size;
}

}  // namespace

Index placed_nodes(const PlacedGraphs& graphs) {
  Index nodes = 0;
  for (const std::vector<Index>& extents : graphs.extents) nodes += size_of(extents);
  return nodes;
}

std::shared_ptr<const kernels::AttentionOperator> placed_operator(const PlacedGraphs& graphs, Index clip,
                                                                  kernels::OffsetProduct product, Rng rng) {
  const Index nodes = placed_nodes(graphs);
  std::vector<NodeId> order;
  for (Index u = 0; u < nodes; ++u) order.push_back(static_cast<NodeId>(u));
  shuffle(order, rng);
  std::vector<kernels::OffsetPart> parts;
  auto next = order.begin();
  for (const std::vector<Index>& extents : graphs.extents) {
    const auto end = next + static_cast<std::ptrdiff_t>(size_of(extents));
    parts.push_back({.nodes = {next, end}, .extents = extents});
    next = end;
  }
  return kernels::offset_operator(nodes, std::move(parts),
                                  {.clip = clip, .periodic = graphs.periodic, .product = product});
}

std::string_view product_name(kernels::OffsetProduct product) {
  switch (product) {
    case kernels::OffsetProduct::automatic:
      return "automatic";
    case kernels::OffsetProduct::direct:
      return "direct";
    case kernels::OffsetProduct::fft:
      return "fft";
    case kernels::OffsetProduct::band:
      return "band";
  }
  return "";
}

Tensor uniform_tensor(const Shape& shape, Real low, Real high, Rng rng) {
  Tensor tensor = Tensor::uninitialized(shape);
  for (Real& value : tensor.values()) value = rng.uniform(low, high);
  return tensor;
}

double relative_error(const Tensor& found, const std::vector<double>& expected) {
  double worst = 0;
  double largest = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    worst = std::max(worst, std::abs(static_cast<double>(found.values()[i]) - expected[i]));
    largest = std::max(largest, std::abs(expected[i]));
  }
  return largest > 0 ? worst / largest : worst;
}

std::vector<double> dense_attention(const std::vector<Tensor>& matrices, const Tensor& query, const Tensor& key,
                                    const Tensor& value) {
  const Index nodes = query.rows();
  const auto heads = static_cast<Index>(matrices.size());
  const Index features = query.columns() / heads;
  const Index width = value.columns() / heads;
  std::vector<double> z(static_cast<std::size_t>(nodes * heads * width), 0.0);
  for (Index h = 0; h < heads; ++h) {
    const Tensor& matrix = matrices[static_cast<std::size_t>(h)];
    for (Index u = 0; u < nodes; ++u) {
      double* row = z.data() + u * heads * width + h * width;
      double sum = 0;
      for (Index v = 0; v < nodes; ++v) {
        if (matrix.at(u, v) == 0) continue;
        double product = 0;
        for (Index j = h * features; j < (h + 1) * features; ++j) {
          product += static_cast<double>(query.at(u, j)) * static_cast<double>(key.at(v, j));
        }
        const double weight = static_cast<double>(matrix.at(u, v)) * product;
        sum += weight;
        for (Index c = 0; c < width; ++c) row[c] += weight * static_cast<double>(value.at(v, h * width + c));
      }
      for (Index c = 0; c < width; ++c) row[c] /= sum;
    }
  }
  return z;
}

}  // namespace cairn::benchmarks
