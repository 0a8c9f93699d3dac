#include <cmath>
#include <numeric>

#include "kernels/feature_maps.h"
#include "kernels/kernelized_attention.h"
#include "kernels/offset_operator.h"
#include "support/catch.h"
#include "support/golden.h"
#include "support/tensors.h"

// Against kernelized_attention.json, which a script of its own works out.

namespace cairn::kernels {
namespace {

std::shared_ptr<const AttentionOperator> line(Index n, const OffsetOptions& options) {
  OffsetPart part{std::vector<NodeId>(static_cast<std::size_t>(n)), {n}};
  std::iota(part.nodes.begin(), part.nodes.end(), 0);
  return offset_operator(n, {part}, options);
}

TEST_CASE("products by offsets agree with a transform that a script writes out", "[kernels][kernelized]") {
  const support::Json golden = support::golden("kernelized_attention.json");
  for (const support::Json& item : golden.at("products")) {
    const Tensor biases = support::tensor_of(item.at("biases"));
    const Tensor x = support::tensor_of(item.at("x"));
    const Tensor y = support::tensor_of(item.at("y"));
    for (const OffsetProduct product : {OffsetProduct::direct, OffsetProduct::fft, OffsetProduct::band}) {
      const auto op = line(x.size(), {.clip = biases.size() / 2,
                                      .periodic = item.at("ring").get<bool>(),
                                      .causal = item.at("causal").get<bool>(),
                                      .product = product});
      Tensor result(Shape{1, 1, x.size()});
      op->with_biases(biases.values())->apply(x.reshaped(result.shape()), result);
      CHECK(support::max_difference(result.reshaped(y.shape()), y) < support::golden_tolerance);
    }
  }
}

TEST_CASE("kernelized attention as a whole agrees with a script", "[kernels][kernelized]") {
  const support::Json golden = support::golden("kernelized_attention.json");
  for (const support::Json& item : golden.at("layers")) {
    const auto heads = item.at("heads").get<Index>();
    const Tensor draws = support::tensor_of(item.at("draws"));
    const Tensor biases = support::tensor_of(item.at("biases"));
    const FeatureOptions options{
        .map = item.at("map").get<std::string>() == "positive" ? FeatureMap::positive : FeatureMap::trigonometric,
        .count = draws.rows() / heads};
    const auto features = [&](const char* name, FeatureRole role) {
      Tensor x = support::tensor_of(item.at(name));
      Tensor by_head = x.reshaped(Shape{x.rows() * heads, x.columns() / heads});
      for (Index i = 0; i < by_head.rows(); ++i) {
        double square = 0;
        for (const Real value : by_head.row(i)) square += static_cast<double>(value) * static_cast<double>(value);
        for (Real& value : by_head.row(i)) value = static_cast<Real>(static_cast<double>(value) / std::sqrt(square));
      }
      return random_features(options, heads, draws, x, role, {});
    };
    const Tensor value = support::tensor_of(item.at("value"));
    Tensor denominators;
    const Tensor z = kernelized_attend(
        *line(value.rows(), {.clip = biases.columns() / 2}), heads,
        {features("query", FeatureRole::query), features("key", FeatureRole::key), value, biases}, denominators);
    CHECK(support::max_difference(z, support::tensor_of(item.at("z"))) < support::golden_tolerance);
  }
}

}  // namespace
}  // namespace cairn::kernels
