#include <fmt/format.h>

#include <string_view>

#include "core/parallel.h"
#include "kernels/dense.h"
#include "kernels/vector_kernels.h"

namespace cairn::kernels {

namespace {

void drop(std::string_view name, const Tensor& x, Real rate, std::uint64_t key, Tensor& y, Store store) {
  if (x.size() != y.size()) {
    throw ShapeError(fmt::format("{}: {} and {} differ in size", name, to_string(x.shape()), to_string(y.shape())));
  }
  const DropoutDraws draws = dropout_draws(rate, key);
  const auto& kernels = vector_kernels();
  constexpr Index values_per_block = 1 << 15;  // some 10 microseconds
  parallel_blocks(x.size(), values_per_block,
                  [&](Index begin, Index end) { kernels.dropout(x.data(), draws, y.data(), store, begin, end); });
}

}  // namespace

void dropout(const Tensor& x, Real rate, std::uint64_t key, Tensor& y) {
  drop("dropout", x, rate, key, y, Store::write);
}

void add_dropout(const Tensor& x, Real rate, std::uint64_t key, Tensor& y) {
  drop("add_dropout", x, rate, key, y, Store::add);
}

}  // namespace cairn::kernels
