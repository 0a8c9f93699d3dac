#include "position/shifted_basis.h"

#include <utility>

#include "core/rng.h"
#include "position/encoding_state.h"

namespace cairn {

ShiftedBasis::ShiftedBasis(EncodingHead head, std::vector<AxisBasis> axes)
    : Encoding(std::move(head)), axes_(std::move(axes)) {
  for (const AxisBasis& axis : axes_) width_ += axis.grid.count;
}

std::unique_ptr<Encoding> ShiftedBasis::fit(BasisShape shape, const Coordinates& data, const EncodingOptions& options) {
  const std::vector<AxisGrid> grids = fit_grids(data, options, natural_spacing(shape, options.width));
  const Rng base = Rng(options.seed).split("encoding noise");
  std::vector<AxisBasis> axes;
  for (const AxisGrid& grid : grids) {
    AxisBasis axis{shape, options.width, grid, {}};
    if (shape == BasisShape::noise) {
      Rng stream = base.split(axes.size());
      for (Index j = 0; j < grid.count; ++j) axis.noise.push_back(static_cast<double>(stream.normal()));
    }
    axes.push_back(std::move(axis));
  }
  const EncodingHead head{options.name, EncodingMode::simple, ranges_of(grids)};
  std::unique_ptr<ShiftedBasis> encoding(new ShiftedBasis(head, std::move(axes)));
  encoding->fit_scale(data);
  return encoding;
}

void ShiftedBasis::encode_rows(const Coordinates& coordinates, Index begin, Index end, double* rows) const {
  double* row = rows;
  for (Index node = begin; node < end; ++node) {
    for (Index axis = 0; axis < axis_count(); ++axis) {
      const AxisBasis& basis = axes_[static_cast<std::size_t>(axis)];
      const std::span<double> part(row, static_cast<std::size_t>(basis.grid.count));
      if (coordinates.is_valid(node, axis)) basis.write(static_cast<double>(coordinates.values.at(node, axis)), part);
      row += basis.grid.count;
    }
  }
}

void ShiftedBasis::save_state(StateWriter& state) const {
  std::vector<AxisGrid> grids;
  std::vector<double> noise;
  for (const AxisBasis& axis : axes_) {
    grids.push_back(axis.grid);
    noise.insert(noise.end(), axis.noise.begin(), axis.noise.end());
  }
  state.number("width", axes_.front().width);
  state.numbers("noise", noise);
  save_grids(state, grids);
}

std::unique_ptr<Encoding> ShiftedBasis::load(BasisShape shape, EncodingHead head, const StateReader& state) {
  const double width = state.number("width");
  if (width <= 0) state.fail("width", "is not above 0");
  std::vector<AxisBasis> axes;
  Index places = 0;
  for (const AxisGrid& grid : load_grids(state, static_cast<Index>(head.ranges.size()))) {
    axes.push_back({shape, width, grid, {}});
    places += grid.count;
  }
  const std::vector<double> noise = state.numbers("noise", shape == BasisShape::noise ? places : 0);
  auto next = noise.begin();
  for (AxisBasis& axis : axes) {
    if (shape != BasisShape::noise) break;
    axis.noise.assign(next, next + axis.grid.count);
    next += axis.grid.count;
  }
  return std::unique_ptr<Encoding>(new ShiftedBasis(std::move(head), std::move(axes)));
}

}  // namespace cairn
