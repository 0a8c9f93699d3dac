#include "models/embedding_report.h"

#include <limits>

#include "core/error.h"
#include "graph/generate.h"
#include "position/anchor_coordinates.h"
#include "position/encodings.h"
#include "support/catch.h"
#include "support/tensors.h"

using namespace cairn;

namespace {

/// Hops from one end of a path, encoded.
Tensor path_rows(Index nodes, const char* name, double width) {
  const Graph path = path_graph(nodes);
  const std::vector<NodeId> end{0};
  const Coordinates hops = anchor_coordinates(path, {}, given_anchors(path, {}, end));
  EncodingOptions options;
  options.name = name;
  options.width = width;
  return make_encoding(options, hops)->encode(hops);
}

}  // namespace

TEST_CASE(
    "embedding report: on a path, raw hops keep all distances, one-hot none of them, a gaussian those within reach",
    "[models][encodings]") {
  const Graph path = path_graph(60);
  const EmbeddingReport raw = report_embedding(path, {}, path_rows(60, "raw", 2));
  CHECK(raw.stable_rank == Approx(1));
  CHECK(raw.rank_correlation == Approx(1).epsilon(1e-3));  // distances of equal hops round apart
  CHECK(raw.distortion.mean < 1e-4);
  CHECK(raw.distortion.worst == Approx(1).epsilon(1e-3));
  CHECK(raw.collisions == 0);
  CHECK(raw.pairs == 60 * 59 / 2);

  const EmbeddingReport one_hot = report_embedding(path, {}, path_rows(60, "impulse", 1));
  CHECK(one_hot.stable_rank == Approx(60));
  CHECK(one_hot.rank_correlation == 0);
  CHECK(one_hot.reach == Approx(0.9));
  CHECK(one_hot.distortion.worst == Approx(59));

  const EmbeddingReport gaussian = report_embedding(path, {}, path_rows(60, "gaussian", 2));
  CHECK(gaussian.reach == Approx(2 * 2 * 1.5174).epsilon(0.01));
  CHECK((gaussian.rank_correlation > 0.3 && gaussian.rank_correlation < 1));

  // Cells of two hops hold two nodes each.
  const EmbeddingReport coarse = report_embedding(path, {}, path_rows(60, "impulse", 2));
  CHECK(coarse.collisions >= 58);
  CHECK(coarse.distortion.worst == std::numeric_limits<double>::infinity());
}

TEST_CASE("embedding report: a sample says nearly what all pairs say, and the same for the same seed",
          "[models][encodings]") {
  const Graph grid = grid_graph(15, 15);
  Rng rng(3);
  const Coordinates hops = anchor_coordinates(grid, {}, select_anchors(grid, {}, {"random", 4}, rng));
  const Tensor rows = make_encoding({}, hops)->encode(hops);
  const EmbeddingReport all = report_embedding(grid, {}, rows);
  const EmbeddingReport some = report_embedding(grid, {}, rows, {.pairs = 4000, .seed = 1});
  CHECK(all.pairs == 225 * 224 / 2);
  CHECK(some.pairs == 4000);
  CHECK(some.rank_correlation == Approx(all.rank_correlation).margin(0.05));
  CHECK(some.distortion.mean == Approx(all.distortion.mean).margin(0.05));
  CHECK(report_embedding(grid, {}, rows, {.pairs = 4000, .seed = 1}).rank_correlation == some.rank_correlation);
}

TEST_CASE("embedding report: rows that are not those of the graph are refused", "[models][encodings]") {
  const Graph path = path_graph(3);
  CHECK_THROWS_AS(report_embedding(path, {}, Tensor({2, 4})), ShapeError);
  CHECK_THROWS_AS(report_embedding(path, {}, Tensor({3})), ShapeError);
  const Real nan = std::numeric_limits<Real>::quiet_NaN();
  CHECK_THROWS_AS(report_embedding(path, {}, Tensor({3, 1}, {0, nan, 1})), NumericError);
  CHECK_THROWS_AS(report_embedding(path, {}, Tensor({3, 1}), {.pairs = 0}), UsageError);
  CHECK_THROWS_AS(report_embedding(path_graph(1), {}, Tensor({1, 1})), UsageError);
}

TEST_CASE("embedding report: pairs sampled once say of each embedding what sampling anew does", "[models][encodings]") {
  const Graph grid = grid_graph(12, 12);
  const EmbeddingReportOptions options{.pairs = 3000, .seed = 5};
  const DistancePairs pairs = sample_report_pairs(grid, {}, options);
  const std::vector<NodeId> corner{0};
  const Coordinates hops = anchor_coordinates(grid, {}, given_anchors(grid, {}, corner));
  for (const char* name : {"raw", "gaussian"}) {
    EncodingOptions encoding;
    encoding.name = name;
    const Tensor rows = make_encoding(encoding, hops)->encode(hops);
    const EmbeddingReport shared = report_embedding({}, rows, pairs);
    const EmbeddingReport anew = report_embedding(grid, {}, rows, options);
    CHECK(shared.pairs == 3000);
    CHECK(shared.rank_correlation == anew.rank_correlation);
    CHECK(shared.distortion.mean == anew.distortion.mean);
    CHECK(shared.stable_rank == anew.stable_rank);
    CHECK(shared.curve.kernel == anew.curve.kernel);
  }
}

TEST_CASE("embedding report: without paths there are no pairs, and rank and collisions are known all the same",
          "[models][encodings]") {
  const std::vector<Edge> loop{{1, 1}};
  const Graph apart = Graph::from_edges(3, loop);
  const DistancePairs none = sample_report_pairs(apart, {});
  CHECK(none.pairs.empty());
  const EmbeddingReport report = report_embedding({}, Tensor({3, 2}, {1, 0, 1, 0, 0, 1}), none);
  CHECK(report.pairs == 0);
  CHECK(report.collisions == 2);
  CHECK(report.stable_rank == Approx(1.5));
  CHECK_THROWS_AS(sample_report_pairs(apart, {}, {.pairs = 0}), UsageError);
}
