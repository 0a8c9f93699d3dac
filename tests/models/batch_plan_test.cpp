#include "models/batch_plan.h"

#include <string>
#include <utility>
#include <vector>

#include "core/error.h"
#include "models/memory_plan.h"
#include "models/training_cases.h"
#include "support/catch.h"
#include "support/threads.h"

using namespace cairn;

namespace {

TrainConfig batch_config(std::string_view model, Index size = 16, const std::string& fan_out = "3,2") {
  TrainConfig config = support::short_config(model, 4);
  config.batch_size = size;
  config.fan_out = fan_out;
  return config;
}

}  // namespace

TEST_CASE("batch plan: fan-outs are numbers of at least 0, joined by commas", "[models][batches]") {
  TrainConfig config;
  CHECK(fan_outs(config) == std::vector<Index>{10});
  config.fan_out = std::string("25,10,0");
  CHECK(fan_outs(config) == std::vector<Index>{25, 10, 0});
  for (const char* text : {",", "3,", ",3", "a", "3;2", "-1", "3, 2", "2.5"}) {
    INFO(text);
    config.fan_out = text;
    CHECK_THROWS_AS(fan_outs(config), UsageError);
  }
}

TEST_CASE("batch plan: what cannot be cut is refused with what can", "[models][batches]") {
  const auto refused = [](TrainConfig config) {
    INFO(config.model << ", task " << config.task << ", kinds " << config.layer_kinds);
    CHECK_THROWS_WITH(check_batches(config), Catch::Contains("--batch-size") && Catch::Contains("expected"));
    CHECK_THROWS_AS(check_batches(config), UsageError);
    config.batch_size = 0;
    config.fan_out.clear();
    CHECK_NOTHROW(check_batches(config));
  };
  for (const char* model : {"gir-dist", "pgnn", "kernel-attention", "gcn+kernel-attention", "raw", "gcn+random"}) {
    refused(batch_config(model));
  }
  for (const char* task : {"link", "pair", "distance"}) {
    TrainConfig config = batch_config("gcn");
    config.task = task;
    refused(config);
  }
  TrainConfig stack = batch_config("stack");
  stack.layer_kinds = "gcn,kernel-attention";
  refused(stack);
  CHECK_THROWS_WITH(check_batches(batch_config("gcn", 0)), Catch::Contains("--batch-size"));
  for (const char* model :
       {"mlp", "gcn", "gat", "sage", "gin", "cheb", "arma", "graph", "stack", "gcn+sage", "gcn+gir", "gir"}) {
    INFO(model);
    CHECK_NOTHROW(check_batches(batch_config(model, 16, std::string_view(model) == "gir" ? "" : "3,2")));
  }
  CHECK_THROWS_WITH(Training(support::small_blocks(), batch_config("gcn", 16, "3,2,1")), Catch::Contains("--fan-out"));
}

TEST_CASE("batch plan: paths of which a part says nothing of the whole are refused", "[models][batches][paths]") {
  const TrainConfig gir = batch_config("gir", 16, "");
  CHECK_NOTHROW(check_batches(gir));
  const auto refused = [](TrainConfig config, const char* option) {
    CHECK_THROWS_AS(check_batches(config), UsageError);
    CHECK_THROWS_WITH(check_batches(config), Catch::Contains(option));
  };
  for (const char* paths : {"tree", "siblings", "wave", "indication", "indication_all", "distance"}) {
    TrainConfig config = gir;
    config.paths = std::string(paths);
    refused(config, "--paths");
  }
  TrainConfig config = gir;
  config.path_layers = 2;
  refused(config, "--path-layers");
  config = gir;
  config.path_aggregate = std::string("max");
  refused(config, "--path-aggregate");
  config.path_fan_out = 0;
  CHECK_NOTHROW(check_batches(config));
  config.evaluation_path_fan_out = 3;
  refused(config, "--evaluation-path-fan-out");
  config = gir;
  config.slots_at_once = 1;
  refused(config, "--slots-at-once");
  config = gir;
  config.fan_out = std::string("3");
  refused(config, "--fan-out");
  config = batch_config("gcn+gir");
  config.fusion = std::string("early");
  refused(config, "--fusion");
  for (const char* model : {"gir", "gcn"}) {
    config = batch_config(model, std::string_view(model) == "gir" ? 0 : 16, "");
    config.path_fan_out = 5;
    refused(config, "--path-fan-out");
  }
  CHECK_FALSE(path_batches(batch_config("gcn")));
  CHECK(path_batches(gir)->size == 512);
  CHECK_THROWS_WITH(plan_memory(support::small_blocks(), gir), Catch::Contains("--max-memory"));
}

