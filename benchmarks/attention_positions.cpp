// Positions inside attention on a grid: learnable Fourier features against sinusoids, by the steps they take.

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <limits>
#include <memory>
#include <string>

#include "autodiff/ops_loss.h"
#include "benchmarks/attention_sections.h"
#include "benchmarks/experiment_claims.h"
#include "benchmarks/experiment_results.h"
#include "benchmarks/sinusoids.h"
#include "nn/learnable_fourier.h"
#include "nn/softmax_attention.h"
#include "optim/optimizers.h"

namespace cairn::benchmarks {

namespace {

constexpr Index width = 32;      // of a position row, of keys and values
constexpr double enough = 0.25;  // of the targets' variance
constexpr double learning_rate = 1e-2;

enum class Encoder : std::uint8_t { fourier, fixed, linear, sinusoids };
struct Kind {
  std::string_view name;
  Encoder encoder;
};
constexpr std::array<Kind, 4> kinds{{{"learnable Fourier features", Encoder::fourier},
                                     {"Fourier features, frequencies fixed", Encoder::fixed},
                                     {"learnable Fourier features, no perceptron", Encoder::linear},
                                     {"sinusoids", Encoder::sinusoids}}};

struct GridTask {
  Index side = 10;
  double radius = 2.5;  // of the discs, in cells
  Index batch = 4;      // grids a step
  Index steps = 1000;
  Index test_grids = 8;
};

/// Attention whose weights read positions alone, between places and the values that nodes carry.
class PositionModel : public Module {
 public:
  PositionModel(Encoder encoder, Rng& rng)
      : attention_({.in = 1, .position = width, .width = width, .heads = 1, .key_width = width}, rng),
        out_(width, 1, rng) {
    if (encoder == Encoder::sinusoids) return;
    // Without a perceptron a row is its features, as many as a row of the others has columns.
    const bool is_linear = encoder == Encoder::linear;
    fourier_ =
        std::make_unique<LearnableFourier>(LearnableFourierOptions{.axes = 2,
                                                                   .features = is_linear ? width : 64,
                                                                   .hidden = is_linear ? 0 : 32,
                                                                   .width = width,
                                                                   .gamma = 2,
                                                                   .learn_frequencies = encoder != Encoder::fixed},
                                           rng);
  }

  Variable forward(const Coordinates& places, const Tensor& carried) const {
    const Variable position =
        fourier_ ? fourier_->forward(places) : Variable::constant(sinusoids(places, {.count = width / 4}));
    const auto blocks = std::make_shared<kernels::AttentionBlocks>(
        kernels::attention_blocks(places.node_count(), places.graph_of_node));
    return out_.forward(attention_.forward(Variable::constant(carried), position, blocks));
  }

  void visit(const ParameterVisitor& visitor) const override {
    if (fourier_) visitor("fourier", *fourier_);
    visitor("attention", attention_);
    visitor("out", out_);
  }

