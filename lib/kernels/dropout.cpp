#include <fmt/format.h>

#include <cmath>

#include "core/parallel.h"
#include "core/rng.h"
#include "kernels/dense.h"

namespace cairn::kernels {

namespace {

constexpr Index block_size = 16384;

void check(std::string_view name, const Tensor& x, Real rate, const Tensor& y) {
  if (x.size() != y.size()) {
    throw ShapeError(fmt::format("{}: {} and {} differ in size", name, to_string(x.shape()), to_string(y.shape())));
  }
  if (!(rate >= 0 && rate < 1)) throw UsageError(fmt::format("dropout: expected a rate in [0, 1), found {}", rate));
}

}  // namespace

void dropout(const Tensor& x, Real rate, std::uint64_t key, Tensor& y) {
  check("dropout", x, rate, y);
  const auto limit = static_cast<std::uint32_t>(static_cast<double>(rate) * 4294967296.0);
  const Real scale = 1 / (1 - rate);
  parallel_blocks(x.size(), block_size, [&](Index begin, Index end) {
    for (Index i = begin; i < end; ++i) {
      y.data()[i] = draw_bits(key, static_cast<std::uint32_t>(i)) < limit ? Real(0) : x.data()[i] * scale;
    }
  });
}

void add_dropout(const Tensor& x, Real rate, std::uint64_t key, Tensor& y) {
  check("add_dropout", x, rate, y);
  const auto limit = static_cast<std::uint32_t>(static_cast<double>(rate) * 4294967296.0);
  const Real scale = 1 / (1 - rate);
  parallel_blocks(x.size(), block_size, [&](Index begin, Index end) {
    for (Index i = begin; i < end; ++i) {
      y.data()[i] += draw_bits(key, static_cast<std::uint32_t>(i)) < limit ? Real(0) : x.data()[i] * scale;
    }
  });
}

}  // namespace cairn::kernels
