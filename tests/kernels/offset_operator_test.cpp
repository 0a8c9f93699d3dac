#include "kernels/offset_operator.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.h"
#include "support/catch.h"
#include "support/gradient_inputs.h"
#include "support/tensors.h"
#include "support/threads.h"

namespace cairn::kernels {
namespace {

using support::off_zero;

/// Rounding: of sums of up to 1000 values in double, of results stored as float.
constexpr double tolerance = sizeof(Real) == sizeof(double) ? 1e-11 : 1e-5;

std::vector<NodeId> in_order(Index n, NodeId first = 0) {
  std::vector<NodeId> nodes(static_cast<std::size_t>(n));
  std::iota(nodes.begin(), nodes.end(), first);
  return nodes;
}

OffsetPart line(Index n) { return {in_order(n), {n}}; }

/// y[j, g, u] = sum over v of dense[u, v] x[j, g, v] (or dense[v, u]), in double.
Tensor dense_product(const Tensor& dense, const Tensor& x, bool transposed) {
  const Index n = x.extent(2);
  Tensor y(x.shape());
  for (Index c = 0; c < x.extent(0) * x.extent(1); ++c) {
    for (Index u = 0; u < n; ++u) {
      double sum = 0;
      for (Index v = 0; v < n; ++v) {
        const Real weight = transposed ? dense.at(v, u) : dense.at(u, v);
        sum += static_cast<double>(weight) * static_cast<double>(x.data()[c * n + v]);
      }
      y.data()[c * n + u] = static_cast<Real>(sum);
    }
  }
  return y;
}

/// |a - b| relative to the largest |b|.
double error_of(const Tensor& a, const Tensor& b) {
  double largest = 1e-300;
  for (const Real value : b.values()) largest = std::max(largest, std::abs(static_cast<double>(value)));
  return support::max_difference(a, b) / largest;
}

/// Every way to multiply, back and forth, and the gradient of biases, against the matrix written out.
void check_products(std::vector<OffsetPart> parts, OffsetOptions options) {
  Index nodes = 0;
  for (const OffsetPart& part : parts) nodes += static_cast<Index>(part.nodes.size());
  const Tensor x = off_zero({2, 3, nodes}, 5);
  const Tensor w = off_zero({2, 3, nodes}, 6);
  for (const OffsetProduct product : {OffsetProduct::direct, OffsetProduct::fft, OffsetProduct::band}) {
    options.product = product;
    const auto op = offset_operator(nodes, parts, options);
    const Tensor biases = off_zero({op->bias_count()}, 3);
    const Tensor dense = op->to_dense(biases.values());
    const auto matrix = op->with_biases(biases.values());
    INFO(nodes << " nodes, extents[0] " << parts[0].extents[0] << ", clip " << options.clip << ", product "
               << static_cast<int>(product));
    Tensor y(x.shape());
    Tensor back(x.shape());
    matrix->apply(x, y);
    CHECK(error_of(y, dense_product(dense, x, false)) < tolerance);
    matrix->apply_transposed(w, back);
    CHECK(error_of(back, dense_product(dense, w, true)) < tolerance);
    std::vector<double> sums(static_cast<std::size_t>(matrix->gradient_sum_count()), 0);
    matrix->apply_both(x, w, y, back, sums);
    CHECK(error_of(y, dense_product(dense, x, false)) < tolerance);
    CHECK(error_of(back, dense_product(dense, w, true)) < tolerance);
    std::vector<double> apart(sums.size(), 0);
    matrix->add_gradient_sums(x, w, apart);
    std::vector<double> of_biases(static_cast<std::size_t>(op->bias_count()), 0);
    std::vector<double> again(of_biases.size(), 0);
    matrix->add_bias_gradient(sums, of_biases);
    matrix->add_bias_gradient(apart, again);

    // <dL/dM, dM/db_p> with dM/db_p worked out from matrices alone: M with every other bias far below.
    std::vector<double> expected(of_biases.size(), 0);
    double largest = 0;
    const Index probes = std::min<Index>(op->bias_count(), 9);
    for (Index probe = 0; probe < probes; ++probe) {
      const Index p = probe * (op->bias_count() - 1) / std::max<Index>(1, probes - 1);
      Tensor alone(biases.shape(), Real(-300));
      const Real highest = *std::max_element(biases.values().begin(), biases.values().end());
      alone.data()[p] = 0;
      const Tensor pattern = op->to_dense(alone.values());
      const Tensor heard = dense_product(pattern, x, false);
      double sum = 0;
      for (Index k = 0; k < heard.size(); ++k) {
        sum += static_cast<double>(heard.data()[k]) * static_cast<double>(w.data()[k]);
      }
      const auto place = static_cast<std::size_t>(p);
      expected[place] = sum * std::exp(static_cast<double>(biases.data()[p]) - static_cast<double>(highest));
      largest = std::max(largest, std::abs(expected[place]));
      // Sums of n products of single values as float.
      CHECK(std::abs(of_biases[place] - expected[place]) < 10 * tolerance * (largest + 1));
      CHECK(std::abs(again[place] - expected[place]) < 10 * tolerance * (largest + 1));
    }
  }
}

TEST_CASE("offsets: lines agree with the matrix written out, for every product", "[kernels][kernelized]") {
  for (const Index n : {1, 2, 5, 16, 33}) {
    for (const Index clip : {1, 3, 16, 300}) {
      check_products({line(n)}, {.clip = clip});
      check_products({line(n)}, {.clip = clip, .causal = true});
      check_products({line(n)}, {.clip = clip, .periodic = true});
    }
  }
}

TEST_CASE("offsets: lines of 257 and 1000 agree with the matrix written out", "[kernels][kernelized][slow]") {
  check_products({line(257)}, {.clip = 16});
  check_products({line(257)}, {.clip = 300, .causal = true});
  check_products({line(257)}, {.clip = 40, .periodic = true});
  check_products({line(1000)}, {.clip = 999});
  check_products({line(1000)}, {.clip = 20, .periodic = true});
}

TEST_CASE("offsets: grids agree with the matrix written out", "[kernels][kernelized]") {
  for (const bool periodic : {false, true}) {
    check_products({{in_order(77), {7, 11}}}, {.clip = 3, .periodic = periodic});
    check_products({{in_order(77), {7, 11}}}, {.clip = 20, .periodic = periodic});
    check_products({{in_order(60), {3, 4, 5}}}, {.clip = 2, .periodic = periodic});
    check_products({{in_order(5), {1, 5}}}, {.clip = 2, .periodic = periodic});
  }
}

TEST_CASE("offsets: the bias of v - u, not of u - v, is what u hears of v", "[kernels][kernelized]") {
  const auto op = offset_operator(3, {{{2, 0, 1}, {3}}}, {.clip = 2});
  const std::vector<Real> biases{-1, -2, 0, -3, -4};  // offsets -2 .. 2
  const Tensor dense = op->to_dense(biases);
  // Node 2 comes first, then 0, then 1.
  CHECK(dense.at(2, 0) == Approx(std::exp(-3.0)));
  CHECK(dense.at(2, 1) == Approx(std::exp(-4.0)));
  CHECK(dense.at(1, 2) == Approx(std::exp(-1.0)));
  CHECK(dense.at(0, 2) == Approx(std::exp(-2.0)));
}

TEST_CASE("offsets: graphs of a union do not hear each other, whatever their values", "[kernels][kernelized]") {
  // Two graphs of one size (one spectrum) and one of another, nodes mixed.
  std::vector<OffsetPart> parts{{{0, 2, 4, 6, 8}, {5}}, {{1, 3, 5, 7, 9}, {5}}, {{12, 11, 10}, {3}}, {{}, {0}}};
  check_products(parts, {.clip = 2});
  check_products(parts, {.clip = 2, .periodic = true});
  for (const OffsetProduct product : {OffsetProduct::direct, OffsetProduct::fft, OffsetProduct::band}) {
    const auto op = offset_operator(13, parts, {.clip = 2, .product = product});
    const auto matrix = op->with_biases(off_zero({5}).values());
    Tensor x = off_zero({3, 2, 13}, 4);
    Tensor before(x.shape());
    Tensor after(x.shape());
    matrix->apply(x, before);
    for (Index c = 0; c < 6; ++c) {
      for (const Index u : {1, 3, 5, 7, 9}) x.data()[c * 13 + u] = Real(1e6);
    }
    matrix->apply(x, after);
    for (Index c = 0; c < 6; ++c) {
      for (const Index u : {0, 2, 4, 6, 8, 10, 11, 12}) CHECK(before.data()[c * 13 + u] == after.data()[c * 13 + u]);
    }
  }
}

TEST_CASE("offsets: a prime length beyond 2^16 agrees with the band", "[kernels][kernelized][slow]") {
  const Index n = 65537;  // a transform of this length, or of 2 n - 1 = 29 x 43 x .., would take n^2 steps
  const Tensor x = off_zero({1, 2, n});
  for (const bool periodic : {false, true}) {
    Tensor results[2] = {Tensor(x.shape()), Tensor(x.shape())};
    const OffsetProduct products[2] = {OffsetProduct::band, OffsetProduct::fft};
    for (int i = 0; i < 2; ++i) {
      const auto op = offset_operator(n, {line(n)}, {.clip = 8, .periodic = periodic, .product = products[i]});
      op->with_biases(off_zero({17}, 2).values())->apply(x, results[i]);
    }
    CHECK(error_of(results[1], results[0]) < tolerance);
  }
}

TEST_CASE("offsets: far apart biases are not left to the FFT", "[kernels][kernelized]") {
  const Index n = 512;
  for (const Real spread : {Real(10), Real(20)}) {  // one offset at +spread, the others at -spread
    const auto op = offset_operator(n, {line(n)}, {.clip = 511});
    Tensor biases(Shape{1023}, -spread);
    biases.data()[511 + 37] = spread;
    const Tensor dense = op->to_dense(biases.values());
    const Tensor x = support::positive({1, 2, n});
    Tensor y(x.shape());
    op->with_biases(biases.values())->apply(x, y);
    const Tensor expected = dense_product(dense, x, false);
    for (Index k = 0; k < y.size(); ++k) CHECK(y.data()[k] == Approx(expected.data()[k]).epsilon(1e-3));
  }
}

TEST_CASE("offsets: options and parts that make no sense are refused", "[kernels][kernelized]") {
  using Catch::Matchers::Contains;
  CHECK_THROWS_AS(offset_operator(3, {line(3)}, {.clip = 0}), UsageError);
  CHECK_THROWS_AS(offset_operator(3, {line(3)}, {.clip = -2}), UsageError);
  CHECK_THROWS_AS(offset_operator(3, {line(3)}, {.periodic = true, .causal = true}), UsageError);
  CHECK_THROWS_AS(offset_operator(4, {{in_order(4), {2, 2}}}, {.causal = true}), UsageError);
  CHECK_THROWS_WITH(offset_operator(27, {{in_order(27), {3, 3, 3}}}, {.clip = 60}), Contains("fewer"));
  CHECK_THROWS_AS(offset_operator(5, {{in_order(5), {2, 3}}}, {}), ShapeError);
  CHECK_THROWS_AS(offset_operator(10, {line(5), {in_order(5, 5), {1, 5}}}, {}), ShapeError);
  CHECK_THROWS_WITH(offset_operator(4, {{{0, 1, 1, 3}, {4}}}, {}), Contains("node 1 stands in two places"));
  CHECK_THROWS_WITH(offset_operator(4, {{{0, 1, 3}, {3}}}, {}), Contains("node 2 stands nowhere"));
  CHECK_THROWS_WITH(offset_operator(3, {{{0, 1, 3}, {3}}}, {}), Contains("node 3 is not below 3"));
  const auto op = offset_operator(3, {line(3)}, {.clip = 2});
  CHECK_THROWS_AS(op->with_biases(std::vector<Real>(4)), ShapeError);
  CHECK_THROWS_AS(offset_operator(8193, {line(8193)}, {})->to_dense(std::vector<Real>(33)), UsageError);
}

}  // namespace
}  // namespace cairn::kernels
