#include "autodiff/ops_dense.h"
#include "autodiff/ops_elementwise.h"
#include "nn/normalization.h"
#include "support/catch.h"
#include "support/gradient_inputs.h"
#include "support/layers.h"
#include "support/parameter_gradients.h"

// Gradients of whole layers against central differences, with respect to features and every parameter.

namespace cairn {
namespace {

using support::check_parameters;
using support::LayerCase;
using support::moved_parameters;
using support::off_zero;

/// Weighted, directed, with a self-loop at 2 and without arcs at 5.
Graph small_graph() {
  const std::vector<Edge> edges{{0, 1, Real(0.5)}, {1, 2, 2},         {2, 2, Real(1.5)},
                                {2, 3, 1},         {3, 4, Real(0.7)}, {1, 3, 1}};
  return Graph::from_edges(6, edges, {.directed = true, .weighted = true});
}

TEST_CASE("layers: gradients of dense features and all parameters agree with central differences", "[nn][gradients]") {
  for (LayerCase layer_case : support::layer_cases()) {
    layer_case.options.attention_dropout = Real(0.4);
    const auto layer = layer_case.make();
    const Propagation propagation = support::propagation_of(*layer, small_graph());
    std::vector<NamedParameter> parameters = moved_parameters(*layer);
    const Variable x = Variable::parameter(off_zero({6, layer_case.options.in}, 5));
    parameters.push_back({"x", x});
    for (const Pass& pass : {Pass::evaluation(), Pass::training(3, 4)}) {
      INFO(layer_case.label << (pass.is_training() ? ", training" : ", evaluation"));
      for (const NamedParameter& parameter : parameters) parameter.value.clear_gradient();
      check_parameters(parameters, [&] { return layer->forward(propagation, x, pass); });
    }
  }
}

TEST_CASE("layers: gradients of all parameters agree with central differences for sparse features", "[nn][gradients]") {
  for (const LayerCase& layer_case : support::layer_cases()) {
    INFO(layer_case.label);
    const auto layer = layer_case.make();
    const Propagation propagation = support::propagation_of(*layer, small_graph());
    const SparseMatrix x = support::to_sparse(support::thinned(off_zero({6, layer_case.options.in}, 6)));
    check_parameters(moved_parameters(*layer), [&] {
      const Pass pass = Pass::training(3, 4);
      return layer->forward(propagation, dropout(x, Real(0.2), 8, pass), pass);
    });
  }
}

TEST_CASE("norms: gradients of features and all parameters agree with central differences", "[nn][gradients]") {
  for (const char* name : {"layer", "batch"}) {
    for (const Pass& pass : {Pass::training(1, 1), Pass::evaluation()}) {
      INFO(name << (pass.is_training() ? ", training" : ", evaluation"));
      const auto norm = make_norm(name, 3);
      std::vector<NamedParameter> parameters = moved_parameters(*norm);
      const Variable x = Variable::parameter(off_zero({5, 3}, 5));
      parameters.push_back({"x", x});
      check_parameters(parameters, [&] { return norm->forward(x, pass); });
    }
  }
}

}  // namespace
}  // namespace cairn
