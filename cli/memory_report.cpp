#include "cli/memory_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "cli/console.h"
#include "cli/process.h"

namespace cairn::cli {

namespace {

/// What is held before a run. To be asked for after a plan: by then libraries have made what they make once.
Index base_bytes() {
  give_back_memory();
  return static_cast<Index>(resident_memory_bytes());
}

}  // namespace

ProcessPlan plan_process(const Dataset& dataset, const TrainConfig& config, const std::optional<Coordinates>& given,
                         const MemoryPlanOptions& options) {
  const auto so_far = static_cast<Index>(peak_memory_bytes());
  ProcessPlan plan;
  plan.run = plan_memory(dataset, config, given, options);
  plan.base_bytes = base_bytes();
  plan.peak_bytes = std::max(so_far, plan.base_bytes + plan.run.peak_bytes);
  return plan;
}

TrainConfig within_megabytes(const Dataset& dataset, const TrainConfig& config, double megabytes,
                             const std::optional<Coordinates>& given, const MemoryPlanOptions& options) {
  const Index base = base_bytes();
  const Index rest = static_cast<Index>(1e6 * megabytes) - base;
  return within_memory(dataset, config, rest, base, given, options).config;
}

std::string plan_text(const ProcessPlan& plan) {
  const auto megabytes = [](Index bytes) { return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6); };
  const MemoryPlan& run = plan.run;
  const Index lists = run.position.list_bytes;
  std::vector<std::vector<std::string>> rows{
      {"memory", "planned"},
      {"program and dataset", megabytes(plan.base_bytes)},
      {"features, parameters and what else is made once", megabytes(run.prepared_bytes)}};
  if (lists > 0) rows.push_back({"lists of shortest paths", megabytes(lists)});
  rows.push_back(
      {"gradients, optimizer and what a pass keeps", megabytes(std::max<Index>(0, run.epoch_bytes - lists))});
  rows.push_back({"peak of the process", megabytes(plan.peak_bytes)});
  std::string text = table_text(rows);
  if (run.position.anchors > 0) {
    text += fmt::format("\n{} anchors, {} at once", grouped(run.position.anchors), grouped(run.anchors_at_once));
  }
  if (run.position.items > 0) {
    text += fmt::format(": {} items, {} arcs of shortest paths", grouped(run.position.items),
                        grouped(run.position.dag_arcs));
  }
  return text;
}

Json plan_json(const ProcessPlan& plan) {
  const MemoryPlan& run = plan.run;
  return Json::object()
      .set("base_bytes", plan.base_bytes)
      .set("prepared_bytes", run.prepared_bytes)
      .set("epoch_bytes", run.epoch_bytes)
      .set("run_bytes", run.peak_bytes)
      .set("peak_memory_bytes", plan.peak_bytes)
      .set("anchors", run.position.anchors)
      .set("slots_at_once", run.anchors_at_once)
      .set("items", run.position.items)
      .set("dag_arcs", run.position.dag_arcs)
      .set("list_bytes", run.position.list_bytes)
      .set("listing_bytes", run.position.listing_bytes)
      .set("recompute", run.recomputes);
}

}  // namespace cairn::cli
