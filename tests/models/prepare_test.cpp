#include "models/prepare.h"

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "core/error.h"
#include "models/defaults.h"
#include "support/catch.h"
#include "support/graphs.h"
#include "support/tensors.h"

using namespace cairn;

namespace {

/// A path whose nodes have the names, with the features.
Dataset path_dataset(std::vector<std::string> names, Features features = {}) {
  Dataset dataset;
  dataset.name = "toy";
  dataset.graph = support::path(static_cast<Index>(names.size()));
  dataset.ids = IdMap::strings(std::move(names));
  dataset.features = std::move(features);
  return dataset;
}

/// [[1, 3, 0], [0, 0, 0], [0, 0, 2]], or with -1 in place of 1.
SparseMatrix words(Real first = 1) {
  const auto pattern =
      std::make_shared<SparsePattern>(3, 3, std::vector<std::int64_t>{0, 2, 2, 3}, std::vector<std::int32_t>{0, 1, 2});
  return {pattern, Tensor(Shape{3}, {first, 3, 2})};
}

TrainConfig with(std::string_view features, std::string_view norm = "auto") {
  TrainConfig config = default_config("gcn");
  config.features = features;
  config.feature_norm = norm;
  return config;
}

Tensor dense(const Input& x) {
  const auto* sparse = std::get_if<SparseMatrix>(&x);
  return sparse != nullptr ? sparse->to_dense() : std::get<Variable>(x).value();
}

Tensor prepared(const Dataset& dataset, const TrainConfig& config) {
  return dense(prepare_input(dataset, plan_features(dataset, config)).features());
}

}  // namespace

TEST_CASE("prepare: without an option features are taken where they are, and one-hot ids where not",
          "[models][prepare]") {
  const Dataset with_words = path_dataset({"a", "b", "c"}, words());
  CHECK(plan_features(with_words, with("auto")).features == "given");
  CHECK(plan_features(with_words, with("onehot")).features == "onehot");
  const Dataset bare = path_dataset({"a", "b", "c"});
  const FeaturePlan plan = plan_features(bare, with("auto"));
  CHECK(plan.features == "onehot");
  CHECK(plan.width == 3);
  CHECK(!plan.inductive());
  CHECK_THROWS_AS(plan_features(bare, with("given")), UsageError);
}

TEST_CASE("prepare: rows of non-negative sparse features sum to one, an empty row stays empty", "[models][prepare]") {
  const Dataset dataset = path_dataset({"a", "b", "c"}, words());
  CHECK(plan_features(dataset, with("auto")).norm == "l1");
  TrainConfig links = with("auto");
  links.task = "link";
  CHECK(plan_features(dataset, links).norm == "none");
  const Input x = prepare_input(dataset, plan_features(dataset, with("auto"))).features();
  CHECK(std::holds_alternative<SparseMatrix>(x));
  CHECK(support::max_difference(dense(x), Tensor(Shape{3, 3}, {Real(0.25), Real(0.75), 0, 0, 0, 0, 0, 0, 1})) == 0);
}

TEST_CASE("prepare: sparse features with a negative value are left as they are unless asked", "[models][prepare]") {
  const Dataset dataset = path_dataset({"a", "b", "c"}, words(-1));
  CHECK(plan_features(dataset, with("auto")).norm == "none");
  CHECK(support::max_difference(prepared(dataset, with("auto")), words(-1).to_dense()) == 0);
  const Tensor l1 = prepared(dataset, with("given", "l1"));
  CHECK(l1.at(0, 0) == Real(-0.25));  // absolute values make the sum
  CHECK(l1.at(0, 1) == Real(0.75));
}

TEST_CASE("prepare: columns of dense features get mean 0 and deviation 1, constant ones 0", "[models][prepare]") {
  const Tensor x(Shape{4, 3}, {1, 5, 1000001, 2, 5, 1000002, 3, 5, 1000003, 4, 5, 1000004});
  const Dataset dataset = path_dataset({"a", "b", "c", "d"}, x);
  const FeaturePlan plan = plan_features(dataset, with("auto"));
  CHECK(plan.norm == "standardize");
  const Tensor y = dense(prepare_input(dataset, plan).features());
  for (const Index column : {0, 2}) {
    INFO(column);
    double mean = 0;
    double square = 0;
    for (Index i = 0; i < 4; ++i) {
      mean += static_cast<double>(y.at(i, column)) / 4;
      square += std::pow(static_cast<double>(y.at(i, column)), 2) / 4;
    }
    CHECK(std::abs(mean) < 1e-6);
    CHECK(square == Approx(1).epsilon(1e-5));
  }
  for (Index i = 0; i < 4; ++i) CHECK(y.at(i, 1) == 0);
}

