#include "cli/search_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <type_traits>
#include <utility>

#include "cli/common.h"
#include "cli/train_report.h"
#include "core/parallel.h"
#include "models/defaults.h"

namespace cairn::cli {

namespace {

const SearchDecision& decision_of(const ModelSearch& search, const DecisionRecord& record) {
  return search.space().decisions[static_cast<std::size_t>(record.decision)];
}

const std::string& chosen_of(const ModelSearch& search, const DecisionRecord& record) {
  return decision_of(search, record).options[static_cast<std::size_t>(record.chosen)];
}

/// Places of the finalists: those that trained more seeds first, then the best by validation.
std::vector<std::size_t> ranking(const ModelSearch& search) {
  std::vector<std::size_t> order(search.finalists().size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const Finalist& x = search.finalists()[a];
    const Finalist& y = search.finalists()[b];
    if (x.results.size() != y.results.size()) return x.results.size() > y.results.size();
    return !x.results.empty() && better(mean_quality(x), mean_quality(y));
  });
  return order;
}

/// What tells a configuration from the defaults of its model: "layer_kinds gcn,sage, jump cat".
std::string differences_text(const TrainConfig& config) {
  const TrainConfig plain = default_config(config.model, config.task);
  std::string text;
  for (const ConfigField& field : config_fields()) {
    if (field.name == "seed" || field.name == "seeds" || field_text(config, field) == field_text(plain, field))
      continue;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", field.name, field_text(config, field));
  }
  return text;
}

std::string figure_text(const Finalist& finalist, Metrics SeedResult::*part) {
  if (finalist.results.empty()) return "-";
  const FigureName& figure = headline(finalist.results.front().validation);
  const std::vector<double> values = values_of(finalist.results, part, figure.key);
  return values.empty() ? "-" : mean_text(mean_std(values), values.size(), figure.percent);
}

double seconds_of(const std::vector<double>& seconds, std::size_t finalist) {
  return finalist < seconds.size() ? seconds[finalist] : 0;
}

/// Seconds of one training of the fixed gcn+gir; NaN where none was trained.
double one_fused_training(const ModelSearch& search, const SearchTimes& times) {
  for (std::size_t f = 0; f < search.finalists().size(); ++f) {
    const Finalist& finalist = search.finalists()[f];
    const double seconds = seconds_of(times.first_seed, f);
    if (finalist.config.model == "gcn+gir" && finalist.origin.find("fixed") != std::string::npos && seconds > 0 &&
        !finalist.results.empty()) {
      return seconds;
    }
  }
  return std::numeric_limits<double>::quiet_NaN();
}

std::vector<std::vector<std::string>> finalist_cells(const ModelSearch& search, const SearchTimes& times) {
  std::vector<std::vector<std::string>> rows{{"model", "proposed by", "seeds", "validation", "test", "time"}};
  for (const std::size_t f : ranking(search)) {
    const Finalist& finalist = search.finalists()[f];
    const std::string differs = differences_text(finalist.config);
    const std::string name =
        differs.empty() ? finalist.config.model : fmt::format("{} ({})", finalist.config.model, differs);
    rows.push_back({name, finalist.origin, fmt::format("{}", finalist.results.size()),
                    figure_text(finalist, &SeedResult::validation), figure_text(finalist, &SeedResult::test),
                    duration_text(seconds_of(times.finalists, f))});
  }
  return rows;
}

std::vector<std::vector<std::string>> decision_cells(const ModelSearch& search) {
  std::vector<std::vector<std::string>> rows{{"decision", "chosen", "validation loss without each option"}};
  for (const DecisionRecord& record : search.records()) {
    const SearchDecision& decision = decision_of(search, record);
    std::string why;
    for (std::size_t o = 0; o < record.masked_loss.size(); ++o) {
      why += fmt::format("{}{} {:.4f}", o == 0 ? "" : ", ", decision.options[o], record.masked_loss[o]);
    }
    rows.push_back({decision.name, chosen_of(search, record), why.empty() ? "-" : why});
  }
  return rows;
}

ReportTable table_of(std::string heading, std::string caption, std::vector<std::vector<std::string>> cells) {
  ReportTable table;
  table.heading = std::move(heading);
  table.caption = std::move(caption);
  table.columns = std::move(cells.front());
  table.rows.assign(cells.begin() + 1, cells.end());
  return table;
}

BarChart decision_plot(const ModelSearch& search) {
  BarChart chart;
  chart.heading = "Why: what the supernet loses without an option";
  chart.caption =
      "Validation loss of the supernet with the option taken away, decision by decision in the order in which "
      "they were taken. The full bar was kept: without it the loss is the highest.";
  chart.value_name = "validation loss without an option";
  for (const DecisionRecord& record : search.records()) {
    if (record.masked_loss.empty()) continue;
    BarGroup group;
    group.name = decision_of(search, record).name;
    group.labels = decision_of(search, record).options;
    group.values = record.masked_loss;
    group.chosen = static_cast<std::size_t>(record.chosen);
    chart.groups.push_back(std::move(group));
  }
  return chart;
}

Json decision_json(const ModelSearch& search, const DecisionRecord& record) {
  const SearchDecision& decision = decision_of(search, record);
  Json options = Json::array();
  for (std::size_t o = 0; o < decision.options.size(); ++o) {
    Json option = Json::object();
    option.set("name", decision.options[o]);
    if (o < record.weights.size()) option.set("weight", record.weights[o]);
    if (o < record.masked_loss.size()) option.set("masked_loss", record.masked_loss[o]);
    if (o < record.masked_score.size()) option.set("masked_score", record.masked_score[o]);
    options.add(std::move(option));
  }
  return Json::object()
      .set("decision", decision.name)
      .set("chosen", chosen_of(search, record))
      .set("step", record.step)
      .set("options", std::move(options));
}

Json architecture_json(const ModelSearch& search, const Architecture& architecture) {
  Json json = Json::object();
  for (std::size_t d = 0; d < architecture.size(); ++d) {
    const SearchDecision& decision = search.space().decisions[d];
    json.set(decision.name, decision.options[static_cast<std::size_t>(architecture[d])]);
  }
  return json;
}

Json finalist_json(const Finalist& finalist, double seconds, double first_seed) {
  Json seeds = Json::array();
  for (const SeedResult& result : finalist.results) seeds.add(result.seed);
  return Json::object()
      .set("model", finalist.config.model)
      .set("proposed_by", finalist.origin)
      .set("seeds", std::move(seeds))
      .set("validation", part_json(finalist.results, &SeedResult::validation))
      .set("test", part_json(finalist.results, &SeedResult::test))
      .set("seconds", seconds)
      .set("seconds_first_seed", first_seed)
      .set("config", config_json(finalist.config));
}

}  // namespace

