#include "models/memory_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "core/held_memory.h"
#include "kernels/kernelized_attention.h"
#include "models/batch_plan.h"
#include "models/coordinate_plan.h"
#include "models/defaults.h"
#include "models/position_plan.h"
#include "models/proportional_dataset.h"
#include "models/run_input.h"
#include "models/training.h"
#include "tensor/storage.h"

namespace cairn {

namespace {

constexpr Index most_nodes_as_they_are = 512;
constexpr Index fewest_nodes = 512;  // of a stand-in of a larger dataset
// Large stand-ins are past the sizes at which kernels cut their work into more and more parts, but take their time.
constexpr Index enough_bytes = Index{48} << 20;

/// Bytes over what was held before, on a dataset of `nodes` nodes.
struct Held {
  double nodes = 0;
  double prepared = 0;       // when the first epoch begins
  double prepared_peak = 0;  // before it
  double first_peak = 0;     // until the first epoch has ended
  double later_peak = 0;     // after it
};

PositionCosts costs_beside_pool(const Dataset& dataset, const TrainConfig& config) {
  return new_is_noted() ? position_costs(dataset, config) : PositionCosts{};
}

/// Lists that later epochs hold at their peak: anchors that are redrawn are listed anew each time.
Index lists_in_epochs(const PositionCosts& costs, const TrainConfig& config) {
  return config.redraw_anchors == "epoch" ? costs.listing_bytes : costs.list_bytes;
}

Held held_by(const Dataset& dataset, TrainConfig config, const std::optional<Coordinates>& given,
             const MemoryPlanOptions& options) {
  config.epochs = 3;  // the first makes what later ones hold from their start
  config.patience = 0;
  config.learning_rate = 1e-9;  // nothing is to be learned, and no number to go bad
  config.seeds = std::min<Index>(config.seeds, 2);
  release_pooled_memory();
  const auto before = held_memory();
  const auto since = [before](std::int64_t bytes) { return static_cast<double>(bytes - before); };
  Held held{.nodes = static_cast<double>(dataset.node_count())};
  restart_held_peak();
  {
    Training training(dataset, config, shortest_path_items, given);
    held.prepared = since(held_memory());
    held.prepared_peak = since(peak_held_memory());
    training.advance();
    held.first_peak = since(peak_held_memory());
    restart_held_peak();
    while (!training.done()) training.advance();
    if (options.saves) training.save();
    held.later_peak = since(peak_held_memory());
  }
  release_pooled_memory();
  return held;
}

/// A dataset's stand-ins, smallest first.
class StandIns {
 public:
  StandIns(const Dataset& dataset, const TrainConfig& config, const std::optional<Coordinates>& given,
           const MemoryPlanOptions& options)
      : dataset_(dataset), config_(config), given_(given), options_(options) {}

  void add(Index nodes) {
    const ProportionalDataset made = proportional_dataset(dataset_, config_, given_, nodes);
    const kernels::PanelsAsOf panels(dataset_.node_count());
    Held held = held_by(made.dataset, made.config, made.given, options_);
    const auto lists = static_cast<double>(lists_in_epochs(costs_beside_pool(made.dataset, made.config), made.config));
    held.later_peak -= lists;
    held_.push_back(held);
  }

  /// The value at `nodes` of the line that is closest to the last `count` stand-ins.
  double on_line(double nodes, double Held::*figure, std::size_t count) const {
    const auto first = held_.end() - static_cast<std::ptrdiff_t>(count);
    double mean_nodes = 0;
    double mean = 0;
    for (auto held = first; held != held_.end(); ++held) {
      mean_nodes += held->nodes / static_cast<double>(count);
      mean += *held.*figure / static_cast<double>(count);
    }
    double squares = 0;
    double products = 0;
    for (auto held = first; held != held_.end(); ++held) {
      squares += (held->nodes - mean_nodes) * (held->nodes - mean_nodes);
      products += (held->nodes - mean_nodes) * (*held.*figure - mean);
    }
    return std::max(0.0, mean + (squares > 0 ? products / squares : 0) * (nodes - mean_nodes));
  }

  /// The value at `nodes` of the parabola through three stand-ins.
  double on_parabola(double nodes, double Held::*figure) const {
    double value = 0;
    for (const Held& held : held_) {
      double weight = 1;
      for (const Held& other : held_) {
        if (&other != &held) weight *= (nodes - other.nodes) / (held.nodes - other.nodes);
      }
      value += weight * held.*figure;
    }
    return std::max(0.0, value);
  }

  const Held& last() const { return held_.back(); }

