#include "benchmarks/attention_timing.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <utility>

#include "autodiff/ops_attention.h"
#include "autodiff/ops_dense.h"
#include "autodiff/ops_elementwise.h"
#include "autodiff/ops_kernelized.h"
#include "benchmarks/attention_graphs.h"
#include "benchmarks/memory_watch.h"
#include "core/error.h"

namespace cairn::benchmarks {

namespace {

constexpr Index heads = 4;
constexpr Index width = 16;  // of a head
constexpr Index checked_nodes = 8;
constexpr double tolerance = 1e-3;
constexpr kernels::FeatureOptions features{.map = kernels::FeatureMap::positive, .count = 32, .orthogonal = true};

/// Inputs with their gradients, and the pass over them.
class Pass {
 public:
  explicit Pass(const AttentionPass& pass) : pass_(pass) {
    const Rng rng = Rng(1).split("attention pass");
    const auto rows = [&](std::string_view name) {
      return Variable::parameter(uniform_tensor(Shape{pass.nodes, heads * width}, -1, 1, rng.split(name)));
    };
    query_ = rows("query");
    key_ = rows("key");
    value_ = rows("value");
    if (pass.op == nullptr) {
      blocks_ = std::make_shared<kernels::AttentionBlocks>(kernels::attention_blocks(pass.nodes, {}));
      return;
    }
    biases_ = Variable::parameter(uniform_tensor(Shape{heads, pass.op->bias_count()}, -1, 1, rng.split("biases")));
    draws_ = kernels::draw_features(features, heads, width, rng.split("draws"));
  }

  Variable forward() const {
    if (blocks_ != nullptr) return dense_attend(blocks_, heads, query_, key_, value_);
    return kernelized_attend(pass_.op, heads, features_of(query_, kernels::FeatureRole::query),
                             features_of(key_, kernels::FeatureRole::key), value_, biases_);
  }

  void both() const {
    for (const Variable& input : {query_, key_, value_, biases_}) {
      if (input.defined()) input.clear_gradient();
    }
    backward(mean(square(forward())));
  }

  /// Largest difference of z from the formula, row by row, over the largest value.
  double error() const {
    const WithoutGradients without_gradients;
    const Tensor z = forward().value();
    const Tensor phi = blocks_ ? Tensor() : features_of(query_, kernels::FeatureRole::query).value();
    const Tensor psi = blocks_ ? Tensor() : features_of(key_, kernels::FeatureRole::key).value();
    double worst = 0;
    double largest = 0;
    for (Index i = 0; i < checked_nodes; ++i) {
      const Index u = i * (pass_.nodes - 1) / (checked_nodes - 1);
      for (Index h = 0; h < heads; ++h) {
        const std::vector<double> weights = blocks_ ? softmax_weights(u, h) : kernel_weights(u, h, phi, psi);
        for (Index c = h * width; c < (h + 1) * width; ++c) {
          double sum = 0;
          double expected = 0;
          for (Index v = 0; v < pass_.nodes; ++v) {
            sum += weights[static_cast<std::size_t>(v)];
            expected += weights[static_cast<std::size_t>(v)] * static_cast<double>(value_.value().at(v, c));
          }
          expected /= sum;
          worst = std::max(worst, std::abs(static_cast<double>(z.at(u, c)) - expected));
          largest = std::max(largest, std::abs(expected));
        }
      }
    }
    return largest > 0 ? worst / largest : worst;
  }

 private:
  Variable features_of(const Variable& rows, kernels::FeatureRole role) const {
    return random_features(features, heads, draws_, unit_heads(rows, heads), role, {});
  }

  static double product(const Tensor& a, Index u, const Tensor& b, Index v, Index begin, Index end) {
    double sum = 0;
    for (Index j = begin; j < end; ++j) sum += static_cast<double>(a.at(u, j)) * static_cast<double>(b.at(v, j));
    return sum;
  }

  std::vector<double> softmax_weights(Index u, Index head) const {
    std::vector<double> weights;
    for (Index v = 0; v < pass_.nodes; ++v) {
      const double logit = product(query_.value(), u, key_.value(), v, head * width, (head + 1) * width);
      weights.push_back(std::exp(logit / std::sqrt(static_cast<double>(width))));
    }
    return weights;
  }

  std::vector<double> kernel_weights(Index u, Index head, const Tensor& phi, const Tensor& psi) const {
    std::vector<double> weights = pass_.matrix_row(static_cast<NodeId>(u), biases_.value().row(head));
    const Index m = phi.columns() / heads;
    for (Index v = 0; v < pass_.nodes; ++v) {
      double& weight = weights[static_cast<std::size_t>(v)];
      if (weight != 0) weight *= product(phi, u, psi, v, head * m, (head + 1) * m);
    }
    return weights;
  }

  AttentionPass pass_;
  Variable query_;
  Variable key_;
  Variable value_;
  Variable biases_;  // undefined for softmax, as what follows
  Tensor draws_;
  std::shared_ptr<const kernels::AttentionBlocks> blocks_;  // null for random features
};

double median_seconds(const std::function<void()>& work) {
  constexpr int runs = 3;
  constexpr double enough = 10;
  std::vector<double> seconds;
  double all = 0;
  while (static_cast<int>(seconds.size()) < runs && all < enough) {
    const auto start = std::chrono::steady_clock::now();
    work();
    seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    all += seconds.back();
  }
  std::sort(seconds.begin(), seconds.end());
  return seconds[seconds.size() / 2];
}

}  // namespace

AttentionTiming time_attention(const AttentionPass& pass) {
  const Pass attention(pass);
  AttentionTiming timing;
  timing.error = attention.error();
  if (!(timing.error <= tolerance)) {
    throw NumericError(
        fmt::format("bench attention, {} nodes: expected the formula's result within {:g}, found it {:g} "
                    "away",
                    pass.nodes, tolerance, timing.error));
  }
  const MemoryWatch watch;
  attention.both();
  timing.peak_bytes = watch.peak_bytes().value_or(std::numeric_limits<double>::infinity());
  timing.forward_seconds = median_seconds([&] {
    const WithoutGradients without_gradients;
    attention.forward();
  });
  timing.both_seconds = median_seconds([&] { attention.both(); });
  return timing;
}

}  // namespace cairn::benchmarks