std::string decisions_text(const ModelSearch& search) { return table_text(decision_cells(search)); }

std::string finalists_text(const ModelSearch& search, const SearchTimes& times) {
  return table_text(finalist_cells(search, times));
}

std::string costs_text(const ModelSearch& search, const SearchTimes& times) {
  const double finalists = std::accumulate(times.finalists.begin(), times.finalists.end(), 0.0);
  std::string text =
      fmt::format("{} in all: {} to prepare, {} for the supernet, {} to select, {} for the finalists",
                  duration_text(times.total()), duration_text(times.preparing), duration_text(times.supernet),
                  duration_text(times.selection), duration_text(finalists));
  const double one = one_fused_training(search, times);
  if (one > 0) text += fmt::format("; {:.1f} times one training of gcn+gir", times.total() / one);
  return text;
}

Json search_json(const Dataset& dataset, const ModelSearch& search, const SearchTimes& times, SearchEnd end) {
  const ModelSearchOptions& options = search.options();
  Json space = Json::object();
  for (const SearchDecision& decision : search.space().decisions) {
    space.set(decision.name, Json::array_of(decision.options));
  }
  Json decisions = Json::array();
  for (const DecisionRecord& record : search.records()) decisions.add(decision_json(search, record));
  Json finalists = Json::array();
  for (const std::size_t f : ranking(search)) {
    finalists.add(
        finalist_json(search.finalists()[f], seconds_of(times.finalists, f), seconds_of(times.first_seed, f)));
  }
  const TrainConfig config = search.recommended_config();
  Json recommended = Json::object();
  recommended.set("model", config.model);
  if (const auto best = search.recommended()) {
    const Finalist& finalist = search.finalists()[*best];
    recommended.set("proposed_by", finalist.origin);
    recommended.set("validation", part_json(finalist.results, &SeedResult::validation));
    recommended.set("test", part_json(finalist.results, &SeedResult::test));
  }
  recommended.set("config", config_json(config));
  const double one = one_fused_training(search, times);
  return Json::object()
      .set("dataset", counts_json(dataset))
      .set("task", options.task)
      .set("end", std::string(to_string(end)))
      .set("method", std::string(to_string(options.search.method)))
      .set("selection", std::string(to_string(options.selection)))
      .set("criterion", options.perturbation.criterion == Criterion::loss ? "loss" : "score")
      .set("seed", options.seed)
      .set("space", std::move(space))
      .set("architectures", search.space().architecture_count())
      .set("steps", search.steps_run())
      .set("decisions", std::move(decisions))
      .set("selected", architecture_json(search, search.selected()))
      .set("by_magnitude", architecture_json(search, search.by_magnitude()))
      .set("finalists", std::move(finalists))
      .set("recommended", std::move(recommended))
      .set("seconds", Json::object()
                          .set("total", times.total())
                          .set("preparing", times.preparing)
                          .set("supernet", times.supernet)
                          .set("selection", times.selection)
                          .set("finalists", std::accumulate(times.finalists.begin(), times.finalists.end(), 0.0))
                          .set("one_gcn_gir", one))
      .set("times_gcn_gir", times.total() / one)
      .set("threads", thread_count())
      .set("version", version());
}

