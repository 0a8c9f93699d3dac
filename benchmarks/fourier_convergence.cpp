// The convergence experiment of fourier_experiments.h.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <numeric>
#include <utility>

#include "autodiff/ops_elementwise.h"
#include "autodiff/ops_loss.h"
#include "benchmarks/fourier_experiments.h"
#include "benchmarks/sinusoids.h"
#include "core/error.h"
#include "nn/learnable_fourier.h"
#include "optim/optimizers.h"

namespace cairn::benchmarks {

namespace {

constexpr Index features = 64;
constexpr Index hidden = 32;
constexpr Index width = 32;

/// What stands between a point and the linear map on top.
enum class PointFeatures : std::uint8_t { fourier, sinusoid, raw };

struct PointEncoder {
  std::string_view name;
  PointFeatures kind;
  bool perceptron;
  bool learnable = false;
  double gamma = 0;
};

constexpr std::array<PointEncoder, 13> encoders{{
    {"learnable + mlp, gamma 0.25", PointFeatures::fourier, true, true, 0.25},
    {"fixed + mlp, gamma 0.25", PointFeatures::fourier, true, false, 0.25},
    {"learnable, gamma 0.25", PointFeatures::fourier, false, true, 0.25},
    {"fixed, gamma 0.25", PointFeatures::fourier, false, false, 0.25},
    {"sinusoids + mlp", PointFeatures::sinusoid, true},
    {"sinusoids", PointFeatures::sinusoid, false},
    {"raw + mlp", PointFeatures::raw, true},
    {"learnable + mlp, gamma 1.5", PointFeatures::fourier, true, true, 1.5},
    {"fixed + mlp, gamma 1.5", PointFeatures::fourier, true, false, 1.5},
    {"learnable + mlp, gamma 0.05", PointFeatures::fourier, true, true, 0.05},
    {"fixed + mlp, gamma 0.05", PointFeatures::fourier, true, false, 0.05},
    {"learnable, gamma 0.05", PointFeatures::fourier, false, true, 0.05},
    {"fixed, gamma 0.05", PointFeatures::fourier, false, false, 0.05},
}};

constexpr std::array<std::string_view, 2> targets{"rings", "anchors"};

/// Shortest wave of the sinusoids, in radians a unit: the best of 1, 5, 10, 20, 40 and 80 on both targets.
constexpr double sinusoid_scale = 10;

class PointModel : public Module {
 public:
  PointModel(const PointEncoder& encoder, Rng& rng) : encoder_(encoder) {
    Index columns = 2;
    if (encoder.kind == PointFeatures::fourier) {
      fourier_ = std::make_unique<LearnableFourier>(LearnableFourierOptions{.axes = 2,
                                                                            .features = features,
                                                                            .hidden = encoder.perceptron ? hidden : 0,
                                                                            .width = width,
                                                                            .gamma = static_cast<Real>(encoder.gamma),
                                                                            .learn_frequencies = encoder.learnable},
                                                    rng);
      columns = fourier_->out_width();
    } else {
      if (encoder.kind == PointFeatures::sinusoid) columns = features;
      if (encoder.perceptron) {
        hidden_ = std::make_unique<Linear>(columns, hidden, rng);
        out_ = std::make_unique<Linear>(hidden, width, rng);
        columns = width;
      }
    }
    head_ = std::make_unique<Linear>(columns, 1, rng);
  }

  /// What forward() reads of points: what nothing learns is worked out once.
  Variable inputs(const Tensor& points) const {
    if (encoder_.kind != PointFeatures::sinusoid) return Variable::constant(points);
    const Coordinates coordinates{.values = points, .valid = {}, .graph_of_node = {}};
    return Variable::constant(sinusoids(coordinates, {.count = features / 4, .scale = sinusoid_scale}));
  }

  Variable forward(const Variable& inputs) const {
    Variable y = fourier_ ? fourier_->forward(inputs) : inputs;
    if (hidden_) y = out_->forward(gelu(hidden_->forward(y)));
    return head_->forward(y);
  }

  void visit(const ParameterVisitor& visitor) const override {
    if (fourier_) visitor("fourier", *fourier_);
    if (hidden_) visitor("hidden", *hidden_);
    if (out_) visitor("out", *out_);
    visitor("head", *head_);
  }

 private:
  PointEncoder encoder_;
  std::unique_ptr<LearnableFourier> fourier_;
  std::unique_ptr<Linear> hidden_;
  std::unique_ptr<Linear> out_;
  std::unique_ptr<Linear> head_;
};

struct Points {
  Tensor at;      // [n, 2]
  Tensor target;  // [n, 1]

