#include "models/encoding_models.h"

#include "core/error.h"
#include "graph/generate.h"
#include "models/encoded_extents.h"
#include "models/saved_model.h"
#include "models/training_cases.h"
#include "support/catch.h"
#include "support/tensors.h"

using namespace cairn;

namespace {

constexpr Index nodes = 8;

ModelInput input_of(const Coordinates& coordinates) {
  return ModelInput(Variable::constant(Tensor({nodes, 1}, 1)), cycle_graph(nodes)).with_coordinates(coordinates);
}

Tensor rows_of(const Model& model, const Coordinates& coordinates, const Pass& pass = Pass::evaluation()) {
  const WithoutGradients without_gradients;
  return model.embed(input_of(coordinates), pass).value();
}

std::unique_ptr<Model> encoding_model(const CapeOptions& cape) {
  const Coordinates data = support::some_coordinates(nodes);
  return std::make_unique<EncodingModel>(fit_encoding("gaussian", default_config("gaussian"), data, 1), 3, cape,
                                         Rng(2));
}

std::unique_ptr<Model> fourier_model(const CapeOptions& cape, Index groups = 1, Index hidden = 4) {
  return std::make_unique<FourierModel>(
      LearnableFourierOptions{.axes = 2, .groups = groups, .features = 6, .hidden = hidden}, 3, cape, Rng(2));
}

}  // namespace

TEST_CASE("encoding models: give the columns asked for, whatever groups and perceptron", "[models][encoding_models]") {
  const Coordinates data = support::some_coordinates(nodes);
  CHECK(rows_of(*encoding_model({}), data).shape() == Shape{nodes, 3});
  for (const Index groups : {1, 2}) {
    for (const Index hidden : {0, 4}) {
      const auto model = fourier_model({}, groups, hidden);
      CHECK(model->out_width() == 3);
      CHECK(rows_of(*model, data).shape() == Shape{nodes, 3});
    }
  }
}

TEST_CASE("encoding models: CAPE moves rows from step to step of training alone", "[models][encoding_models]") {
  const Coordinates data = support::some_coordinates(nodes);
  const CapeOptions moved{.global_shift = 1, .local_shift = Real(0.5)};
  for (const bool learned : {false, true}) {
    const auto model = learned ? fourier_model(moved) : encoding_model(moved);
    const auto still = learned ? fourier_model({}) : encoding_model({});
    const Tensor evaluated = rows_of(*model, data);
    CHECK(support::same_bits(evaluated, rows_of(*still, data)));
    CHECK(support::same_bits(rows_of(*still, data, Pass::training(1, 4)), evaluated));
    const Tensor first = rows_of(*model, data, Pass::training(1, 4));
    CHECK(support::same_bits(first, rows_of(*model, data, Pass::training(1, 4))));
    CHECK(support::max_difference(first, evaluated) > 1e-3);
    CHECK(support::max_difference(first, rows_of(*model, data, Pass::training(1, 5))) > 1e-3);
    CHECK(support::max_difference(first, rows_of(*model, data, Pass::training(2, 4))) > 1e-3);
  }
}

TEST_CASE("encoding models: all encodings of a pass see the same moved coordinates", "[models][encoding_models]") {
  const ModelInput input = input_of(support::some_coordinates(nodes));
  const MovedCoordinates a({.global_shift = 1});
  const MovedCoordinates b({.global_shift = 1});
  CHECK(support::same_bits(a.at(input, Pass::training(3, 2))->values, b.at(input, Pass::training(3, 2))->values));
}

TEST_CASE("encoding models: centered coordinates are blind to an offset, also in evaluation",
          "[models][encoding_models]") {
  const Coordinates data = support::some_coordinates(nodes);
  Coordinates offset = data;
  offset.values = data.values.clone();
  for (Real& value : offset.values.values()) value += 5;
  for (const bool center : {false, true}) {
    const auto model = fourier_model({.center = center});
    const auto difference = support::max_difference(rows_of(*model, data), rows_of(*model, offset));
    CHECK((difference < 1e-4) == center);
  }
}

TEST_CASE("encoding models: rows that are kept belong to the coordinates they were made of",
          "[models][encoding_models]") {
  const auto model = encoding_model({});
  const Coordinates data = support::some_coordinates(nodes);
  Coordinates other = data;
  other.values = data.values.clone();
  other.values.at(0, 0) += 1;
  const Tensor first = rows_of(*model, data);
  CHECK(support::max_difference(rows_of(*model, other), first) > 1e-4);
  CHECK(support::same_bits(rows_of(*model, data), first));
}

TEST_CASE("encoding models: distances of graphs never seen are measured from anchors of their own",
          "[models][encoding_models]") {
  Dataset grids = make_synthetic("grid:4x4+grid:4x5+grid:5x5+grid:3x6+grid:4x6", 1);
  TrainConfig config = support::short_config("gaussian");
  config.task = "distance";
  config.split_graphs = true;
  config.anchors = 3;
  config.anchor_strategy = "farthest";
  Training training(grids, config);
  support::finish(training);
  const NamedTensors file = training.save();
  const SavedModel saved = load_model(file);
  const Dataset larger = make_synthetic("grid:7x7", 1);
  const WithoutGradients without_gradients;
  const ModelInput input = input_for(saved, file, larger);
  CHECK(input.coordinates()->node_count() == 49);
  CHECK(input.coordinates()->axis_count() == 3);
  CHECK(saved.model->embed(input, Pass::evaluation()).value().rows() == 49);
}