ReportPage search_page(const Dataset& dataset, const ModelSearch& search, const SearchTimes& times) {
  ReportPage page;
  const TrainConfig config = search.recommended_config();
  page.title = fmt::format("Search on {}: {}", dataset.name, search.options().task);
  page.facts = {counts_text(dataset), fmt::format("{} architectures", grouped(search.space().architecture_count())),
                fmt::format("{} in all", duration_text(times.total())), fmt::format("cairn {}", version())};
  const std::string differs = differences_text(config);
  page.parts.emplace_back(
      TextBlock{"Recommended",
                {fmt::format("{}{}", config.model, differs.empty() ? "" : ": " + differs), costs_text(search, times)}});
  if (!search.finalists().empty()) {
    page.parts.emplace_back(table_of("Finalists",
                                     "Trained from the start. Recommended is the best by mean validation of those that "
                                     "trained most seeds; the test part decides nothing.",
                                     finalist_cells(search, times)));
  }
  if (!search.records().empty()) {
    page.parts.emplace_back(decision_plot(search));
    page.parts.emplace_back(table_of("Decisions", "In the order in which they were taken.", decision_cells(search)));
  }
  return page;
}

std::string config_toml(const Dataset& dataset, const ModelSearch& search) {
  const TrainConfig config = search.recommended_config();
  const TrainConfig plain = default_config(config.model, config.task);
  std::string text =
      fmt::format("# cairn search {}: train with cairn train {} --config THIS\n", dataset.name, dataset.name);
  if (const auto best = search.recommended()) {
    const Finalist& finalist = search.finalists()[*best];
    text += fmt::format("# proposed by {}; validation {}, test {} over {} seeds\n", finalist.origin,
                        figure_text(finalist, &SeedResult::validation), figure_text(finalist, &SeedResult::test),
                        finalist.results.size());
  }
  text += fmt::format("\n[train]\nmodel = \"{}\"\ntask = \"{}\"\n", config.model, config.task);
  for (const ConfigField& field : config_fields()) {
    const std::string value = field_text(config, field);
    const bool given = field.name != "model" && field.name != "task" && field.name != "seed" && field.name != "seeds";
    if (!given || value == field_text(plain, field)) continue;
    const bool is_text = std::holds_alternative<std::string TrainConfig::*>(field.place);
    text += is_text ? fmt::format("{} = \"{}\"\n", field.name, value) : fmt::format("{} = {}\n", field.name, value);
  }
  return text;
}

}  // namespace cairn::cli