 private:
  const Dataset& dataset_;
  const TrainConfig& config_;
  const std::optional<Coordinates>& given_;
  const MemoryPlanOptions& options_;
  std::vector<Held> held_;
};

/// Whether what is held grows with pairs of nodes.
bool holds_pairs(const TrainConfig& config, const Dataset& dataset) {
  return dataset.graph_names.empty() &&
         (config.task == "pair" || (attends(config) && config.attention_operator == "hops"));
}

/// With what stand-ins could not know: how many anchors the dataset asks for.
TrainConfig with_own_anchors(TrainConfig config, const Dataset& dataset) {
  if (!looks_from_anchors(config) || config.task == "path-sum") return config;
  if (config.anchors == 0 || !config.anchor_nodes.empty()) {
    config.anchors = anchors_at(plan_position(dataset, {}, config, config.seed), dataset, 0).slot_count();
  }
  return config;
}

MemoryPlan planned(const Held& held, const Dataset& dataset, const TrainConfig& config) {
  MemoryPlan plan;
  plan.position = position_costs(dataset, config);
  plan.prepared_bytes = static_cast<Index>(held.prepared);
  const Index later = static_cast<Index>(held.later_peak) + lists_in_epochs(plan.position, config);
  plan.epoch_bytes = std::max<Index>(0, later - plan.prepared_bytes);
  plan.peak_bytes = std::max(later, static_cast<Index>(held.prepared_peak));
  if (plan.position.listing_bytes > 0) {
    plan.peak_bytes = std::max(plan.peak_bytes, plan.prepared_bytes + plan.position.listing_bytes);
  } else {
    plan.peak_bytes = std::max(plan.peak_bytes, static_cast<Index>(held.first_peak));
  }
  const Index slots = plan.position.anchors;
  plan.anchors_at_once = config.slots_at_once == 0 ? slots : std::min(slots, config.slots_at_once);
  plan.recomputes = config.recompute;
  return plan;
}

}  // namespace

MemoryPlan plan_memory(const Dataset& dataset, const TrainConfig& asked, const std::optional<Coordinates>& given,
                       const MemoryPlanOptions& options) {
  const TrainConfig config = settled_config(asked, dataset);
  if (path_batches(config)) {
    throw UsageError(
        fmt::format("--plan, --max-memory: what lies on the paths of a batch is not foretold: expected --batch-size 0 "
                    "or a model without gir (a smaller batch or --path-fan-out holds less), found {} in batches",
                    config.model));
  }
  const Index nodes = dataset.node_count();
  if (nodes <= most_nodes_as_they_are) {
    Held held = held_by(dataset, config, given, options);
    held.later_peak -= static_cast<double>(lists_in_epochs(costs_beside_pool(dataset, config), config));
    return planned(held, dataset, config);
  }
  const TrainConfig of_stand_ins = with_own_anchors(config, dataset);
  StandIns stand_ins(dataset, of_stand_ins, given, options);
  const bool parabola = holds_pairs(config, dataset);
  std::size_t count = 0;  // of stand-ins on the line
  if (parabola) {
    for (const Index quarters : {1, 2, 3}) stand_ins.add(quarters * nodes / 4);
  } else {
    // An anchor is a node.
    const Index least = std::min(std::max(fewest_nodes, 2 * of_stand_ins.anchors), nodes / 4);
    stand_ins.add(least);
    const double growth = static_cast<double>(enough_bytes) / std::max(stand_ins.last().later_peak, 1.0);
    const Index larger = std::clamp(static_cast<Index>(growth * static_cast<double>(least)), 2 * least, nodes / 2);
    // Lists of pairs are cut by rounding, and buffers of nearly one size then serve each other or not: several sizes
    // level that out.
    const std::vector<Index> sixths =
        is_node_task(config.task) ? std::vector<Index>{3, 6} : std::vector<Index>{3, 4, 5, 6};
    for (const Index part : sixths) stand_ins.add(part * larger / 6);
    count = sixths.size();
  }
  const auto at = [&](double Held::*figure) {
    const auto size = static_cast<double>(nodes);
    return parabola ? stand_ins.on_parabola(size, figure) : stand_ins.on_line(size, figure, count);
  };
  const Held held{.nodes = static_cast<double>(nodes),
                  .prepared = at(&Held::prepared),
                  .prepared_peak = at(&Held::prepared_peak),
                  .first_peak = at(&Held::first_peak),
                  .later_peak = at(&Held::later_peak)};
  return planned(held, dataset, config);
}

MemoryChoice within_memory(const Dataset& dataset, const TrainConfig& config, Index bytes, Index base,
                           const std::optional<Coordinates>& given, const MemoryPlanOptions& options) {
  MemoryChoice best;
  best.plan.peak_bytes = -1;
  const auto fits = [&](const TrainConfig& tried) {
    MemoryPlan plan = plan_memory(dataset, tried, given, options);
    if (best.plan.peak_bytes < 0 || plan.peak_bytes < best.plan.peak_bytes) best = {tried, plan};
    return plan.peak_bytes <= bytes;
  };
  if (fits(config)) return best;
  TrainConfig changed = config;
  changed.recompute = true;
  if (fits(changed)) return best;
  // What recomputing layers does not spare is not worth its time.
  if (!best.config.recompute) changed.recompute = config.recompute;
  const Index slots = best.plan.anchors_at_once;
  for (Index at_once = slots / 2; at_once >= 1; at_once /= 2) {
    changed.slots_at_once = at_once;
    if (fits(changed)) return best;
  }
  const auto megabytes = [](Index held) { return static_cast<double>(held) / 1e6; };
  throw UsageError(fmt::format(
      "--max-memory: {} on {} would hold {:.1f} MB at least, expected at most {:.1f} MB; {:.1f} MB are held by the "
      "program and the dataset; a smaller --hidden{} or fewer --layers hold less",
      config.model, dataset.name, megabytes(best.plan.peak_bytes + base), megabytes(bytes + base), megabytes(base),
      slots > 0 ? ", --anchors or --path-width" : ""));
}

}  // namespace cairn
