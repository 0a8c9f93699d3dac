#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "benchmarks/encoding_experiments.h"
#include "benchmarks/ridge.h"
#include "core/error.h"
#include "core/rng.h"
#include "position/encodings.h"
#include "position/product_grid.h"

namespace cairn::benchmarks {

namespace {

constexpr int shape_count = 24;

/// [side, side] in [0, 1]: discs of random places, sizes and shades, with edges a hundredth wide, on a slope.
std::vector<double> made_image(const ImageOptions& options) {
  Rng rng = Rng(options.seed).split("image");
  const auto draw = [&](double low, double high) { return low + (high - low) * static_cast<double>(rng.uniform()); };
  std::vector<double> image(static_cast<std::size_t>(options.side * options.side));
  const auto each_pixel = [&](const auto& change) {
    for (Index i = 0; i < options.side; ++i) {
      for (Index j = 0; j < options.side; ++j) {
        const auto scale = static_cast<double>(options.side);
        change(image[static_cast<std::size_t>(i * options.side + j)], static_cast<double>(i) / scale,
               static_cast<double>(j) / scale);
      }
    }
  };
  each_pixel([](double& value, double x, double y) { value = 0.3 + 0.2 * x + 0.1 * y; });
  for (int shape = 0; shape < shape_count; ++shape) {
    const double at_x = draw(0, 1);
    const double at_y = draw(0, 1);
    const double radius = draw(0.05, 0.2);
    const double shade = draw(0, 1);
    each_pixel([&](double& value, double x, double y) {
      const double inside = (radius - std::hypot(x - at_x, y - at_y)) / 0.01;
      value += (shade - value) / (1 + std::exp(-inside));
    });
  }
  return image;
}

/// Which pixels train and test, and where all of them are.
struct Pixels {
  Coordinates places;
  std::vector<Index> train;
  std::vector<Index> test;
};

Pixels pixels_of(Index side) {
  Pixels pixels{{Tensor({side * side, 2}), {}, {}}, {}, {}};
  for (Index i = 0; i < side; ++i) {
    for (Index j = 0; j < side; ++j) {
      const Index pixel = i * side + j;
      pixels.places.values.at(pixel, 0) = static_cast<Real>(static_cast<double>(i) / static_cast<double>(side));
      pixels.places.values.at(pixel, 1) = static_cast<Real>(static_cast<double>(j) / static_cast<double>(side));
      if (i % 2 == 0 && j % 2 == 0) pixels.train.push_back(pixel);
      if (i % 2 == 1 && j % 2 == 1) pixels.test.push_back(pixel);
    }
  }
  return pixels;
}

EncodingOptions gaussian_options(const ImageOptions& options, double width) {
  EncodingOptions encoding;
  encoding.width = width;
  encoding.count = options.count;
  return encoding;
}

/// Values of the product readout at all pixels, fitted to the even ones, as matrices of the two axes.
std::vector<double> product_values(const ImageOptions& options, double width, const std::vector<double>& image) {
  Coordinates axis{Tensor({options.side, 1}), {}, {}};
  Coordinates even{Tensor({(options.side + 1) / 2, 1}), {}, {}};
  std::vector<double> seen;
  for (Index i = 0; i < options.side; ++i) {
    axis.values.at(i, 0) = static_cast<Real>(static_cast<double>(i) / static_cast<double>(options.side));
    if (i % 2 == 1) continue;
    even.values.at(i / 2, 0) = axis.values.at(i, 0);
    for (Index j = 0; j < options.side; j += 2) seen.push_back(image[static_cast<std::size_t>(i * options.side + j)]);
  }
  EncodingOptions encoding = gaussian_options(options, width);
  encoding.ranges = {{0, 1}};
  const auto made = make_encoding(encoding, axis);
  const Tensor psi = made->encode(even);
  const Tensor weights = product_grid_ridge(psi, psi, seen, options.strength);
  const Tensor whole = made->encode(axis);
  const Tensor values = ProductGridReadout({whole, whole}).apply(weights);
  return {values.values().begin(), values.values().end()};
}

}  // namespace

std::vector<ImageRow> image_readouts(const ImageOptions& options) {
  if (options.side < 8) throw UsageError(fmt::format("image: expected a side of at least 8, found {}", options.side));
  const std::vector<double> image = made_image(options);
  const Pixels pixels = pixels_of(options.side);
  std::vector<ImageRow> rows;
  const auto add = [&](const char* label, double width, const std::vector<double>& values) {
    rows.push_back({label, width, psnr(mean_square(values, image, 1, pixels.train)),
                    psnr(mean_square(values, image, 1, pixels.test))});
  };
  const auto add_simple = [&](const char* label, const EncodingOptions& encoding, const Coordinates& places) {
    const Tensor z = make_encoding(encoding, places)->encode(places);
    add(label, encoding.name == "raw" ? 0 : encoding.width, ridge_values(z, image, 1, pixels.train, options.strength));
  };
  EncodingOptions raw;
  raw.name = "raw";
  add_simple("raw", raw, pixels.places);
  const Coordinates diagonals = with_diagonals(pixels.places);
  for (const double width : options.widths) {
    EncodingOptions encoding = gaussian_options(options, width);
    encoding.ranges = {{0, 1}};
    add_simple("simple", encoding, pixels.places);
    encoding.ranges = {{0, 1}, {0, 1}, {0, 1}, {-0.5, 0.5}};
    add_simple("diagonals", encoding, diagonals);
    add("product", width, product_values(options, width, image));
  }
  return rows;
}

}  // namespace cairn::benchmarks