  double variance() const {
    double sum = 0;
    double squares = 0;
    for (const Real value : target.values()) {
      sum += static_cast<double>(value);
      squares += static_cast<double>(value) * static_cast<double>(value);
    }
    const auto n = static_cast<double>(target.size());
    return squares / n - sum / n * (sum / n);
  }
};

using Place = std::array<double, 2>;

/// The function a target names, its places drawn from rng.
std::function<double(const Place&)> make_target(std::string_view name, Rng& rng) {
  if (name == "rings") {
    return [](const Place& x) { return std::cos(9 * std::hypot(x[0], x[1])); };
  }
  std::vector<Place> anchors(6);
  for (Place& anchor : anchors) {
    for (double& along : anchor) along = static_cast<double>(rng.uniform(Real(-0.9), Real(0.9)));
  }
  return [anchors](const Place& x) {
    double nearest = std::numeric_limits<double>::infinity();
    for (const Place& anchor : anchors) nearest = std::min(nearest, std::hypot(x[0] - anchor[0], x[1] - anchor[1]));
    return std::exp(-nearest * nearest / (2 * 0.25 * 0.25));
  };
}

Points draw_points(Index count, const std::function<double(const Place&)>& target, Rng& rng) {
  Points points{Tensor(Shape{count, 2}), Tensor(Shape{count, 1})};
  for (Index i = 0; i < count; ++i) {
    for (Real& value : points.at.row(i)) value = rng.uniform(-1, 1);
    points.target.data()[i] =
        static_cast<Real>(target({static_cast<double>(points.at.at(i, 0)), static_cast<double>(points.at.at(i, 1))}));
  }
  return points;
}

double error_on(const PointModel& model, const Variable& inputs, const Points& points) {
  const WithoutGradients without_gradients;
  const Tensor error = mean_squared_error(model.forward(inputs), points.target).value();
  return static_cast<double>(error.item()) / points.variance();
}

/// Trains one encoder with one seed and notes its errors.
void run_seed(const PointEncoder& encoder, const ConvergenceOptions& options, std::uint64_t seed, ConvergenceRow& row) {
  const Rng rng = Rng(seed).split(row.target);
  Rng of_target = rng.split("target");
  Rng of_points = rng.split("points");
  Rng of_weights = rng.split("weights");
  const auto target = make_target(row.target, of_target);
  const Points training = draw_points(options.points, target, of_points);
  const Points test = draw_points(options.points, target, of_points);
  const PointModel model(encoder, of_weights);
  const Variable training_inputs = model.inputs(training.at);
  const Variable test_inputs = model.inputs(test.at);
  const auto parameters = parameters_of(model);
  const auto optimizer = make_optimizer({});
  double steps_to_goal = std::numeric_limits<double>::infinity();
  double early = std::numeric_limits<double>::quiet_NaN();
  for (Index step = 1; step <= options.steps; ++step) {
    clear_gradients(parameters);
    backward(mean_squared_error(model.forward(training_inputs), training.target));
    optimizer->step(parameters, static_cast<Real>(options.learning_rate));
    const bool goal_open = std::isinf(steps_to_goal);
    if (!goal_open && step != options.early) continue;
    const double error = error_on(model, test_inputs, test);
    if (goal_open && error <= options.goal) steps_to_goal = static_cast<double>(step);
    if (step == options.early) early = error;
  }
  row.early_error.push_back(early);
  row.final_error.push_back(error_on(model, test_inputs, test));
  row.steps_to_goal.push_back(steps_to_goal);
}

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// Whether a name is asked for: all are where none is.
bool asked(const std::vector<std::string>& names, std::string_view name) {
  return names.empty() || std::find(names.begin(), names.end(), name) != names.end();
}

void require_known(std::string_view kind, const std::vector<std::string>& names,
                   const std::vector<std::string_view>& known) {
  for (const std::string& name : names) {
    if (std::find(known.begin(), known.end(), name) == known.end()) throw_unknown_name(kind, name, known);
  }
}

}  // namespace

double ConvergenceRow::mean_steps() const { return mean_of(steps_to_goal); }
double ConvergenceRow::mean_early() const { return mean_of(early_error); }
double ConvergenceRow::mean_final() const { return mean_of(final_error); }

const std::vector<std::string_view>& convergence_targets() {
  static const std::vector<std::string_view> names(targets.begin(), targets.end());
  return names;
}

const std::vector<std::string_view>& convergence_encoders() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> found;
    for (const PointEncoder& encoder : encoders) found.push_back(encoder.name);
    return found;
  }();
  return names;
}

std::vector<ConvergenceRow> fourier_convergence(const ConvergenceOptions& options,
                                                const std::function<void(const ConvergenceRow&)>& progress) {
  require_known("target", options.targets, convergence_targets());
  require_known("encoder", options.encoders, convergence_encoders());
  if (options.seeds < 1 || options.steps < 1 || options.points < 1) {
    throw UsageError(fmt::format("convergence: expected at least 1 seed, step and point, found {}, {} and {}",
                                 options.seeds, options.steps, options.points));
  }
  std::vector<ConvergenceRow> rows;
  for (const std::string_view target : targets) {
    if (!asked(options.targets, target)) continue;
    for (const PointEncoder& encoder : encoders) {
      if (!asked(options.encoders, encoder.name)) continue;
      ConvergenceRow row;
      row.target = target;
      row.encoder = encoder.name;
      for (Index s = 0; s < options.seeds; ++s) {
        run_seed(encoder, options, options.seed + static_cast<std::uint64_t>(s), row);
      }
      rows.push_back(std::move(row));
      if (progress) progress(rows.back());
    }
  }
  return rows;
}

}  // namespace cairn::benchmarks
