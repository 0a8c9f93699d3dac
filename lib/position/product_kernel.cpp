#include "position/product_kernel.h"

#include <fmt/format.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/rng.h"
#include "position/encoding_state.h"
#include "position/landmarks.h"

namespace cairn {

namespace {

constexpr Index most_landmarks = 8192;
/// Eigenvalues below this share of the largest are rounding of k(Z, Z), whose entries err by about 1e-16.
constexpr double least_eigenvalue = 1e-10;

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// a^(-1/2) of a symmetric matrix, on the directions that it has.
Matrix inverse_root(const Matrix& a) {
  const Eigen::SelfAdjointEigenSolver<Matrix> solver(a);
  if (solver.info() != Eigen::Success) throw NumericError("product encoding: eigenvalues of its landmarks not found");
  Eigen::VectorXd roots = solver.eigenvalues();
  const double least = least_eigenvalue * roots.maxCoeff();
  for (double& value : roots) value = value > least ? 1 / std::sqrt(value) : 0;
  return solver.eigenvectors() * roots.asDiagonal() * solver.eigenvectors().transpose();
}

std::vector<AxisGrid> grids_of(const std::vector<AxisKernel>& kernels) {
  std::vector<AxisGrid> grids;
  for (const AxisKernel& kernel : kernels) grids.push_back(kernel.grid);
  return grids;
}

}  // namespace

double ProductKernel::similarity(const Coordinates& coordinates, Index node, Index landmark) const {
  const Index axes = axis_count();
  double product = 1;
  double exponent = 0;  // of all Gaussian axes, so that they ask for one exponential together
  for (Index axis = 0; axis < axes; ++axis) {
    const auto at = static_cast<std::size_t>(landmark * axes + axis);
    const bool known = coordinates.is_valid(node, axis);
    if (known != (known_[at] != 0)) return 0;
    if (!known) continue;
    const AxisKernel& kernel = kernels_[static_cast<std::size_t>(axis)];
    const auto value = static_cast<double>(coordinates.values.at(node, axis));
    if (kernel.is_gaussian()) {
      exponent += kernel.gaussian_exponent(value, places_[at]);
    } else {
      product *= kernel(value, places_[at]);
      if (product == 0) return 0;
    }
  }
  return exponent > 0 ? product * std::exp(-exponent) : product;
}

void ProductKernel::write_similarities(const Coordinates& coordinates, Index node, double* row) const {
  for (Index k = 0; k < landmark_count_; ++k) row[k] = similarity(coordinates, node, k);
}

void ProductKernel::place_landmarks(const Coordinates& data, const std::vector<Index>& nodes) {
  landmark_count_ = static_cast<Index>(nodes.size());
  for (const Index node : nodes) {
    for (Index axis = 0; axis < axis_count(); ++axis) {
      places_.push_back(static_cast<double>(data.values.at(node, axis)));
      known_.push_back(data.is_valid(node, axis) ? 1 : 0);
    }
  }
  Matrix similarities(landmark_count_, landmark_count_);
  for (Index k = 0; k < landmark_count_; ++k) {
    write_similarities(data, nodes[static_cast<std::size_t>(k)], similarities.row(k).data());
  }
  const Matrix whitening = inverse_root(similarities);
  whitening_.assign(whitening.data(), whitening.data() + whitening.size());
}

std::unique_ptr<Encoding> ProductKernel::fit(BasisShape shape, const Coordinates& data, const EncodingOptions& options,
                                             const std::vector<std::vector<double>>& frequencies) {
  if (options.landmarks < 1 || options.landmarks > most_landmarks) {
    throw UsageError(fmt::format("encoding: expected 1 to {} landmarks, found {}", most_landmarks, options.landmarks));
  }
  std::vector<AxisKernel> kernels = fit_kernels(shape, data, options);
  for (std::size_t axis = 0; axis < frequencies.size(); ++axis) kernels[axis].frequencies = frequencies[axis];
  const std::vector<AxisGrid> grids = grids_of(kernels);
  Rng rng = Rng(options.seed).split("encoding landmarks");
  const std::vector<Index> nodes = farthest_first(data, grids, options.landmarks, rng);
  if (nodes.empty()) throw UsageError("encoding: no node has a known coordinate to take landmarks from");
  const EncodingHead head{options.name, EncodingMode::product, ranges_of(grids)};
  std::unique_ptr<ProductKernel> encoding(new ProductKernel(head, std::move(kernels)));
  encoding->place_landmarks(data, nodes);
  return encoding;
}

void ProductKernel::encode_rows(const Coordinates& coordinates, Index begin, Index end, double* rows) const {
  Matrix similarities(end - begin, landmark_count_);
  for (Index node = begin; node < end; ++node) {
    // A node that knows nothing comes out as zeros: every landmark knows something that it does not.
    write_similarities(coordinates, node, similarities.row(node - begin).data());
  }
  const Eigen::Map<const Matrix> whitening(whitening_.data(), landmark_count_, landmark_count_);
  Eigen::Map<Matrix>(rows, end - begin, landmark_count_).noalias() = similarities * whitening;
}

void ProductKernel::save_state(StateWriter& state) const {
  state.number("width", kernels_.front().width);
  save_grids(state, grids_of(kernels_));
  std::vector<double> frequencies;
  for (const AxisKernel& kernel : kernels_) {
    frequencies.insert(frequencies.end(), kernel.frequencies.begin(), kernel.frequencies.end());
  }
  state.numbers("frequencies", frequencies);
  state.numbers("landmarks", places_, axis_count());
  state.whole("landmarks.known", known_);
  state.numbers("whitening", whitening_, landmark_count_);
}

std::unique_ptr<Encoding> ProductKernel::load(BasisShape shape, EncodingHead head, const StateReader& state) {
  const double width = state.number("width");
  if (width <= 0) state.fail("width", "is not above 0");
  const auto axes = static_cast<Index>(head.ranges.size());
  std::vector<AxisKernel> kernels;
  for (const AxisGrid& grid : load_grids(state, axes)) kernels.push_back({shape, width, grid, {}});
  const std::vector<double> frequencies = state.numbers("frequencies");
  if (static_cast<Index>(frequencies.size()) % axes != 0) state.fail("frequencies", "does not fit the axes");
  const auto count = static_cast<std::ptrdiff_t>(frequencies.size()) / axes;
  for (Index axis = 0; axis < axes; ++axis) {
    const auto first = frequencies.begin() + axis * count;
    kernels[static_cast<std::size_t>(axis)].frequencies.assign(first, first + count);
  }
  std::unique_ptr<ProductKernel> encoding(new ProductKernel(std::move(head), std::move(kernels)));
  encoding->places_ = state.numbers("landmarks");
  const auto size = static_cast<Index>(encoding->places_.size());
  if (size == 0 || size % axes != 0 || size / axes > most_landmarks) state.fail("landmarks", "does not fit the axes");
  encoding->landmark_count_ = size / axes;
  encoding->known_ = state.whole("landmarks.known", size);
  encoding->whitening_ = state.numbers("whitening", encoding->landmark_count_ * encoding->landmark_count_);
  return encoding;
}

}  // namespace cairn