TEST_CASE("training in batches: stopped after any epoch and resumed, it ends with the same file", "[models][batches]") {
  const Dataset dataset = support::small_blocks();
  for (const char* model : {"sage", "gat", "gcn+gir"}) {
    TrainConfig config = batch_config(model);
    config.norm = "batch";
    config.anchors = 3;
    const NamedTensors whole = support::trained(dataset, config);
    for (const Index stop : {0, 1, 3}) {
      INFO(model << ", stopped after " << stop);
      Training first(dataset, config);
      for (Index epoch = 0; epoch < stop; ++epoch) first.advance();
      Training second(dataset, config);
      second.resume(first.save());
      support::finish(second);
      CHECK(support::first_difference(whole, second.save()).empty());
    }
    TrainConfig other = config;
    other.fan_out = std::string("3,3");
    CHECK_THROWS_WITH(Training(dataset, other).resume(whole), Catch::Contains("fan_out"));
  }
}

TEST_CASE("training in batches: the same bits for any number of threads", "[models][batches]") {
  const Dataset dataset = support::small_blocks("nodes=600,classes=3,features=30");
  for (const char* model : {"gcn", "gcn+gir"}) {
    INFO(model);
    TrainConfig config = batch_config(model, 100, "8,8");
    config.anchors = 5;
    const auto with_threads = [&](int count) {
      const support::Threads threads(count);
      return support::trained(dataset, config);
    };
    const NamedTensors one = with_threads(1);
    for (const int count : {2, 3}) CHECK(support::first_difference(one, with_threads(count)).empty());
  }
}

TEST_CASE("training in batches: one batch of all nodes and neighbors trains as without batches", "[models][batches]") {
  const Dataset dataset = support::small_blocks();
  for (const char* model : {"sage", "gir", "gcn+gir"}) {
    INFO(model);
    TrainConfig config = support::short_config(model, 3);
    config.dropout = 0;
    config.optimizer = "sgd";  // Adam would blow up what rounding leaves of a gradient of 0
    config.learning_rate = std::string_view(model) == "gir" ? 1e-3 : 0.1;
    config.anchors = 4;
    Training whole(dataset, config);
    config.batch_size = dataset.node_count();
    if (std::string_view(model) != "gir") config.fan_out = std::string("0");
    config.path_fan_out = std::string_view(model) == "sage" ? config.path_fan_out : 0;
    Training batched(dataset, config);
    for (int epoch = 0; epoch < 3; ++epoch) {
      const EpochRecord& expected = whole.advance();
      const EpochRecord& found = batched.advance();
      CHECK(found.train_loss == Approx(expected.train_loss).epsilon(1e-4));
      CHECK(found.validation.at("cross_entropy") == Approx(expected.validation.at("cross_entropy")).epsilon(1e-4));
    }
  }
}

TEST_CASE("training in batches: an epoch's loss is the mean over its nodes, in batches of whatever sizes",
          "[models][batches]") {
  const Dataset dataset = support::small_blocks();
  TrainConfig config = support::short_config("sage", 3);
  config.dropout = 0;
  config.optimizer = "sgd";
  config.learning_rate = 1e-9;  // the weights stay as they are
  Training whole(dataset, config);
  config.fan_out = std::string("0");
  config.batch_size = 10;
  Training cut(dataset, config);
  REQUIRE(dataset.node_count() * 6 / 10 % 10 != 0);  // of the training nodes the last batch has fewer
  CHECK(cut.advance().train_loss == Approx(whole.advance().train_loss).epsilon(1e-5));
}

