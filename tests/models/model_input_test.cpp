#include "models/model_input.h"

#include <string>
#include <vector>

#include "autodiff/ops_elementwise.h"
#include "autodiff/ops_graph.h"
#include "models/layer_stack.h"
#include "nn/layers.h"
#include "support/catch.h"
#include "support/graphs.h"
#include "support/tensors.h"
#include "support/threads.h"

using namespace cairn;

namespace {

constexpr Index nodes = 40;
constexpr Index width = 3;

Tensor some_features() {
  Rng rng(41);
  return support::random_tensor(Shape{nodes, width}, rng);
}

Graph some_graph() {
  Rng rng(42);
  return support::random_graph(nodes, 160, rng, {.directed = true, .weighted = true});
}

/// Layers wider than the features, which therefore pull these first.
LayerStack wide_stack(std::string_view layer, Real dropout) {
  return {{.layer = std::string(layer), .in = width, .hidden = 8, .out = 2, .dropout = dropout}, Rng(6)};
}

/// The gradients of sum(embedding^2) at a step, then the embedding in an evaluation.
std::vector<Tensor> step_and_evaluation(const LayerStack& stack, const ModelInput& input, Index step) {
  backward(sum(square(stack.embed(input, Pass::training(9, step)))));
  std::vector<Tensor> found;
  for (const NamedParameter& parameter : parameters_of(stack)) {
    if (parameter.kind == ParameterKind::buffer) continue;
    found.push_back(parameter.value.grad().clone());
    parameter.value.clear_gradient();
  }
  const WithoutGradients without_gradients;
  found.push_back(stack.embed(input, Pass::evaluation()).value());
  return found;
}

}  // namespace

TEST_CASE("model input: over many passes layers give the bits of an input that keeps nothing", "[models][input]") {
  for (const int threads : {1, 2}) {
    const support::Threads scope(threads);
    for (const std::string_view layer : layer_names()) {
      for (const Real dropout : {Real(0), Real(0.5)}) {
        INFO(layer << ", dropout " << dropout);
        const LayerStack stack = wide_stack(layer, dropout);
        const ModelInput kept(Variable::constant(some_features()), some_graph());
        for (Index step = 0; step < 3; ++step) {
          // Other features than those it was made with: it keeps nothing of them.
          const ModelInput fresh = kept.with_features(Variable::constant(some_features()));
          const std::vector<Tensor> found = step_and_evaluation(stack, kept, step);
          const std::vector<Tensor> expected = step_and_evaluation(stack, fresh, step);
          REQUIRE(found.size() == expected.size());
          for (std::size_t i = 0; i < found.size(); ++i) CHECK(support::same_bits(found[i], expected[i]));
        }
      }
    }
  }
}

TEST_CASE("model input: features are pulled once for each form; dropped ones, others, and a batch's each time",
          "[models][input]") {
  const Variable x = Variable::constant(some_features());
  const ModelInput input(x, some_graph());
  const ModelInput batch = ModelInput::of_batch(x, nodes, {Propagation::from_graph(some_graph(), Normalization::mean)});
  for (const Normalization form : {Normalization::sum, Normalization::mean, Normalization::symmetric_self_loops}) {
    const auto pulled = [&](const Variable& from) {
      return propagate(ModelInput(input).propagation(form), from).value();
    };
    const Tensor kept = pulled(x);
    CHECK(pulled(x).data() == kept.data());
    const Variable dropped = dropout(x, Real(0.5), 7, Pass::training(1, 0));
    CHECK_FALSE(support::same_bits(pulled(dropped), kept));
    const Tensor first = pulled(Variable::constant(some_features()));
    CHECK(support::same_bits(first, kept));
    CHECK(first.data() != kept.data());
  }
  const Tensor one = propagate(batch.propagation(Normalization::mean, 0), x).value();
  const Tensor two = propagate(batch.propagation(Normalization::mean, 0), x).value();
  CHECK(support::same_bits(one, two));
  CHECK(one.data() != two.data());
}

TEST_CASE("model input: features that want a gradient change where they lie, and are pulled as they are",
          "[models][input]") {
  const Variable x = Variable::parameter(some_features());
  const ModelInput input(x, some_graph());
  const auto pulled = [&] { return propagate(input.propagation(Normalization::sum), x).value(); };
  const Tensor before = pulled();
  for (Real& value : x.mutable_value().values()) value *= 2;
  const Tensor after = pulled();
  CHECK_FALSE(support::same_bits(before, after));
  CHECK(support::same_bits(
      after,
      propagate(Propagation::from_graph(some_graph(), Normalization::sum), Variable::constant(x.value())).value()));
  // Nor where a constant at the same place is kept.
  const ModelInput constant(Variable::constant(x.value()), some_graph());
  const auto of_constant = [&](const Variable& from) {
    return propagate(constant.propagation(Normalization::sum), from).value();
  };
  const Tensor kept = of_constant(Variable::constant(x.value()));
  CHECK(of_constant(Variable::constant(x.value())).data() == kept.data());
  CHECK(of_constant(x).data() != kept.data());
}
