#include "models/prepare.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/rng.h"
#include "models/defaults.h"
#include "tensor/string_list.h"

namespace cairn {

namespace {

/// Dense features of which at most a quarter are not zero, as sparse ones.
std::optional<SparseMatrix> sparse_form(const Tensor& dense) {
  const auto stored = std::count_if(dense.values().begin(), dense.values().end(), [](Real v) { return v != 0; });
  if (4 * stored > dense.size()) return std::nullopt;
  std::vector<std::int64_t> offsets{0};
  std::vector<std::int32_t> columns;
  std::vector<Real> values;
  for (Index i = 0; i < dense.rows(); ++i) {
    for (Index j = 0; j < dense.columns(); ++j) {
      if (dense.at(i, j) == 0) continue;
      columns.push_back(static_cast<std::int32_t>(j));
      values.push_back(dense.at(i, j));
    }
    offsets.push_back(static_cast<std::int64_t>(columns.size()));
  }
  const Shape shape{static_cast<Index>(values.size())};
  return SparseMatrix(
      std::make_shared<SparsePattern>(dense.rows(), dense.columns(), std::move(offsets), std::move(columns)),
      Tensor(shape, values));
}

Tensor random_features(const Dataset& dataset, const FeaturePlan& plan) {
  Tensor x = Tensor::uninitialized(Shape{dataset.node_count(), plan.width});
  for (Index u = 0; u < x.rows(); ++u) {
    // Keyed by the user's id, so that a node has the same features in every dataset that names it.
    Rng rng = Rng(plan.random_key).split(dataset.ids.name(static_cast<NodeId>(u)));
    for (Real& value : x.row(u)) value = rng.normal();
  }
  return x;
}

SparseMatrix onehot_features(const Dataset& dataset, const IdMap& ids) {
  std::vector<std::int64_t> offsets{0};
  std::vector<std::int32_t> columns;
  for (Index u = 0; u < dataset.node_count(); ++u) {
    const std::string name = dataset.ids.name(static_cast<NodeId>(u));
    const auto column = ids.find(name);
    if (!column) {
      throw InputError(
          dataset.name, 0,
          fmt::format("expected nodes that the model was trained with (it knows them by one-hot ids; train with "
                      "--features degree, constant or random to serve others), found '{}'",
                      name));
    }
    columns.push_back(*column);
    offsets.push_back(static_cast<std::int64_t>(columns.size()));
  }
  const Shape shape{static_cast<Index>(columns.size())};
  return SparseMatrix(
      std::make_shared<SparsePattern>(dataset.node_count(), ids.size(), std::move(offsets), std::move(columns)),
      Tensor(shape, 1));
}

Tensor degree_features(const Dataset& dataset) {
  Tensor x = Tensor::uninitialized(Shape{dataset.node_count(), 1});
  for (Index u = 0; u < x.rows(); ++u) {
    x.at(u, 0) = std::log1p(static_cast<Real>(dataset.graph.degree(static_cast<NodeId>(u))));
  }
  return x;
}

/// Features as the plan names them, before normalization.
Features raw_features(const Dataset& dataset, const FeaturePlan& plan) {
  if (plan.features == "onehot") return onehot_features(dataset, plan.ids);
  if (plan.features == "constant") return Tensor(Shape{dataset.node_count(), 1}, 1);
  if (plan.features == "degree") return degree_features(dataset);
  if (plan.features == "random") return random_features(dataset, plan);
  if (const auto* dense = std::get_if<Tensor>(&dataset.features)) {
    if (auto sparse = sparse_form(*dense)) return *std::move(sparse);
  }
  return dataset.features;
}

SparseMatrix with_row_sums_of_one(const SparseMatrix& x) {
  Tensor values = x.values().clone();
  const auto offsets = x.pattern().offsets();
  for (Index row = 0; row < x.rows(); ++row) {
    const auto stored = values.values().subspan(
        static_cast<std::size_t>(offsets[static_cast<std::size_t>(row)]),
        static_cast<std::size_t>(offsets[static_cast<std::size_t>(row) + 1] - offsets[static_cast<std::size_t>(row)]));
    Real total = 0;
    for (const Real v : stored) total += std::abs(v);
    if (total > 0) {
      for (Real& v : stored) v /= total;
    }
  }
  return x.with_values(std::move(values));
}

Tensor with_row_sums_of_one(const Tensor& x) {
  Tensor scaled = x.clone();
  for (Index row = 0; row < x.rows(); ++row) {
    Real total = 0;
    for (const Real v : scaled.row(row)) total += std::abs(v);
    if (total > 0) {
      for (Real& v : scaled.row(row)) v /= total;
    }
  }
  return scaled;
}

Tensor densified(const Features& features) {
  const auto* sparse = std::get_if<SparseMatrix>(&features);
  return sparse != nullptr ? sparse->to_dense() : std::get<Tensor>(features);
}

/// Mean and one over the deviation of each column.
void measure_columns(const Tensor& x, FeaturePlan& plan) {
  plan.mean = Tensor(Shape{x.columns()});
  plan.inverse_deviation = Tensor(Shape{x.columns()});
  const double count = std::max<double>(1, static_cast<double>(x.rows()));
  for (Index j = 0; j < x.columns(); ++j) {
    double mean = 0;
    for (Index i = 0; i < x.rows(); ++i) mean += static_cast<double>(x.at(i, j)) / count;
    double variance = 0;
    for (Index i = 0; i < x.rows(); ++i) variance += std::pow(static_cast<double>(x.at(i, j)) - mean, 2) / count;
    plan.mean.data()[j] = static_cast<Real>(mean);
    // A constant column says nothing, but rounding could leave it a tiny deviation to be blown up.
    const bool constant = variance <= 1e-12 * mean * mean;
    plan.inverse_deviation.data()[j] = constant ? Real(0) : static_cast<Real>(1 / std::sqrt(variance));
  }
}

Tensor standardized(Tensor x, const FeaturePlan& plan) {
  for (Index i = 0; i < x.rows(); ++i) {
    for (Index j = 0; j < x.columns(); ++j) {
      x.at(i, j) = (x.at(i, j) - plan.mean.data()[j]) * plan.inverse_deviation.data()[j];
    }
  }
  return x;
}

std::string automatic_norm(const Features& raw, const FeaturePlan& plan, const TrainConfig& config) {
  if (plan.features == "degree") return "standardize";
  if (plan.features != "given") return "none";
  const auto* sparse = std::get_if<SparseMatrix>(&raw);
  if (sparse == nullptr) return "standardize";
  // Rows that sum to 1 give embeddings that lie close together, and where these are compared with each other weight
  // decay draws them into one point (cora, links, GCN: ROC AUC 0.41 against 0.87).
  if (!is_node_task(config.task)) return "none";
  const auto values = sparse->values().values();
  return std::all_of(values.begin(), values.end(), [](Real v) { return v >= 0; }) ? "l1" : "none";
}

}  // namespace

FeaturePlan plan_features(const Dataset& dataset, const TrainConfig& config) {
  constexpr std::array<std::string_view, 6> kinds{"auto", "given", "onehot", "constant", "degree", "random"};
  constexpr std::array<std::string_view, 4> norms{"auto", "l1", "standardize", "none"};
  if (std::find(kinds.begin(), kinds.end(), config.features) == kinds.end()) {
    throw_unknown_name("kind of features", config.features, kinds);
  }
  if (std::find(norms.begin(), norms.end(), config.feature_norm) == norms.end()) {
    throw_unknown_name("feature norm", config.feature_norm, norms);
  }
  const bool has_features = feature_width(dataset.features) > 0;
  if (config.features == "given" && !has_features) {
    throw UsageError(fmt::format("--features given: the dataset '{}' has no features", dataset.name));
  }
  FeaturePlan plan;
  // Positions need no ids: learning one vector a node beside them would only hide what they say.
  const std::vector<std::string_view> parts = model_parts(config.model);
  const bool positions = std::all_of(parts.begin(), parts.end(), is_position_model);
  const char* const without = positions ? "degree" : "onehot";
  plan.features = config.features == "auto" ? (has_features ? "given" : without) : config.features;
  plan.random_key = Rng(config.seed).split("features").key();
  plan.width = config.feature_width;  // of random features; the others say it themselves
  if (plan.features == "onehot") plan.ids = dataset.ids;
  const Features raw = raw_features(dataset, plan);
  plan.width = feature_width(raw);
  plan.norm = config.feature_norm == "auto" ? automatic_norm(raw, plan, config) : config.feature_norm;
  if (plan.norm == "standardize") measure_columns(densified(raw), plan);
  return plan;
}

ModelInput prepare_input(const Dataset& dataset, const FeaturePlan& plan) {
  const Features raw = raw_features(dataset, plan);
  if (feature_width(raw) != plan.width) {
    throw InputError(dataset.name, 0,
                     fmt::format("expected {} features a node, found {}", plan.width, feature_width(raw)));
  }
  if (plan.norm == "standardize") {
    const Tensor dense = densified(raw);
    return {Variable::constant(standardized(dense.clone(), plan)), dataset.graph};
  }
  const bool scale_rows = plan.norm == "l1";
  if (const auto* sparse = std::get_if<SparseMatrix>(&raw)) {
    return {Input(scale_rows ? with_row_sums_of_one(*sparse) : *sparse), dataset.graph};
  }
  const Tensor& dense = std::get<Tensor>(raw);
  return {Variable::constant(scale_rows ? with_row_sums_of_one(dense) : dense), dataset.graph};
}

void save_plan(const FeaturePlan& plan, NamedTensors& to) {
  to.metadata["features.kind"] = plan.features;
  to.metadata["features.norm"] = plan.norm;
  to.metadata["features.width"] = fmt::format("{}", plan.width);
  to.metadata["features.random_key"] = fmt::format("{}", plan.random_key);
  if (plan.norm == "standardize") {
    to.arrays["features.mean"] = to_stored(plan.mean);
    to.arrays["features.inverse_deviation"] = to_stored(plan.inverse_deviation);
  }
  if (plan.features != "onehot") return;
  if (plan.ids.is_range()) {
    to.metadata["features.ids"] = "range";
    return;
  }
  to.metadata["features.ids"] = plan.ids.are_integers() ? "integers" : "strings";
  std::vector<std::string> names;
  for (Index u = 0; u < plan.ids.size(); ++u) names.push_back(plan.ids.name(static_cast<NodeId>(u)));
  save_strings(names, "features.ids", to);
}

namespace {

template <class Number>
Number number_of(const NamedTensors& from, std::string_view name) {
  const std::string& text = find_metadata(from, name);
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) {
    throw Error(fmt::format("metadata '{}': expected a whole number, found '{}'", name, text));
  }
  return number;
}

IdMap load_ids(const NamedTensors& from, Index width) {
  const std::string& kind = find_metadata(from, "features.ids");
  if (kind == "range") return IdMap::range(width);
  std::vector<std::string> names = load_strings(from, "features.ids");
  if (static_cast<Index>(names.size()) != width) throw Error("features.ids: expected an id for each one-hot column");
  if (kind == "strings") return IdMap::strings(std::move(names));
  std::vector<std::int64_t> integers;
  for (const std::string& name : names) {
    std::int64_t id = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), id);
    if (error != std::errc{} || end != name.data() + name.size()) throw Error("features.ids: expected integers");
    integers.push_back(id);
  }
  return IdMap::integers(std::move(integers));
}

}  // namespace

FeaturePlan load_plan(const NamedTensors& from) {
  FeaturePlan plan;
  plan.features = find_metadata(from, "features.kind");
  plan.norm = find_metadata(from, "features.norm");
  plan.width = number_of<Index>(from, "features.width");
  plan.random_key = number_of<std::uint64_t>(from, "features.random_key");
  if (plan.norm == "standardize") {
    plan.mean = to_tensor(find_array(from, "features.mean"));
    plan.inverse_deviation = to_tensor(find_array(from, "features.inverse_deviation"));
    if (plan.mean.size() != plan.width || plan.inverse_deviation.size() != plan.width) {
      throw Error("features.mean: expected one value a feature");
    }
  }
  if (plan.features == "onehot") plan.ids = load_ids(from, plan.width);
  return plan;
}

}  // namespace cairn
