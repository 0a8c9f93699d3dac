#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/common.h"
#include "cli/config_options.h"
#include "cli/console.h"
#include "cli/coordinates_file.h"
#include "cli/memory_report.h"
#include "cli/verb.h"
#include "graph/traversal.h"

namespace cairn::cli {

namespace {

constexpr std::size_t most_shown_classes = 12;

struct ClassCounts {
  std::vector<Index> nodes;  // of each class
  Index unlabeled = 0;
};

ClassCounts count_classes(const Dataset& dataset) {
  ClassCounts counts;
  counts.nodes.assign(dataset.class_names.size(), 0);
  for (const std::int32_t label : dataset.labels) {
    if (label < 0) {
      ++counts.unlabeled;
    } else {
      ++counts.nodes[static_cast<std::size_t>(label)];
    }
  }
  return counts;
}

/// Share of the edges between labeled nodes that join equal labels, self-loops aside; nothing where there are none.
std::optional<double> homophily(const Dataset& dataset) {
  if (dataset.labels.empty()) return std::nullopt;
  Index joined = 0;
  Index equal = 0;
  for (Index u = 0; u < dataset.node_count(); ++u) {
    const std::int32_t label = dataset.labels[static_cast<std::size_t>(u)];
    if (label < 0) continue;
    for (const NodeId v : dataset.graph.neighbors(static_cast<NodeId>(u))) {
      const std::int32_t other = dataset.labels[static_cast<std::size_t>(v)];
      if (v == u || other < 0) continue;
      ++joined;
      if (other == label) ++equal;
    }
  }
  if (joined == 0) return std::nullopt;
  return static_cast<double>(equal) / static_cast<double>(joined);
}

/// Edges there are over edges there could be between different nodes; 0 for less than two nodes.
double density(const Graph& graph) {
  const auto nodes = static_cast<double>(graph.node_count());
  const double pairs = nodes * (nodes - 1) / (graph.directed() ? 1 : 2);
  return pairs > 0 ? static_cast<double>(graph.edge_count() - graph.counts().self_loops) / pairs : 0;
}

struct FeatureFacts {
  std::string kind = "none";
  Index width = 0;
  Index stored = 0;  // values that are kept: all of dense ones
};

FeatureFacts facts_of(const Features& features) {
  if (const auto* dense = std::get_if<Tensor>(&features)) {
    return {.kind = "dense", .width = dense->columns(), .stored = dense->size()};
  }
  if (const auto* sparse = std::get_if<SparseMatrix>(&features)) {
    return {.kind = "sparse", .width = sparse->columns(), .stored = sparse->pattern().stored_count()};
  }
  return {};
}

struct Facts {
  DegreeStatistics degrees;
  Index components = 0;
  Index largest_component = 0;
  Index diameter_at_least = 0;
  FeatureFacts features;
  ClassCounts classes;
  std::optional<double> homophily;
};

Facts facts_of(const Dataset& dataset) {
  Facts facts{.degrees = degree_statistics(dataset.graph),
              .diameter_at_least = diameter_lower_bound(dataset.graph),
              .features = facts_of(dataset.features),
              .classes = count_classes(dataset),
              .homophily = homophily(dataset)};
  const Components components = connected_components(dataset.graph);
  facts.components = components.count();
  if (const std::int32_t largest = components.largest(); largest >= 0) {
    facts.largest_component = components.sizes[static_cast<std::size_t>(largest)];
  }
  return facts;
}

std::string classes_text(const Dataset& dataset, const ClassCounts& counts) {
  if (dataset.labels.empty()) return "none";
  std::string text = grouped(dataset.class_count());
  if (!counts.nodes.empty() && counts.nodes.size() <= most_shown_classes) {
    for (std::size_t c = 0; c < counts.nodes.size(); ++c) {
      text += fmt::format("{}{} {}", c == 0 ? ": " : ", ", dataset.class_names[c], grouped(counts.nodes[c]));
    }
  } else if (!counts.nodes.empty()) {
    const auto [least, most] = std::minmax_element(counts.nodes.begin(), counts.nodes.end());
    text += fmt::format(" of {} to {} nodes", grouped(*least), grouped(*most));
  }
  if (counts.unlabeled > 0) text += fmt::format("; {} nodes without a label", grouped(counts.unlabeled));
  return text;
}

void print(const Dataset& dataset, const Facts& facts, Console& console) {
  const Graph& graph = dataset.graph;
  const EdgeCounts counts = graph.counts();
  const auto line = [&](std::string_view name, const std::string& value) { console.say("{:<12} {}", name, value); };
  line("dataset", dataset.name);
  line("nodes", fmt::format("{} ({} isolated)", grouped(graph.node_count()), grouped(facts.degrees.isolated)));
  line("edges",
       fmt::format("{}, {}, {} ({} self-loops, {} duplicates merged)", grouped(graph.edge_count()),
                   graph.directed() ? "directed" : "undirected", graph.weighted() ? "weighted" : "not weighted",
                   grouped(counts.self_loops), grouped(counts.merged_duplicates)));
  line("degree",
       fmt::format("{} to {}, mean {:.2f}, median {:g}{}", grouped(facts.degrees.least), grouped(facts.degrees.most),
                   facts.degrees.mean, facts.degrees.median, graph.directed() ? " (outgoing)" : ""));
  line("density", fmt::format("{:.3g}", density(graph)));
  line("components", fmt::format("{}{}, the largest of {} nodes", grouped(facts.components),
                                 graph.directed() ? " (weak)" : "", grouped(facts.largest_component)));
  line("diameter", fmt::format("at least {}", facts.diameter_at_least));
  line("features", facts.features.width == 0 ? "none"
                                             : fmt::format("{}, {}, {} values stored", grouped(facts.features.width),
                                                           facts.features.kind, grouped(facts.features.stored)));
  line("classes", classes_text(dataset, facts.classes));
  if (facts.homophily) line("homophily", fmt::format("{:.3f} of the edges join equal labels", *facts.homophily));
  if (dataset.splits.empty()) line("splits", "none");
  for (std::size_t i = 0; i < dataset.splits.size(); ++i) {
    const Split& split = dataset.splits[i];
    line(dataset.splits.size() == 1 ? "split" : fmt::format("split {}", i),
         fmt::format("train {}, validation {}, test {}", grouped(static_cast<Index>(split.train.size())),
                     grouped(static_cast<Index>(split.validation.size())),
                     grouped(static_cast<Index>(split.test.size()))));
  }
  line("graphs", grouped(dataset.graph_count()));
}

Json to_json(const Dataset& dataset, const Facts& facts) {
  const Graph& graph = dataset.graph;
  Json classes = Json::array();
  for (std::size_t c = 0; c < facts.classes.nodes.size(); ++c) {
    classes.add(Json::object().set("name", dataset.class_names[c]).set("nodes", facts.classes.nodes[c]));
  }
  Json splits = Json::array();
  for (const Split& split : dataset.splits) {
    splits.add(Json::object()
                   .set("train", split.train.size())
                   .set("validation", split.validation.size())
                   .set("test", split.test.size()));
  }
  Json json = Json::object();
  json.set("dataset", counts_json(dataset));
  json.set("directed", graph.directed());
  json.set("weighted", graph.weighted());
  json.set("self_loops", graph.counts().self_loops);
  json.set("merged_duplicates", graph.counts().merged_duplicates);
  json.set("isolated", facts.degrees.isolated);
  json.set("degree", Json::object()
                         .set("min", facts.degrees.least)
                         .set("mean", facts.degrees.mean)
                         .set("median", facts.degrees.median)
                         .set("max", facts.degrees.most));
  json.set("density", density(graph));
  json.set("components", Json::object().set("count", facts.components).set("largest", facts.largest_component));
  json.set("diameter_at_least", facts.diameter_at_least);
  json.set("features", Json::object()
                           .set("kind", facts.features.kind)
                           .set("width", facts.features.width)
                           .set("stored", facts.features.stored));
  json.set("classes", std::move(classes));
  json.set("unlabeled", dataset.labels.empty() ? dataset.node_count() : facts.classes.unlabeled);
  json.set("homophily", facts.homophily ? Json(*facts.homophily) : Json());
  json.set("splits", std::move(splits));
  json.set("graphs", dataset.graph_count());
  json.set("version", version());
  return json;
}

class Info : public Verb {
 public:
  void declare(OptionList& options) override {
    cli::declare(options, dataset_);
    cli::declare(options, common_);
    options.flag("plan", "Plan", "say how much memory training would take, as train --plan does", plan_);
    config_.declare(options);
    declare_dataset_names(options);
  }

