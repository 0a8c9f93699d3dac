#include "nn/learned_cape.h"

#include "core/error.h"
#include "support/catch.h"
#include "support/gradient_table.h"
#include "support/tensors.h"

namespace cairn {
namespace {

using support::off_zero;

const std::vector<std::int32_t> graphs{0, 1, 1, 0, 2};

CapeDraws some_draws(const Tensor& x) {
  const Coordinates coordinates{.values = x, .valid = {}, .graph_of_node = graphs};
  return draw_cape({.global_shift = 3, .local_shift = Real(0.5), .max_scale = 2, .flip_signs = true}, coordinates,
                   Rng(4));
}

TEST_CASE("learned cape: moves and centers as it does coordinates that nothing learns", "[nn]") {
  const Tensor x = off_zero({5, 2});
  const Coordinates coordinates{.values = x, .valid = {}, .graph_of_node = graphs};
  const CapeDraws draws = some_draws(x);
  const double rounding = sizeof(Real) == sizeof(double) ? 1e-14 : 1e-5;  // the sums below 20 are ordered otherwise
  CHECK(support::max_difference(cape(Variable::constant(x), graphs, draws).value(), cape(coordinates, draws).values) <
        rounding);
  CHECK(support::max_difference(centered(Variable::constant(x), graphs).value(), centered(coordinates).values) <
        rounding);
  const Coordinates one{.values = x, .valid = {}, .graph_of_node = {}};
  CHECK(support::max_difference(centered(Variable::constant(x), {}).value(), centered(one).values) < rounding);
}

TEST_CASE("learned cape: gradients agree with central differences", "[nn][gradients]") {
  const CapeDraws draws = some_draws(off_zero({5, 2}));
  support::check_row({"cape", [&](support::Inputs in) { return cape(in[0], graphs, draws); }, {off_zero({5, 2})}});
  support::check_row({"centered", [](support::Inputs in) { return centered(in[0], graphs); }, {off_zero({5, 2})}});
}

TEST_CASE("learned cape: draws of other shapes are refused", "[nn]") {
  const CapeDraws draws = some_draws(off_zero({5, 2}));
  CHECK_THROWS_AS(cape(Variable::constant(Tensor(Shape{5, 3})), graphs, draws), ShapeError);
  CHECK_THROWS_AS(cape(Variable::constant(Tensor(Shape{5, 2})), {}, draws), ShapeError);
}

}  // namespace
}  // namespace cairn
