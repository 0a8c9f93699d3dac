#include <array>
#include <functional>
#include <utility>
#include <vector>

#include "autodiff/ops_graph.h"
#include "core/held_memory.h"
#include "support/catch.h"
#include "support/gradient_table.h"
#include "tensor/storage.h"

// What recorded operations keep of values, and when they write over them.

namespace cairn {
namespace {

using support::Inputs;
using support::off_zero;
using support::positive;
using support::same_bits;

constexpr Index nodes = 64;
constexpr Index width = 16;
constexpr std::int64_t table_bytes = nodes * width * static_cast<std::int64_t>(sizeof(Real));

/// Bytes of tensors, without those that wait in the pool.
std::int64_t tensor_bytes() {
  release_pooled_memory();
  return held_memory();
}

Propagation ring() {
  std::vector<EdgeId> offsets{0};
  std::vector<NodeId> sources;
  for (NodeId v = 0; v < nodes; ++v) {
    sources.push_back((v + 1) % static_cast<NodeId>(nodes));
    offsets.push_back(v + 1);
  }
  return {nodes, nodes, std::move(offsets), std::move(sources), {}};
}

TEST_CASE("values that no rule reads are given back once no handle is left", "[autodiff]") {
  const Variable x = Variable::parameter(off_zero({nodes, width}));
  const Variable weight = Variable::parameter(off_zero({width, width}, 2));
  const Variable bias = Variable::parameter(off_zero({width}, 3));
  const Propagation arcs = ring();
  const std::int64_t before = tensor_bytes();
  Variable y = relu(add_row(propagate(arcs, matmul(x, weight)), bias));
  CHECK(tensor_bytes() - before == table_bytes);  // the product, the sums over arcs, and two results in their place
  const Tensor held = y.value();
  y = square(std::move(y));
  CHECK(tensor_bytes() - before == 2 * table_bytes);  // square's rule reads its input
  backward(sum(std::move(y)));
  CHECK(tensor_bytes() - before == 2 * table_bytes + static_cast<std::int64_t>(sizeof(Real)) * width * (width + 1));
}

TEST_CASE("a value stays as it is while a handle holds it, whatever is made of it", "[autodiff]") {
  const Variable x = Variable::parameter(off_zero({nodes, width}));
  const Variable bias = Variable::parameter(off_zero({width}, 3));
  const Variable h = scale(x, 2);
  const Tensor before = h.value().clone();
  const Variable y = relu(shift(add_row(dropout(h, Real(0.5), 1, Pass::training(1, 1)), bias), -1));
  const Variable z = add(subtract(h, x), elu(h));
  backward(sum(add(y, z)));
  CHECK(same_bits(h.value(), before));
  CHECK(same_bits(x.value(), off_zero({nodes, width})));
}

TEST_CASE("memory is written over only where no other tensor, no rule and nobody else's memory is in it",
          "[autodiff]") {
  const Tensor start = off_zero({nodes, width});
  {
    Variable h = scale(Variable::parameter(start.clone()), 1);
    const Tensor seen = h.value();
    const Tensor before = seen.clone();
    relu(std::move(h));
    CHECK(same_bits(seen, before));
  }
  {
    const Variable x = Variable::parameter(start.clone());
    backward(sum(scale(exp(x), 3)));  // the rule of exp reads its result
    Tensor expected(start.shape());
    for (Index i = 0; i < start.size(); ++i) expected.data()[i] = 3 * std::exp(start.data()[i]);
    CHECK(support::max_difference(x.grad(), expected) < 1e-5);
  }
  {
    std::vector<Real> foreign(start.values().begin(), start.values().end());
    relu(Variable::constant(Tensor(start.shape(), Storage::adopt(foreign.data(), start.size(), [] {}))));
    CHECK(std::equal(foreign.begin(), foreign.end(), start.values().begin()));
  }
  Variable alone = Variable::constant(start.clone());
  const Real* const memory = alone.value().data();
  CHECK(relu(std::move(alone)).value().data() == memory);
}

/// Operations that may write over their first input.
std::vector<std::pair<std::string, std::function<Variable(Variable)>>> overwriting() {
  const auto other = [] { return Variable::parameter(positive({5, 4}, 9)); };
  return {
      {"relu", [](Variable h) { return relu(std::move(h)); }},
      {"elu", [](Variable h) { return elu(std::move(h)); }},
      {"sigmoid", [](Variable h) { return sigmoid(std::move(h)); }},
      {"tanh", [](Variable h) { return tanh(std::move(h)); }},
      {"exp", [](Variable h) { return exp(std::move(h)); }},
      {"sqrt", [](Variable h) { return sqrt(std::move(h)); }},
      {"scale", [](Variable h) { return scale(std::move(h), Real(-0.7)); }},
      {"shift", [](Variable h) { return shift(std::move(h), Real(0.3)); }},
      {"dropout", [](Variable h) { return dropout(std::move(h), Real(0.4), 11, Pass::training(5, 3)); }},
      {"add_row", [](Variable h) { return add_row(std::move(h), Variable::parameter(positive({4}, 8))); }},
      {"add", [other](Variable h) { return add(std::move(h), other()); }},
      {"subtract", [other](Variable h) { return subtract(std::move(h), other()); }},
      {"divide", [other](Variable h) { return divide(std::move(h), other()); }},
  };
}

TEST_CASE("moving the last handle in changes no bit of values and gradients, and spares memory", "[autodiff]") {
  for (const auto& [name, f] : overwriting()) {
    INFO(name);
    const auto run = [&f = f](bool moves) {
      const Variable x = Variable::parameter(positive({5, 4}));
      Variable h = scale(x, Real(1.3));
      const Real* const memory = h.value().data();
      const Variable kept = moves ? Variable() : h;
      Variable y = f(std::move(h));
      CHECK((y.value().data() == memory) == moves);
      const Tensor value = y.value().clone();
      backward(sum(square(std::move(y))));
      return std::array<Tensor, 2>{value, x.grad()};
    };
    const auto moved = run(true);
    const auto kept = run(false);
    CHECK(same_bits(moved[0], kept[0]));
    CHECK(same_bits(moved[1], kept[1]));
  }
}

TEST_CASE("gradients of results that were written over agree with central differences", "[autodiff][gradients]") {
  std::vector<support::GradientRow> rows;
  for (const auto& [name, f] : overwriting()) {
    rows.push_back({name, [f = f](Inputs in) { return f(scale(in[0], Real(1.3))); }, {positive({5, 4})}});
  }
  support::check_rows(rows);
}

TEST_CASE("a rule that reads more than its operation says fails and names it", "[autodiff]") {
  const Variable x = Variable::parameter(Tensor(Shape{}, 3));
  const auto reading = [&](const Reads& reads, BackwardRule rule) {
    backward(make_operation("forgetful", Tensor(Shape{}, 1), {x, x}, reads, std::move(rule)));
  };
  const auto input = [](std::size_t i) { return [i](BackwardStep& step) { step.input(i); }; };
  const auto output = [](BackwardStep& step) { step.output(); };
  CHECK_THROWS_AS(reading(Reads::nothing(), input(0)), Error);
  CHECK_THROWS_WITH(reading(Reads::inputs({0}), input(1)), Catch::Contains("forgetful") && Catch::Contains("input 1"));
  CHECK_THROWS_WITH(reading(Reads::all_of_the_inputs(), output), Catch::Contains("reads the output"));
  CHECK_THROWS_AS(reading(Reads::first_inputs(1).and_output(), input(1)), Error);
  CHECK_THROWS_AS(reading(Reads::of_product(true, false), input(0)), Error);
  CHECK_NOTHROW(reading(Reads::of_product(true, false), input(1)));
  CHECK_NOTHROW(reading(Reads::inputs({1}), input(1)));
  CHECK_NOTHROW(reading(Reads::first_inputs(1).and_output(), output));
}

TEST_CASE("a rule that says nothing finds all inputs, their shapes and the output after all handles are gone",
          "[autodiff]") {
  const Variable x = Variable::parameter(Tensor(Shape{}, 3));
  Real found = 0;
  bool has_shape = false;
  const auto rule = [&](BackwardStep& step) {
    found = step.input(0).item() * 100 + step.input(1).item() * 10 + step.output().item();
    has_shape = step.shape(1) == Shape{1, 1};
    step.gradient(0).fill(7);
  };
  const Variable loss = [&] {
    return make_operation("careful", Tensor(Shape{}, 4), {scale(x, 2), Variable::constant(Tensor({1, 1}, 5))}, rule);
  }();
  backward(loss);
  CHECK(found == 654);
  CHECK(has_shape);
  CHECK(x.grad().item() == 14);
  CHECK(loss.value().item() == 4);
}

}  // namespace
}  // namespace cairn