  int run() override {
    prepare(common_);
    Console console(common_.quiet);
    const TrainConfig config = config_.config();
    const Dataset dataset = load_dataset(dataset_, config.seed);
    const Facts facts = facts_of(dataset);
    print(dataset, facts, console);
    Json json = to_json(dataset, facts);
    if (plan_) {
      const ProcessPlan plan =
          plan_process(dataset, planned_config(dataset), read_coordinates(config_.coordinates_file(), dataset), {});
      console.say("\n{}", plan_text(plan));
      json.set("plan", plan_json(plan));
    }
    if (!common_.json.empty()) write_json(common_.json, json);
    return 0;
  }

 private:
  /// Without labels, and unless a task is named, links are what can be learned.
  TrainConfig planned_config(const Dataset& dataset) {
    const auto& given = config_.given();
    const bool is_named =
        std::any_of(given.begin(), given.end(), [](const auto& field) { return field.first == "task"; });
    if (!is_named && dataset.labels.empty()) config_.set("task", "link");
    return config_.config();
  }

  DatasetOptions dataset_;
  CommonOptions common_;
  ConfigOptions config_{"gir", "node"};
  bool plan_ = false;
};

}  // namespace

std::unique_ptr<Verb> make_info() { return std::make_unique<Info>(); }

}  // namespace cairn::cli