TEST_CASE("prepare: standardizing another dataset uses what training measured", "[models][prepare]") {
  const Dataset seen = path_dataset({"a", "b"}, Tensor(Shape{2, 1}, {1, 3}));
  const Dataset other = path_dataset({"c", "d"}, Tensor(Shape{2, 1}, {5, 7}));
  const FeaturePlan plan = plan_features(seen, with("auto"));
  const Tensor y = dense(prepare_input(other, plan).features());
  CHECK(y.at(0, 0) == Approx(3));  // (5 - 2) / 1
  CHECK(y.at(1, 0) == Approx(5));
}

TEST_CASE("prepare: dense features that are mostly zero are treated as sparse ones", "[models][prepare]") {
  Tensor x(Shape{4, 4});
  x.at(0, 1) = 2;
  x.at(0, 2) = 2;
  x.at(3, 0) = 5;
  const Dataset dataset = path_dataset({"a", "b", "c", "d"}, x);
  const FeaturePlan plan = plan_features(dataset, with("auto"));
  CHECK(plan.norm == "l1");
  const Input y = prepare_input(dataset, plan).features();
  CHECK(std::holds_alternative<SparseMatrix>(y));
  CHECK(dense(y).at(0, 1) == Real(0.5));
  CHECK(dense(y).at(3, 0) == 1);
  x.at(1, 1) = 1;
  x.at(2, 2) = 1;  // now 5 of 16: more than a quarter
  CHECK(plan_features(path_dataset({"a", "b", "c", "d"}, x), with("auto")).norm == "standardize");
}

TEST_CASE("prepare: one-hot columns follow the node's name, whatever its place", "[models][prepare]") {
  const Dataset seen = path_dataset({"a", "b", "c"});
  const FeaturePlan plan = plan_features(seen, with("onehot"));
  const Dataset part = path_dataset({"c", "a"});
  const Tensor x = dense(prepare_input(part, plan).features());
  CHECK(support::max_difference(x, Tensor(Shape{2, 3}, {0, 0, 1, 1, 0, 0})) == 0);
}

TEST_CASE("prepare: one-hot features refuse a node that training never saw, by its name", "[models][prepare]") {
  const FeaturePlan plan = plan_features(path_dataset({"a", "b", "c"}), with("onehot"));
  const Dataset other = path_dataset({"a", "stranger"});
  CHECK_THROWS_AS(prepare_input(other, plan), InputError);
  CHECK_THROWS_WITH(prepare_input(other, plan), Catch::Contains("toy") && Catch::Contains("'stranger'"));
}

TEST_CASE("prepare: constant, degree and random features serve nodes that training never saw", "[models][prepare]") {
  const Dataset seen = path_dataset({"a", "b", "c"});
  const Dataset other = path_dataset({"x", "y", "z", "c"});
  for (const std::string_view kind : {"constant", "degree", "random"}) {
    INFO(kind);
    const FeaturePlan plan = plan_features(seen, with(kind));
    CHECK(plan.inductive());
    CHECK(rows_of(prepare_input(other, plan).features()) == 4);
    CHECK(columns_of(prepare_input(other, plan).features()) == plan.width);
  }
  CHECK(prepared(seen, with("constant")).at(2, 0) == 1);
}

TEST_CASE("prepare: degrees are logarithms, standardized over the training graph", "[models][prepare]") {
  const Dataset dataset = path_dataset({"a", "b", "c"});  // degrees 1, 2, 1
  const Tensor raw = prepared(dataset, with("degree", "none"));
  CHECK(raw.at(0, 0) == Approx(std::log(2.0)));
  CHECK(raw.at(1, 0) == Approx(std::log(3.0)));
  const Tensor x = prepared(dataset, with("degree"));
  CHECK(x.at(1, 0) == Approx(std::sqrt(2.0)).epsilon(1e-4));  // of -1/sqrt 2, sqrt 2, -1/sqrt 2
  CHECK(x.at(0, 0) == Approx(-std::sqrt(0.5)).epsilon(1e-4));
}

