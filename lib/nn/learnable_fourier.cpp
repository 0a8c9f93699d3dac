#include "nn/learnable_fourier.h"

#include <fmt/format.h>

#include <cmath>
#include <string_view>
#include <utility>

#include "autodiff/ops_dense.h"
#include "autodiff/ops_elementwise.h"
#include "autodiff/ops_fourier.h"
#include "core/error.h"

namespace cairn {

namespace {

const LearnableFourierOptions& checked(const LearnableFourierOptions& options) {
  const auto expect = [](bool holds, std::string_view what, auto found) {
    if (!holds) throw UsageError(fmt::format("learnable fourier: expected {}, found {}", what, found));
  };
  expect(options.axes >= 1, "at least 1 axis", options.axes);
  expect(options.groups >= 1 && options.axes % options.groups == 0,
         fmt::format("groups that divide {} axes", options.axes), options.groups);
  expect(options.features >= 2 && options.features % 2 == 0, "an even number of features of at least 2",
         options.features);
  expect(options.hidden >= 0, "a hidden width of at least 0", options.hidden);
  expect(options.hidden == 0 || (options.width >= 1 && options.width % options.groups == 0),
         fmt::format("a width of at least 1 that {} groups divide", options.groups), options.width);
  expect(options.gamma > 0 && std::isfinite(options.gamma), "a gamma above 0", options.gamma);
  return options;
}

Tensor draw_frequencies(const LearnableFourierOptions& options, Rng& rng) {
  Tensor frequencies = Tensor::uninitialized(Shape{options.axes / options.groups, options.features / 2});
  for (Real& frequency : frequencies.values()) frequency = rng.normal() / options.gamma;
  return frequencies;
}

/// What is known of x, and of each of its groups.
struct Known {
  Tensor axes;    // [N, K], 1 or 0
  Tensor groups;  // [N * G], 1 where at least one axis is
};

Known known_of(const Tensor& x, Index groups, std::span<const std::uint8_t> valid) {
  Known known{Tensor(x.shape()), Tensor(Shape{x.rows() * groups})};
  const Index axes_a_group = x.columns() / groups;
  for (Index i = 0; i < x.size(); ++i) {
    if (valid[static_cast<std::size_t>(i)] == 0) continue;
    known.axes.data()[i] = 1;
    known.groups.data()[i / axes_a_group] = 1;
  }
  return known;
}

}  // namespace

/// The same for all groups, from |F| features to D / G columns.
struct LearnableFourier::Perceptron {
  Perceptron(const LearnableFourierOptions& options, Rng& rng)
      : hidden(options.features, options.hidden, rng), out(options.hidden, options.width / options.groups, rng) {}

  Linear hidden;
  Linear out;
};

LearnableFourier::LearnableFourier(const LearnableFourierOptions& options, Rng& rng) : options_(checked(options)) {
  Tensor drawn = draw_frequencies(options, rng);
  frequencies_ =
      options.learn_frequencies ? Variable::parameter(std::move(drawn)) : Variable::constant(std::move(drawn));
  if (options.hidden == 0) return;
  perceptron_ = std::make_unique<Perceptron>(options, rng);
}

LearnableFourier::~LearnableFourier() = default;

Variable LearnableFourier::features(const Variable& x) const {
  if (x.value().rank() != 2 || x.value().columns() != options_.axes) {
    throw ShapeError(fmt::format("learnable fourier: {} does not fit {} axes", to_string(x.shape()), options_.axes));
  }
  const Shape apart{x.value().rows() * options_.groups, options_.axes / options_.groups};
  return fourier_features(options_.groups == 1 ? x : reshape(x, apart), frequencies_);
}

Variable LearnableFourier::forward(const Variable& x, std::span<const std::uint8_t> valid) const {
  const bool all_known = valid.empty();
  if (!all_known && static_cast<Index>(valid.size()) != x.value().size()) {
    throw ShapeError(
        fmt::format("learnable fourier: validity of {} values does not fit {}", valid.size(), to_string(x.shape())));
  }
  const Known known = all_known ? Known() : known_of(x.value(), options_.groups, valid);
  Variable y = features(all_known ? x : multiply(x, Variable::constant(known.axes)));
  if (perceptron_) y = perceptron_->out.forward(gelu(perceptron_->hidden.forward(y)));
  if (!all_known) y = multiply_column(y, Variable::constant(known.groups));
  return options_.groups == 1 ? y : reshape(y, Shape{x.value().rows(), out_width()});
}

Variable LearnableFourier::forward(const Coordinates& coordinates) const {
  return forward(Variable::constant(coordinates.values), coordinates.valid);
}

Index LearnableFourier::out_width() const { return perceptron_ ? options_.width : options_.groups * options_.features; }

void LearnableFourier::visit(const ParameterVisitor& visitor) const {
  // Decay would pull frequencies to 0, that is, gamma to infinity: they are trained without it.
  visitor("frequencies", frequencies_, options_.learn_frequencies ? ParameterKind::bias : ParameterKind::buffer);
  if (!perceptron_) return;
  visitor("hidden", perceptron_->hidden);
  visitor("out", perceptron_->out);
}

}  // namespace cairn
