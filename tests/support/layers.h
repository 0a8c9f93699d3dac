#pragma once

#include <memory>
#include <string>
#include <vector>

#include "nn/layers.h"

/// What tests of layers share: one of each kind, and their passes.
namespace cairn::support {

struct LayerCase {
  std::string label;
  std::string name;  // in the table of layers
  LayerOptions options;

  std::unique_ptr<GraphLayer> make(std::uint64_t seed = 3) const {
    Rng rng(seed);
    return make_layer(name, options, rng);
  }
};

/// Every layer of the table, once with more columns in than out and once with fewer (layers may choose what to multiply
/// first); gat with heads concatenated, averaged and alone.
inline std::vector<LayerCase> layer_cases() {
  std::vector<LayerCase> cases;
  for (const std::string_view view : layer_names()) {
    const std::string name(view);
    const Index heads = name == "gat" ? 2 : 1;
    cases.push_back({name + " 5 to 4", name, {.in = 5, .out = 4, .inner = 3, .heads = heads}});
    cases.push_back({name + " 3 to 4", name, {.in = 3, .out = 4, .heads = heads}});
  }
  cases.push_back({"gat, heads averaged", "gat", {.in = 5, .out = 3, .heads = 2, .concatenate_heads = false}});
  cases.push_back({"gat, one head", "gat", {.in = 5, .out = 3}});
  return cases;
}

inline Propagation propagation_of(const GraphLayer& layer, const Graph& graph) {
  return layer.normalization() ? Propagation::from_graph(graph, *layer.normalization()) : Propagation();
}

inline Tensor evaluate(const GraphLayer& layer, const Graph& graph, const Input& x,
                       const Pass& pass = Pass::evaluation()) {
  const WithoutGradients without_gradients;
  return layer.forward(propagation_of(layer, graph), x, pass).value();
}

/// Every stored value of x at its place; zeros are not stored.
inline SparseMatrix to_sparse(const Tensor& x) {
  std::vector<std::int64_t> offsets{0};
  std::vector<std::int32_t> columns;
  std::vector<Real> values;
  for (Index i = 0; i < x.rows(); ++i) {
    for (Index j = 0; j < x.columns(); ++j) {
      if (x.at(i, j) == 0) continue;
      columns.push_back(static_cast<std::int32_t>(j));
      values.push_back(x.at(i, j));
    }
    offsets.push_back(static_cast<std::int64_t>(columns.size()));
  }
  const Shape stored{static_cast<Index>(values.size())};
  return {std::make_shared<SparsePattern>(x.rows(), x.columns(), std::move(offsets), std::move(columns)),
          Tensor(stored, values)};
}

/// x with about two values in three set to 0, as sparse features are.
inline Tensor thinned(Tensor x) {
  Rng rng(77);
  for (Real& value : x.values()) value = rng.uniform() < Real(0.66) ? Real(0) : value;
  return x;
}

}  // namespace cairn::support
