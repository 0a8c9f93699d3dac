#include "nn/propagated_product.h"

#include "autodiff/ops_graph.h"
#include "support/catch.h"
#include "support/graphs.h"
#include "support/tensors.h"

using namespace cairn;

TEST_CASE("propagated_product: arcs move the narrower side, or once a constant of up to twice the width",
          "[nn][propagated product]") {
  Rng rng(5);
  constexpr Index nodes = 40;
  const Graph graph = support::random_graph(nodes, 120, rng);
  const Propagation plain = Propagation::from_graph(graph, Normalization::symmetric_self_loops);
  for (const Index columns : {3, 8, 16, 17}) {
    const Tensor x = support::random_tensor(Shape{nodes, columns}, rng);
    const Variable weight = Variable::parameter(support::random_tensor(Shape{columns, 8}, rng));
    const Variable bias = Variable::parameter(support::random_tensor(Shape{8}, rng));
    const Propagation keeping = plain.keeping(x);
    const Variable constant = Variable::constant(x);
    const Tensor rows_first = linear(propagate(plain, constant), weight, bias).value();
    const Tensor product_first = propagate(plain, matmul(constant, weight), bias).value();
    REQUIRE_FALSE(support::same_bits(rows_first, product_first));
    const auto product = [&](const Propagation& propagation, const Variable& rows) {
      return propagated_product(propagation, rows, weight, bias).value();
    };
    CAPTURE(columns);
    CHECK(support::same_bits(product(plain, constant), columns < 8 ? rows_first : product_first));
    CHECK(support::same_bits(product(keeping, constant), columns <= 16 ? rows_first : product_first));
    // What is dropped anew each epoch is not what is kept.
    CHECK(
        support::same_bits(product(keeping, Variable::constant(x.clone())), columns < 8 ? rows_first : product_first));
    CHECK(support::same_bits(propagated_product(plain, constant, weight).value(),
                             columns < 8 ? matmul(propagate(plain, constant), weight).value()
                                         : propagate(plain, matmul(constant, weight)).value()));
  }
}
