#include "autodiff/ops_mixture.h"
#include "core/error.h"
#include "support/gradient_table.h"

using namespace cairn;
using support::off_zero;

TEST_CASE("mixtures: gradients agree with central differences", "[autodiff][gradients]") {
  support::check_rows({
      {"mix",
       [](support::Inputs x) { return mix(x.subspan(1), x[0]); },
       {off_zero({3}, 1), off_zero({4, 2}, 2), off_zero({4, 2}, 3), off_zero({4, 2}, 4)}},
      {"mix: weights as a row",
       [](support::Inputs x) { return mix(x.subspan(1), x[0]); },
       {off_zero({1, 2}, 1), off_zero({5}, 2), off_zero({5}, 3)}},
      {"mix: a part left out",
       [](support::Inputs x) {
         const std::vector<Variable> parts{x[1], Variable(), x[2]};
         return mix(parts, x[0]);
       },
       {off_zero({3}, 1), off_zero({2, 3}, 2), off_zero({2, 3}, 3)}},
      {"mix: the same part twice",
       [](support::Inputs x) {
         const std::vector<Variable> parts{x[1], x[1]};
         return mix(parts, x[0]);
       },
       {off_zero({2}, 1), off_zero({2, 3}, 2)}},
      {"mix: one part", [](support::Inputs x) { return mix(x.subspan(1), x[0]); }, {off_zero({1}), off_zero({1, 1})}},
      {"mix: no rows", [](support::Inputs x) { return mix(x.subspan(1), x[0]); }, {off_zero({1}), Tensor({0, 2})}},
  });
}

TEST_CASE("mixtures: parts and weights that do not fit are refused", "[autodiff]") {
  const auto of = [](const Shape& shape) { return Variable::constant(Tensor(shape, 1)); };
  const std::vector<Variable> two{of({2, 3}), of({2, 3})};
  CHECK_THROWS_AS(mix(two, of({3})), ShapeError);
  const std::vector<Variable> unlike{of({2, 3}), of({3, 2})};
  CHECK_THROWS_AS(mix(unlike, of({2})), ShapeError);
  const std::vector<Variable> none{Variable(), Variable()};
  CHECK_THROWS_AS(mix(none, of({2})), ShapeError);
}
