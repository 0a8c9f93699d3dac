#include <fmt/format.h>

#include <memory>
#include <vector>

#include "benchmarks/instructions/counted_kernel.h"
#include "benchmarks/random_inputs.h"
#include "kernels/dense.h"
#include "kernels/elementwise.h"
#include "kernels/losses.h"
#include "kernels/normalize.h"
#include "kernels/pairs.h"
#include "kernels/parameter_update.h"

namespace cairn::benchmarks {

namespace {

constexpr Index rows = 500;
constexpr Index inner = 48;
constexpr Index values = 50000;

KernelRun product(Index width) {
  Rng rng(1);
  return [a = random_tensor({rows, inner}, rng), b = random_tensor({inner, width}, rng)] { kernels::matmul(a, b); };
}

KernelRun product_b_transposed(Index width) {
  Rng rng(1);
  return [u = random_tensor({rows, width}, rng), b = random_tensor({inner, width}, rng),
          c = Tensor({rows, inner})]() mutable { kernels::add_matmul_bt(u, b, c); };
}

KernelRun product_a_transposed(Index width) {
  Rng rng(1);
  return [a = random_tensor({rows, inner}, rng), u = random_tensor({rows, width}, rng),
          c = Tensor({inner, width})]() mutable { kernels::add_matmul_at(a, u, c); };
}

KernelRun dropout() {
  Rng rng(2);
  return [x = random_tensor({values}, rng), y = Tensor({values})]() mutable { kernels::dropout(x, Real(0.5), 5, y); };
}

KernelRun dropout_back() {
  Rng rng(2);
  return
      [x = random_tensor({values}, rng), y = Tensor({values})]() mutable { kernels::add_dropout(x, Real(0.5), 5, y); };
}

KernelRun elu() {
  Rng rng(2);
  return [x = random_tensor({values}, rng), y = Tensor({values})]() mutable { kernels::elu(x, y); };
}

KernelRun softmax() {
  Rng rng(2);
  return [x = random_tensor({rows, 40}, rng), y = Tensor({rows, 40})]() mutable { kernels::softmax_rows(x, y); };
}

KernelRun normalize() {
  Rng rng(2);
  return [x = random_tensor({rows, 64}, rng), deviation = Tensor()]() mutable {
    kernels::normalize_rows(x, Real(1e-5), deviation);
  };
}

KernelRun cross_entropy() {
  Rng rng(3);
  std::vector<kernels::ClassTarget> targets;
  for (NodeId row = 0; row < rows; ++row) targets.push_back({row, row % 7});
  return [scores = random_tensor({rows, 7}, rng), targets, probabilities = Tensor(),
          gradient = Tensor({rows, 7})]() mutable {
    kernels::cross_entropy(scores, targets, probabilities);
    kernels::add_cross_entropy_gradient(probabilities, targets, 1, gradient);
  };
}

KernelRun binary_cross_entropy() {
  Rng rng(3);
  Tensor targets({5000});
  for (Index i = 0; i < targets.size(); i += 2) targets.data()[i] = 1;
  return [scores = random_tensor({5000}, rng), targets, gradient = Tensor({5000})]() mutable {
    kernels::binary_cross_entropy(scores, targets);
    kernels::add_binary_cross_entropy_gradient(scores, targets, 1, gradient);
  };
}

KernelRun adam() {
  Rng rng(4);
  const kernels::AdamFactors factors{.learning_rate = Real(0.01),
                                     .coupled_decay = Real(5e-4),
                                     .beta1 = Real(0.9),
                                     .beta2 = Real(0.999),
                                     .epsilon = Real(1e-8)};
  return [=, gradient = random_tensor({values}, rng), mean = Tensor({values}), variance = Tensor({values}),
          parameter = random_tensor({values}, rng)]() mutable {
    kernels::adam_update(factors, gradient, mean, variance, parameter);
  };
}

/// Distances of pairs of rows, and their gradient.
KernelRun pair_distances() {
  Rng rng(5);
  std::vector<NodeId> first;
  std::vector<NodeId> second;
  for (Index pair = 0; pair < 1000; ++pair) {
    first.push_back(static_cast<NodeId>(rng.below(rows)));
    second.push_back(static_cast<NodeId>(rng.below(rows)));
  }
  return [pairs = std::make_shared<PairList>(rows, first, second), z = random_tensor({rows, 32}, rng),
          upstream = random_tensor({1000}, rng), gradient = Tensor({rows, 32})]() mutable {
    kernels::add_pair_l2_gradient(*pairs, z, kernels::pair_l2(*pairs, z), upstream, gradient);
  };
}

}  // namespace

std::vector<CountedKernel> counted_dense_kernels() {
  std::vector<CountedKernel> all;
  for (const Index width : {7, 16, 32, 64}) {
    all.push_back({fmt::format("dense-product-{}", width), true, [=] { return product(width); }});
    all.push_back(
        {fmt::format("dense-product-b-transposed-{}", width), true, [=] { return product_b_transposed(width); }});
    all.push_back(
        {fmt::format("dense-product-a-transposed-{}", width), true, [=] { return product_a_transposed(width); }});
  }
  all.push_back({"dropout", true, dropout});
  all.push_back({"dropout-back", true, dropout_back});
  all.push_back({"elu", true, elu});
  all.push_back({"softmax-rows", false, softmax});
  all.push_back({"normalize-rows", false, normalize});
  all.push_back({"cross-entropy", false, cross_entropy});
  all.push_back({"binary-cross-entropy", false, binary_cross_entropy});
  all.push_back({"adam", false, adam});
  all.push_back({"pair-distances", false, pair_distances});
  return all;
}

}  // namespace cairn::benchmarks
