#include "models/position_models.h"

#include <string>
#include <vector>

#include "core/error.h"
#include "graph/generate.h"
#include "models/pgnn_model.h"
#include "support/catch.h"
#include "support/tensors.h"

using namespace cairn;

namespace {

ModelInput input_of(Index rows, Index columns, std::uint64_t seed = 1) {
  Rng rng(seed);
  return {Variable::constant(support::random_tensor({rows * columns, 2}, rng)), grid_graph(rows, columns)};
}

ModelInput with_anchors(const ModelInput& input, const std::vector<NodeId>& nodes) {
  return input.with_position(PositionInput(input.graph(), {}, given_anchors(input.graph(), {}, nodes)));
}

Tensor rows_of(const Model& model, const ModelInput& input) {
  const WithoutGradients without_gradients;
  return model.embed(input, Pass::evaluation()).value();
}

}  // namespace

TEST_CASE("random vectors: they see neither features nor edges and are never trained, their map is",
          "[models][position_models]") {
  const RandomVectors model(20, 6, Rng(3));
  CHECK(support::same_bits(rows_of(model, input_of(4, 5)), rows_of(model, input_of(2, 10, 8))));
  backward(sum(square(model.embed(input_of(4, 5), Pass::training(1, 0)))));
  for (const NamedParameter& parameter : parameters_of(model)) {
    INFO(parameter.name);
    const bool trained = parameter.kind != ParameterKind::buffer;
    CHECK(trained == (parameter.name.rfind("map.", 0) == 0));
    CHECK(parameter.value.grad().defined() == trained);
  }
  CHECK_FALSE(
      support::same_bits(rows_of(model, input_of(4, 5)), rows_of(RandomVectors(20, 6, Rng(4)), input_of(4, 5))));
}

TEST_CASE("free vectors: they see neither features nor edges, and all of them are trained",
          "[models][position_models]") {
  const FreeVectors model(20, 6, Rng(3));
  CHECK(model.out_width() == 6);
  CHECK(support::same_bits(rows_of(model, input_of(4, 5)), rows_of(model, input_of(2, 10, 8))));
  backward(sum(model.embed(input_of(4, 5), Pass::training(1, 0))));
  const auto parameters = parameters_of(model);
  REQUIRE(parameters.size() == 1);
  CHECK(support::max_difference(parameters[0].value.grad(), Tensor({20, 6}, 1)) == 0);
}

TEST_CASE("vectors: models of a vector a node refuse another graph, with both sizes", "[models][position_models]") {
  CHECK_THROWS_WITH(rows_of(RandomVectors(20, 6, Rng(3)), input_of(3, 5)),
                    Catch::Contains("20") && Catch::Contains("15"));
  CHECK_THROWS_AS(rows_of(FreeVectors(20, 6, Rng(3)), input_of(3, 5)), ShapeError);
}

TEST_CASE("path model: read-outs structure and scalar serve graphs of other sizes and other anchors, the others do not",
          "[models][position_models]") {
  const ModelInput trained = with_anchors(input_of(4, 5), {0, 7, 13});
  const ModelInput larger = with_anchors(input_of(6, 7), {2, 9, 20, 33, 41});
  for (const char* paths : {"all", "distance", "indication", "wave"}) {
    for (const char* read_out : {"structure", "scalar", "anchors", "linear"}) {
      INFO(paths << " " << read_out);
      const PathModel model(2, 3, {.width = 4, .out = 6, .read_out = read_out, .numbers = 2, .paths = paths}, Rng(3));
      const bool scalar = std::string(read_out) == "scalar";
      CHECK(rows_of(model, trained).shape() == Shape{20, 6});
      CHECK(model.out_width() == 6);
      if (scalar || std::string(read_out) == "structure") {
        CHECK(rows_of(model, larger).shape() == Shape{42, scalar ? 10 : 6});
      } else {
        CHECK_THROWS_AS(rows_of(model, larger), ShapeError);
      }
    }
  }
  CHECK_THROWS_AS(rows_of(PathModel(2, 3, {}, Rng(3)), input_of(4, 5)), ShapeError);  // no position
}

TEST_CASE("pgnn model: a column an anchor, on any graph", "[models][position_models]") {
  TrainConfig config;
  config.hidden = 4;
  const PgnnModel model(2, 3, config, Rng(3));
  CHECK(model.out_width() == 3);
  CHECK(rows_of(model, with_anchors(input_of(4, 5), {0, 7, 13})).shape() == Shape{20, 3});
  CHECK(rows_of(model, with_anchors(input_of(6, 7), {2, 9, 20, 33, 41})).shape() == Shape{42, 5});
}
