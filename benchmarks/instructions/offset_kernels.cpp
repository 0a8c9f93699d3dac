#include <memory>
#include <numeric>
#include <span>
#include <vector>

#include "benchmarks/instructions/counted_kernel.h"
#include "benchmarks/random_inputs.h"
#include "graph/generate.h"
#include "kernels/feature_maps.h"
#include "kernels/kernelized_attention.h"
#include "kernels/offset_operator.h"
#include "kernels/polynomial_operator.h"
#include "kernels/toeplitz.h"

namespace cairn::benchmarks {

namespace {

constexpr Index heads = 2;
constexpr Index features = 8;  // of a head
constexpr Index width = 8;     // of a head

std::vector<double> random_doubles(Index count, Rng& rng) {
  std::vector<double> all(static_cast<std::size_t>(count));
  for (double& value : all) value = static_cast<double>(rng.uniform());
  return all;
}

using FormOf = std::unique_ptr<kernels::OffsetForm> (*)(const kernels::OffsetGeometry&, std::span<const double>);

/// y = M x, M^T w and the gradient of coefficients, of a line of places.
KernelRun toeplitz(FormOf form_of, Index places) {
  Rng rng(1);
  const kernels::OffsetGeometry geometry{.extents = {places}, .clip = 16};
  const std::vector<double> coefficients = random_doubles(2 * geometry.clip + 1, rng);
  const std::shared_ptr<const kernels::OffsetForm> form = form_of(geometry, coefficients);
  const Index columns = form->columns_together();
  const std::vector<double> x = random_doubles(columns * places, rng);
  const std::vector<double> w = random_doubles(columns * places, rng);
  return [=, y = x, back = x, sums = std::vector<double>(static_cast<std::size_t>(form->sum_count()))]() mutable {
    form->both(x.data(), w.data(), columns, y.data(), back.data(), sums.data());
  };
}

using Operator = std::shared_ptr<const kernels::AttentionOperator>;

Operator line(Index places, kernels::OffsetProduct product) {
  std::vector<NodeId> nodes(static_cast<std::size_t>(places));
  std::iota(nodes.begin(), nodes.end(), 0);
  return kernels::offset_operator(places, {{nodes, {places}}}, {.product = product});
}

Operator polynomial() {
  Rng rng(2);
  const Graph graph = gnm_graph(200, 800, rng);
  return kernels::polynomial_operator(Propagation::from_graph(graph, Normalization::symmetric_self_loops), 4);
}

/// Kernelized attention and all its gradients.
KernelRun kernelized(const Operator& op) {
  Rng rng(3);
  const Index nodes = op->node_count();
  const auto positive = [&](Index columns) {
    Tensor x = random_tensor({nodes, columns}, rng);
    for (Real& value : x.values()) value += 2;
    return x;
  };
  return [op, query = positive(heads * features), key = positive(heads * features),
          value = random_tensor({nodes, heads * width}, rng), biases = random_tensor({heads, op->bias_count()}, rng),
          upstream = random_tensor({nodes, heads * width}, rng), query_gradient = Tensor({nodes, heads * features}),
          key_gradient = Tensor({nodes, heads * features}), value_gradient = Tensor({nodes, heads * width}),
          bias_gradient = Tensor({heads, op->bias_count()}), denominators = Tensor()]() mutable {
    const kernels::KernelizedInputs inputs{query, key, value, biases};
    const Tensor z = kernels::kernelized_attend(*op, heads, inputs, denominators);
    kernels::add_kernelized_attend_gradients(*op, heads, inputs, z, denominators, upstream,
                                             {&query_gradient, &key_gradient, &value_gradient, &bias_gradient});
  };
}

KernelRun random_features() {
  Rng rng(4);
  const kernels::FeatureOptions options{.count = 16};
  return [options, draws = kernels::draw_features(options, heads, 16, rng), x = random_tensor({500, heads * 16}, rng)] {
    kernels::random_features(options, heads, draws, x, kernels::FeatureRole::key, {});
  };
}

}  // namespace

std::vector<CountedKernel> counted_offset_kernels() {
  using kernels::OffsetProduct;
  return {{"toeplitz-fft", false, [] { return toeplitz(kernels::fft_form, 2000); }},
          {"toeplitz-band", true, [] { return toeplitz(kernels::band_form, 2000); }},
          {"kernelized-attention-pairs", true, [] { return kernelized(line(64, OffsetProduct::automatic)); }},
          {"kernelized-attention-fft", false, [] { return kernelized(line(200, OffsetProduct::fft)); }},
          {"kernelized-attention-band", true, [] { return kernelized(line(200, OffsetProduct::band)); }},
          {"kernelized-attention-polynomial", true, [] { return kernelized(polynomial()); }},
          {"random-features", true, random_features}};
}

}  // namespace cairn::benchmarks