TEST_CASE("prepare: random features belong to the node's name and the seed", "[models][prepare]") {
  const Dataset seen = path_dataset({"a", "b", "c"});
  TrainConfig config = with("random");
  config.feature_width = 5;
  const FeaturePlan plan = plan_features(seen, config);
  CHECK(plan.width == 5);
  const Tensor x = dense(prepare_input(seen, plan).features());
  const Tensor y = dense(prepare_input(path_dataset({"c", "q"}), plan).features());
  for (Index j = 0; j < 5; ++j) CHECK(x.at(2, j) == y.at(0, j));
  CHECK(x.at(0, 0) != y.at(1, 0));
  config.seed = 1;
  CHECK(prepared(seen, config).at(0, 0) != x.at(0, 0));
}

TEST_CASE("prepare: features of another width are refused with both widths", "[models][prepare]") {
  const FeaturePlan plan = plan_features(path_dataset({"a", "b", "c"}, words()), with("auto"));
  const Dataset narrow = path_dataset({"a", "b"}, Tensor(Shape{2, 2}, {1, 2, 3, 4}));
  CHECK_THROWS_AS(prepare_input(narrow, plan), InputError);
  CHECK_THROWS_WITH(prepare_input(narrow, plan), Catch::Contains("expected 3 features") && Catch::Contains("found 2"));
  CHECK_THROWS_AS(prepare_input(path_dataset({"a", "b"}), plan), InputError);
}

TEST_CASE("prepare: unknown kinds and norms are refused with a list of the known ones", "[models][prepare]") {
  const Dataset dataset = path_dataset({"a", "b"});
  CHECK_THROWS_AS(plan_features(dataset, with("one-hot")), UsageError);
  CHECK_THROWS_WITH(plan_features(dataset, with("one-hot")), Catch::Contains("onehot"));
  CHECK_THROWS_WITH(plan_features(dataset, with("degree", "l2")), Catch::Contains("standardize"));
}

TEST_CASE("prepare: a plan that was saved and loaded prepares the same bits", "[models][prepare]") {
  std::vector<std::pair<Dataset, TrainConfig>> cases;
  cases.emplace_back(path_dataset({"a", "b", "c"}, words()), with("auto"));
  cases.emplace_back(path_dataset({"a", "b", "c"}, words()), with("given", "standardize"));
  cases.emplace_back(path_dataset({"a", "b"}, Tensor(Shape{2, 2}, {1, 2, 3, 5})), with("auto"));
  cases.emplace_back(path_dataset({"", "two\nlines", "\xc3\xa9"}), with("onehot"));
  for (const char* kind : {"constant", "degree", "random"})
    cases.emplace_back(path_dataset({"a", "b", "c"}), with(kind));
  cases.emplace_back(path_dataset({"a", "b", "c"}), with("onehot"));
  cases.back().first.ids = IdMap::range(3);
  cases.push_back(cases.back());
  cases.back().first.ids = IdMap::integers({-5, 7, 4294967295});
  for (const auto& [dataset, config] : cases) {
    const FeaturePlan plan = plan_features(dataset, config);
    INFO(plan.features << ", " << plan.norm);
    NamedTensors saved;
    save_plan(plan, saved);
    const FeaturePlan loaded = load_plan(saved);
    CHECK(loaded.width == plan.width);
    CHECK(support::same_bits(dense(prepare_input(dataset, plan).features()),
                             dense(prepare_input(dataset, loaded).features())));
  }
}

TEST_CASE("prepare: a saved plan with something missing or of the wrong size is refused by name", "[models][prepare]") {
  const Dataset dataset = path_dataset({"a", "b"}, Tensor(Shape{2, 2}, {1, 2, 3, 5}));
  NamedTensors saved;
  save_plan(plan_features(dataset, with("auto")), saved);
  for (const auto& [name, text] : saved.metadata) {
    NamedTensors less = saved;
    less.metadata.erase(name);
    CHECK_THROWS_WITH(load_plan(less), Catch::Contains(name));
  }
  for (const auto& [name, array] : saved.arrays) {
    NamedTensors less = saved;
    less.arrays.erase(name);
    CHECK_THROWS_WITH(load_plan(less), Catch::Contains(name));
    NamedTensors longer = saved;
    longer.arrays[name] = to_stored(Tensor(Shape{3}));
    CHECK_THROWS_AS(load_plan(longer), Error);
  }
  saved.metadata["features.width"] = "two";
  CHECK_THROWS_WITH(load_plan(saved), Catch::Contains("features.width"));
}
