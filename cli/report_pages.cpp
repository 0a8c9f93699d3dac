#include "cli/report_pages.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "cli/common.h"
#include "cli/console.h"
#include "core/parallel.h"
#include "graph_io/output_file.h"
#include "models/report/plane.h"
#include "position/distances.h"

namespace cairn::cli {

namespace {

constexpr std::size_t most_points_a_line = 200;

/// A line a seed: a figure of its epochs, thinned, the last epoch among them.
template <class Figure>
std::vector<Series> lines_of(const std::vector<LoggedEpoch>& history, const Figure& figure) {
  std::vector<Series> lines;
  for (std::size_t begin = 0; begin < history.size();) {
    std::size_t end = begin;
    while (end < history.size() && history[end].seed == history[begin].seed) ++end;
    Series line;
    line.name = fmt::format("seed {}", history[begin].seed);
    const std::size_t step = (end - begin + most_points_a_line - 1) / most_points_a_line;
    for (std::size_t e = begin; e < end; ++e) {
      if ((e - begin) % step != 0 && e + 1 != end) continue;
      line.x.push_back(static_cast<double>(history[e].record.epoch));
      line.y.push_back(figure(history[e].record));
    }
    lines.push_back(std::move(line));
    begin = end;
  }
  return lines;
}

LineChart loss_chart(const Training& training) {
  LineChart chart;
  chart.heading = "Training loss";
  chart.x_label = "epoch";
  chart.y_label = "loss";
  chart.series = lines_of(training.history(), [](const EpochRecord& epoch) { return epoch.train_loss; });
  return chart;
}

LineChart validation_chart(const Training& training) {
  const FigureName& figure = headline(training.results().front().validation);
  LineChart chart;
  chart.heading = "Validation";
  chart.x_label = "epoch";
  chart.y_label = figure.text;
  chart.series = lines_of(training.history(), [&](const EpochRecord& epoch) {
    const auto found = epoch.validation.find(figure.key);
    if (found == epoch.validation.end()) return std::numeric_limits<double>::quiet_NaN();
    return figure.percent ? 100 * found->second : found->second;
  });
  return chart;
}

ReportTable figures_table(const Training& training) {
  ReportTable table;
  table.heading = "Results";
  table.caption = training.results().size() > 1
                      ? fmt::format("Mean and standard deviation over {} seeds, each at its best validation epoch.",
                                    training.results().size())
                      : std::string("At the best validation epoch.");
  std::vector<std::vector<std::string>> cells = figure_cells(training.results());
  table.columns = std::move(cells.front());
  table.columns.front() = "part";
  table.rows.assign(cells.begin() + 1, cells.end());
  return table;
}

Scatter label_picture(const Dataset& dataset, std::vector<std::array<double, 2>> points, const std::string& caption) {
  Scatter scatter;
  scatter.heading = "Where the model puts the nodes: labels";
  scatter.caption = caption;
  scatter.points = std::move(points);
  scatter.category = dataset.labels;
  scatter.category_names = dataset.class_names;
  return scatter;
}

Scatter distance_picture(const Dataset& dataset, const Training& training, std::vector<std::array<double, 2>> points,
                         const std::string& caption) {
  const bool towards = training.config().path_direction == "towards";
  AnchorSet first;
  const std::vector<std::int32_t> slots = training.anchors()->slots();
  for (std::size_t g = 0; g < slots.size(); ++g) {
    if (slots[g] != 0) continue;
    first.groups.push_back(training.anchors()->groups[g]);
    if (!training.anchors()->graph_of_group.empty()) {
      first.graph_of_group.push_back(training.anchors()->graph_of_group[g]);
    }
  }
  const HopDistances hops =
      hop_distances(dataset.graph, first, towards ? PathDirection::towards_anchor : PathDirection::from_anchor);
  Scatter scatter;
  scatter.heading = "Where the model puts the nodes: distance from the first anchor";
  scatter.caption = caption + " Gray: no path.";
  scatter.points = std::move(points);
  scatter.value_name = towards ? "hops to the first anchor" : "hops from the first anchor";
  for (Index u = 0; u < dataset.node_count(); ++u) {
    const std::uint16_t d = hops.at(u, 0);
    scatter.value.push_back(d == HopDistances::unreached ? std::numeric_limits<double>::quiet_NaN() : d);
  }
  return scatter;
}

}  // namespace

ReportPage training_page(const Dataset& dataset, const Training& training, const TrainingCosts& costs) {
  const TrainConfig& config = training.config();
  ReportPage page;
  page.title = fmt::format("{} on {}: {}", config.model, dataset.name, config.task);
  page.facts = {counts_text(dataset), fmt::format("{} parameters", grouped(training.parameter_count())),
                fmt::format("seeds {} to {}", config.seed, config.seed + static_cast<std::uint64_t>(config.seeds) - 1),
                fmt::format("{} in all", duration_text(costs.total_seconds)), fmt::format("cairn {}", version())};
  if (const AnchorSet* anchors = training.anchors()) {
    page.facts.push_back(fmt::format("{} anchors a graph", grouped(anchors->slot_count())));
  }
  page.parts.emplace_back(figures_table(training));
  page.parts.emplace_back(loss_chart(training));
  if (!training.results().front().validation.empty()) page.parts.emplace_back(validation_chart(training));
  const bool has_labels = !dataset.labels.empty() && dataset.class_count() > 0;
  if (!has_labels && training.anchors() == nullptr) return page;
  const std::vector<std::array<double, 2>> points = principal_plane(training.best_rows());
  const std::string caption =
      fmt::format("Rows of seed {} at its best epoch, on their two principal axes.", training.results().back().seed);
  if (has_labels) page.parts.emplace_back(label_picture(dataset, points, caption));
  if (training.anchors() != nullptr) page.parts.emplace_back(distance_picture(dataset, training, points, caption));
  return page;
}

void write_page(const std::string& path, const ReportPage& page) {
  OutputFile file(path);
  file.write(to_html(page));
  file.commit();
}

}  // namespace cairn::cli
