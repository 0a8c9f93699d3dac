#include <memory>

#include "autodiff/ops_pairs.h"
#include "support/gradient_table.h"
#include "support/tensors.h"

using namespace cairn;

namespace {

using Operation = Variable (*)(const Variable&, std::shared_ptr<const PairList>);

/// Values of a column lie 0.3 apart: no difference between rows comes near the kink of |.|.
Tensor apart(Index rows, Index columns) {
  Tensor z({rows, columns});
  for (Index u = 0; u < rows; ++u) {
    for (Index d = 0; d < columns; ++d) z.at(u, d) = Real(0.3) * static_cast<Real>((u * 7 + d * 3) % 11 - 5);
  }
  return z;
}

/// Repeated pairs, pairs turned around, and nodes in no pair.
std::shared_ptr<const PairList> some_pairs() {
  return std::make_shared<const PairList>(8, std::vector<NodeId>{0, 3, 1, 0, 6, 2},
                                          std::vector<NodeId>{3, 0, 4, 3, 1, 6});
}

void check_rows_of(const std::string& name, Operation operation) {
  for (const Index width : {0, 1, 3, 8, 19}) {
    support::check_row({name, [=](support::Inputs in) { return operation(in[0], some_pairs()); }, {apart(8, width)}});
  }
  const auto none = std::make_shared<const PairList>(3, std::vector<NodeId>{}, std::vector<NodeId>{});
  support::check_row(
      {name + " of no pairs", [=](support::Inputs in) { return operation(in[0], none); }, {apart(3, 2)}});
}

Tensor gradient_of(Operation operation, const Tensor& z, std::vector<NodeId> first, std::vector<NodeId> second) {
  const Variable x = Variable::parameter(z);
  backward(sum(operation(x, std::make_shared<const PairList>(z.rows(), first, second))));
  return x.grad();
}

}  // namespace

TEST_CASE("pair_l1: gradients agree with central differences", "[autodiff][gradients]") {
  check_rows_of("pair_l1", pair_l1);
}

TEST_CASE("pair_dot: gradients agree with central differences", "[autodiff][gradients]") {
  check_rows_of("pair_dot", pair_dot);
  const auto own = std::make_shared<const PairList>(3, std::vector<NodeId>{1, 1}, std::vector<NodeId>{1, 2});
  support::check_row(
      {"pair_dot of a node with itself", [=](support::Inputs in) { return pair_dot(in[0], own); }, {apart(3, 4)}});
}

TEST_CASE("pair_l2: gradients agree with central differences", "[autodiff][gradients]") {
  check_rows_of("pair_l2", pair_l2);
}

TEST_CASE("pair distances: a node and itself, or another in the same place, send no gradient", "[autodiff]") {
  Tensor z = apart(3, 4);
  std::copy_n(z.row(0).begin(), 4, z.row(1).begin());
  for (const Operation operation : {Operation{pair_l1}, Operation{pair_l2}}) {
    const Tensor gradient = gradient_of(operation, z, {2, 0}, {2, 1});
    CHECK(support::same_bits(gradient, Tensor({3, 4})));
  }
}