 private:
  std::unique_ptr<LearnableFourier> fourier_;  // null: sinusoids
  SoftmaxAttention attention_;
  Linear out_;
};

/// Grids whose nodes carry normal numbers, and for each node their mean over the disc around it, scaled to variance 1
/// where the grid does not cut the disc.
struct Grids {
  Coordinates places;
  Tensor carried;  // [N, 1]
  Tensor targets;  // [N, 1]
};

/// Cells of a whole disc.
Index disc_cells(double radius) {
  const auto reach = static_cast<Index>(radius);
  Index cells = 0;
  for (Index i = -reach; i <= reach; ++i) {
    for (Index j = -reach; j <= reach; ++j) {
      cells += static_cast<double>(i * i + j * j) <= radius * radius ? 1 : 0;
    }
  }
  return cells;
}

Grids draw_grids(const GridTask& task, Index count, Rng rng) {
  const Index cells = task.side * task.side;
  const double scale = std::sqrt(static_cast<double>(disc_cells(task.radius)));
  Grids grids{.places = {.values = Tensor(Shape{count * cells, 2}), .valid = {}, .graph_of_node = {}},
              .carried = Tensor(Shape{count * cells, 1}),
              .targets = Tensor(Shape{count * cells, 1})};
  for (Index u = 0; u < count * cells; ++u) {
    const Index row = u % cells / task.side;
    grids.places.values.at(u, 0) = static_cast<Real>(row);
    grids.places.values.at(u, 1) = static_cast<Real>(u % task.side);
    grids.places.graph_of_node.push_back(static_cast<std::int32_t>(u / cells));
    grids.carried.at(u, 0) = rng.normal();
  }
  for (Index u = 0; u < count * cells; ++u) {
    double sum = 0;
    double members = 0;
    for (Index v = u / cells * cells; v < (u / cells + 1) * cells; ++v) {
      const Real down = grids.places.values.at(u, 0) - grids.places.values.at(v, 0);
      const Real right = grids.places.values.at(u, 1) - grids.places.values.at(v, 1);
      if (static_cast<double>(down * down + right * right) > task.radius * task.radius) continue;
      sum += static_cast<double>(grids.carried.at(v, 0));
      ++members;
    }
    grids.targets.at(u, 0) = static_cast<Real>(scale * sum / members);
  }
  return grids;
}

/// Error over the variance at the end, and the first step at which the mean over the last 20 losses was `enough`;
/// infinite where it never was. Nothing where `stopped` said so.
std::optional<std::array<double, 2>> train(Encoder encoder, const GridTask& task, std::uint64_t seed,
                                           const std::function<bool()>& stopped) {
  constexpr double memory = 1.0 / 20;
  const Rng rng = Rng(seed).split("grid positions");
  Rng of_weights = rng.split("weights");
  const PositionModel model(encoder, of_weights);
  const auto parameters = parameters_of(model);
  const auto optimizer = make_optimizer({});
  double steps = std::numeric_limits<double>::infinity();
  double recent = 1;
  for (Index step = 0; step < task.steps; ++step) {
    if (stopped()) return std::nullopt;
    const Grids grids = draw_grids(task, task.batch, rng.split("step").split(static_cast<std::uint64_t>(step)));
    clear_gradients(parameters);
    const Variable loss = mean_squared_error(model.forward(grids.places, grids.carried), grids.targets);
    backward(loss);
    optimizer->step(parameters, static_cast<Real>(learning_rate));
    recent += memory * (static_cast<double>(loss.value().values()[0]) - recent);
    if (recent <= enough && std::isinf(steps)) steps = static_cast<double>(step + 1);
  }
  const WithoutGradients without_gradients;
  const Grids test = draw_grids(task, task.test_grids, rng.split("test"));
  const Variable error = mean_squared_error(model.forward(test.places, test.carried), test.targets);
  return std::array{steps, static_cast<double>(error.value().values()[0])};
}

std::vector<ExperimentPart> parts(const PartOptions& options) {
  std::vector<ExperimentPart> all;
  for (const Kind& kind : kinds) {
    all.push_back(
        {std::string(kind.name),
         {},
         {},
         [&kind, smoke = options.smoke](
             std::uint64_t seed, const std::function<bool()>& stopped) -> std::optional<std::vector<MeasuredRow>> {
           GridTask task;
           if (smoke) task = {.side = 4, .radius = 1.5, .batch = 1, .steps = 3, .test_grids = 1};
           const auto found = train(kind.encoder, task, seed, stopped);
           if (!found) return std::nullopt;
           return std::vector<MeasuredRow>{{"encodings", {std::string(kind.name)}, {found->begin(), found->end()}}};
         }});
  }
  return all;
}

void claim(const ExperimentResults& results, ClaimList& claims) {
  const auto values = [&](std::string_view kind, std::size_t figure) -> const SeedValues& {
    return results.values("encodings", {std::string(kind)}, figure);
  };
  const std::string_view sinusoid = kinds.back().name;
  for (const Kind& kind : kinds) {
    claims.report(fmt::format("{}: steps to an error of {}", kind.name, enough), mean_of(values(kind.name, 0)));
    if (kind.name == sinusoid) continue;
    claims.report_difference(fmt::format("{}: error of sinusoids at the end less its own", kind.name),
                             values(sinusoid, 1), values(kind.name, 1));
  }
}

}  // namespace

ExperimentSection grid_positions_section() {
  return {
      .name = "encodings",
      .summary = "positions inside attention on a grid: learnable Fourier features against sinusoids, by steps",
      .seeds = 5,
      .alone = false,
      .tables = {{.name = "encodings",
                  .caption = "What a 10 x 10 grid carries, averaged over the disc of 2.5 cells around each node: one "
                             "softmax attention whose weights read positions alone; errors over the variance where the "
                             "grid cuts no disc, 1000 Adam steps at 1e-2; \"-\": some seed never gets there.",
                  .labels = {"positions"},
                  .figures = {"steps to 0.25", "error at the end"}}},
      .parts = parts,
      .claim = claim};
}

}  // namespace cairn::benchmarks
