#include "position/encoding.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/parallel.h"
#include "position/encoding_state.h"

namespace cairn {

namespace {

/// Nodes whose rows are held in double at a time, by one thread.
constexpr Index nodes_per_block = 64;

void check_axes(const Coordinates& coordinates, Index axis_count, const std::string& name) {
  check_coordinates(coordinates);
  if (coordinates.axis_count() == axis_count) return;
  throw ShapeError(fmt::format("{} encoding: expected coordinates on {} axes, found {}", name, axis_count,
                               coordinates.axis_count()));
}

}  // namespace

template <class Use>
void Encoding::each_block(const Coordinates& coordinates, const Use& use) const {
  parallel_blocks(coordinates.node_count(), nodes_per_block, [&](Index begin, Index end) {
    std::vector<double> rows(static_cast<std::size_t>((end - begin) * width()), 0.0);
    encode_rows(coordinates, begin, end, rows.data());
    use(begin, end, rows.data());
  });
}

Tensor Encoding::encode(const Coordinates& coordinates) const {
  check_axes(coordinates, axis_count(), name());
  Tensor result = Tensor::uninitialized({coordinates.node_count(), width()});
  each_block(coordinates, [&](Index begin, Index end, const double* rows) {
    std::transform(rows, rows + (end - begin) * width(), result.data() + begin * width(),
                   [&](double value) { return static_cast<Real>(value * head_.scale); });
  });
  return result;
}

Index Encoding::count_outside(const Coordinates& coordinates) const {
  check_axes(coordinates, axis_count(), name());
  Index outside = 0;
  for (Index node = 0; node < coordinates.node_count(); ++node) {
    for (Index axis = 0; axis < axis_count(); ++axis) {
      if (!coordinates.is_valid(node, axis)) continue;
      const auto value = static_cast<double>(coordinates.values.at(node, axis));
      const AxisRange range = head_.ranges[static_cast<std::size_t>(axis)];
      outside += value < range.low || value > range.high ? 1 : 0;
    }
  }
  return outside;
}

void Encoding::fit_scale(const Coordinates& coordinates) {
  std::vector<double> squares(static_cast<std::size_t>(coordinates.node_count()), 0.0);
  each_block(coordinates, [&](Index begin, Index end, const double* rows) {
    for (Index node = begin; node < end; ++node) {
      for (Index column = 0; column < width(); ++column) {
        const double value = rows[(node - begin) * width() + column];
        squares[static_cast<std::size_t>(node)] += value * value;
      }
    }
  });
  const auto largest = std::max_element(squares.begin(), squares.end());
  head_.scale = largest != squares.end() && *largest > 0 ? 1 / std::sqrt(*largest) : 1;
}

void Encoding::save(NamedTensors& tensors, std::string_view prefix) const {
  StateWriter state(tensors, prefix);
  save_head(state, head_);
  save_state(state);
}

}  // namespace cairn