TEST_CASE("training in batches: learns what the whole graph teaches", "[models][batches]") {
  const Dataset dataset = make_synthetic("sbm:nodes=400,classes=4,degree=10,homophily=0.8,features=40,signal=0.1", 1);
  const auto accuracy = [&](std::string_view model, Index size) {
    TrainConfig config = default_config(model);
    config.epochs = 30;
    config.batch_size = size;
    Training training(dataset, config);
    support::finish(training);
    return training.results().front().test.at("accuracy");
  };
  const double whole = accuracy("sage", 0);
  CHECK(accuracy("sage", 32) > whole - 0.06);
  CHECK(accuracy("mlp", 32) < whole - 0.1);  // the control: features alone
}

namespace {

/// A grid tied across corners too, so that nodes have up to three predecessors, with marks of +1 and -1 as features:
/// the class says whether the marks on a random shortest way from the corner come to more than 0 in the mean.
Dataset sums_along_paths(Index side) {
  Dataset dataset = make_synthetic("grid:" + std::to_string(side) + "x" + std::to_string(side), 1);
  std::vector<Edge> edges;
  const auto id = [side](Index row, Index column) { return static_cast<NodeId>(row * side + column); };
  for (Index row = 0; row < side; ++row) {
    for (Index column = 0; column < side; ++column) {
      if (column + 1 < side) edges.push_back({id(row, column), id(row, column + 1)});
      if (row + 1 == side) continue;
      for (Index to = std::max<Index>(column - 1, 0); to <= std::min(column + 1, side - 1); ++to) {
        edges.push_back({id(row, column), id(row + 1, to)});
      }
    }
  }
  dataset.graph = Graph::from_edges(side * side, edges);
  const PathItems items = shortest_path_items(dataset.graph, given_anchors(dataset.graph, {}, std::vector<NodeId>{0}));
  Tensor marks(Shape{side * side, 1});
  Rng rng(1);
  for (Real& mark : marks.values()) mark = rng.below(2) == 0 ? Real(-1) : Real(1);
  std::vector<double> sums(items.node.size(), 0);
  dataset.labels.assign(items.node.size(), 0);
  for (std::size_t i = 1; i < sums.size(); ++i) {
    const auto begin = items.lists.predecessor_offsets[i];
    const auto end = items.lists.predecessor_offsets[i + 1];
    for (auto k = begin; k < end; ++k) {
      sums[i] += sums[static_cast<std::size_t>(items.lists.predecessors[static_cast<std::size_t>(k)])] / (end - begin);
    }
    sums[i] += static_cast<double>(marks.at(items.node[i], 0));
    dataset.labels[static_cast<std::size_t>(items.node[i])] = sums[i] > 0 ? 1 : 0;
  }
  dataset.features = std::move(marks);
  dataset.class_names = {"at most 0", "above 0"};
  return dataset;
}

}  // namespace

TEST_CASE("training in batches: one drawn predecessor teaches what lies on the paths, distances do not",
          "[models][batches][paths][slow]") {
  const Dataset dataset = sums_along_paths(24);
  const auto accuracy = [&](std::string_view model, Index size, Index epochs) {
    TrainConfig config = default_config(model);
    config.epochs = epochs;
    config.batch_size = size;
    if (size > 0) config.path_fan_out = 1;
    config.anchor_nodes = std::string("0");
    config.feature_norm = std::string("none");
    Training training(dataset, config);
    support::finish(training);
    return training.results().front().test.at("accuracy");
  };
  const double whole = accuracy("gir", 0, 300);
  const double drawn = accuracy("gir", 116, 100);
  CHECK(drawn > whole - 0.12);
  CHECK(accuracy("gir-dist", 0, 300) < drawn - 0.1);
  CHECK(accuracy("mlp", 0, 300) < drawn - 0.1);
}
