#include "benchmarks/experiment_results.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <tuple>
#include <utility>

#include "benchmarks/experiment_claims.h"
#include "benchmarks/result_file.h"
#include "core/error.h"
#include "data/metrics.h"

namespace cairn::benchmarks {

namespace {

using Json = nlohmann::ordered_json;

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Number of a table in the order of the sections; the names of tables are unique.
std::size_t table_number(const Experiment& experiment, std::string_view table) {
  std::size_t number = 0;
  for (const ExperimentSection& section : experiment.sections) {
    for (const TableShape& shape : section.tables) {
      if (shape.name == table) return number;
      ++number;
    }
  }
  return number;
}

auto place_of(const Experiment& experiment, const ResultRow& row) {
  return std::tuple(table_number(experiment, row.table), row.place);
}

std::size_t section_number(const Experiment& experiment, std::string_view name) {
  const auto& sections = experiment.sections;
  return static_cast<std::size_t>(
      std::find_if(sections.begin(), sections.end(), [&](const auto& section) { return section.name == name; }) -
      sections.begin());
}

Json number_json(double value) { return std::isinf(value) ? Json() : Json(value); }
double number_of(const Json& json) { return json.is_null() ? infinity : json.get<double>(); }

Json figure_json(const SeedValues& by_seed) {
  std::vector<double> values;
  Json list = Json::array();
  for (const auto& [seed, value] : by_seed) {
    values.push_back(value);
    list.push_back(number_json(value));
  }
  const bool finite = std::isfinite(mean_of(by_seed));
  return {{"mean", number_json(mean_of(by_seed))},
          {"std", finite ? Json(mean_std(values).std) : Json()},
          {"values", std::move(list)}};
}

Json row_json(const Experiment& experiment, const ResultRow& row) {
  const TableShape& shape = experiment.table_shape(row.table);
  Json labels = Json::object();
  for (std::size_t i = 0; i < shape.labels.size(); ++i) labels[std::string(shape.labels[i])] = row.labels[i];
  Json seeds = Json::array();
  if (!row.figures.empty()) {
    for (const auto& [seed, value] : row.figures.front()) seeds.push_back(seed);
  }
  Json figures = Json::object();
  for (std::size_t i = 0; i < shape.figures.size(); ++i) {
    figures[std::string(shape.figures[i])] = figure_json(row.figures[i]);
  }
  return {{"table", row.table},
          {"labels", std::move(labels)},
          {"figures", std::move(figures)},
          {"seeds", std::move(seeds)},
          {"place", row.place}};
}

ResultRow row_from(const Experiment& experiment, const Json& json) {
  ResultRow row;
  row.table = json.at("table").get<std::string>();
  const TableShape& shape = experiment.table_shape(row.table);
  for (const std::string_view label : shape.labels) {
    row.labels.push_back(json.at("labels").at(std::string(label)).get<std::string>());
  }
  row.place = json.at("place").get<std::array<Index, 2>>();
  const Json& seeds = json.at("seeds");
  for (const std::string_view figure : shape.figures) {
    const Json& values = json.at("figures").at(std::string(figure)).at("values");
    SeedValues by_seed;
    for (std::size_t i = 0; i < seeds.size(); ++i) by_seed[seeds[i].get<std::uint64_t>()] = number_of(values.at(i));
    row.figures.push_back(std::move(by_seed));
  }
  return row;
}

Json run_json(const FinishedRun& run) {
  return {{"section", run.section},
          {"part", run.part},
          {"seed", run.seed},
          {"seconds", run.seconds},
          {"settings", run.settings}};
}

FinishedRun run_from(const Json& json) {
  return {.section = json.at("section").get<std::string>(),
          .part = json.at("part").get<std::string>(),
          .seed = json.at("seed").get<std::uint64_t>(),
          .settings = json.at("settings").get<std::string>(),
          .seconds = json.at("seconds").get<double>()};
}

Json claim_json(const ExperimentClaim& claim) {
  return {{"section", claim.section},
          {"claim", claim.text},
          {"found", claim.found},
          {"verdict", verdict_text(claim.verdict)}};
}

}  // namespace

const FinishedRun* ExperimentResults::find_run(std::string_view section, std::string_view part,
                                               std::uint64_t seed) const {
  const auto found = std::find_if(runs.begin(), runs.end(), [&](const FinishedRun& run) {
    return run.section == section && run.part == part && run.seed == seed;
  });
  return found == runs.end() ? nullptr : &*found;
}

const ResultRow* ExperimentResults::find(std::string_view table, const std::vector<std::string>& labels) const {
  const auto found = std::find_if(rows.begin(), rows.end(),
                                  [&](const ResultRow& row) { return row.table == table && row.labels == labels; });
  return found == rows.end() ? nullptr : &*found;
}

const SeedValues& ExperimentResults::values(std::string_view table, const std::vector<std::string>& labels,
                                            std::size_t figure) const {
  static const SeedValues none;
  const ResultRow* row = find(table, labels);
  return row == nullptr ? none : row->figures.at(figure);
}

double ExperimentResults::mean(std::string_view table, const std::vector<std::string>& labels,
                               std::size_t figure) const {
  return mean_of(values(table, labels, figure));
}

void ExperimentResults::add(FinishedRun run, Index part, const std::vector<MeasuredRow>& measured) {
  if (find_run(run.section, run.part, run.seed) != nullptr) return;
  for (std::size_t i = 0; i < measured.size(); ++i) {
    const MeasuredRow& one = measured[i];
    const TableShape& shape = experiment->table_shape(one.table);
    if (one.labels.size() != shape.labels.size() || one.figures.size() != shape.figures.size()) {
      throw ShapeError(fmt::format("table {}: expected {} labels and {} figures, found {} and {}", one.table,
                                   shape.labels.size(), shape.figures.size(), one.labels.size(), one.figures.size()));
    }
    for (std::size_t f = 0; f < one.figures.size(); ++f) {
      if (std::isnan(one.figures[f])) {
        throw NumericError(fmt::format("bench {}, {}, {}, seed {}: expected a number for {}, found NaN",
                                       experiment->name, run.section, run.part, run.seed, shape.figures[f]));
      }
    }
    auto row = std::find_if(rows.begin(), rows.end(), [&](const ResultRow& known) {
      return known.table == one.table && known.labels == one.labels;
    });
    if (row == rows.end()) {
      ResultRow fresh{std::string(one.table), one.labels, {part, static_cast<Index>(i)}, {}};
      fresh.figures.resize(one.figures.size());
      const auto before = [&](const ResultRow& a, const ResultRow& b) {
        return place_of(*experiment, a) < place_of(*experiment, b);
      };
      row = rows.insert(std::upper_bound(rows.begin(), rows.end(), fresh, before), fresh);
    }
    for (std::size_t f = 0; f < one.figures.size(); ++f) row->figures[f][run.seed] = one.figures[f];
  }
  const auto order = [&](const FinishedRun& r) {
    return std::tuple(section_number(*experiment, r.section), r.part, r.seed);
  };
  const auto before = [&](const FinishedRun& a, const FinishedRun& b) { return order(a) < order(b); };
  runs.insert(std::upper_bound(runs.begin(), runs.end(), run, before), std::move(run));
}

double mean_of(const SeedValues& values) {
  if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
  double sum = 0;
  for (const auto& [seed, value] : values) sum += value;
  return sum / static_cast<double>(values.size());
}

std::string to_json(const ExperimentResults& results) {
  Json rows = Json::array();
  for (const ResultRow& row : results.rows) rows.push_back(row_json(*results.experiment, row));
  Json claims = Json::array();
  for (const ExperimentClaim& claim : experiment_claims(results)) claims.push_back(claim_json(claim));
  Json runs = Json::array();
  for (const FinishedRun& run : results.runs) runs.push_back(run_json(run));
  return lines_of({{"benchmark", results.experiment->name},
                   {"version", CAIRN_VERSION},
                   {"smoke", results.smoke},
                   {"claims", std::move(claims)},
                   {"rows", std::move(rows)},
                   {"left_out", results.left_out},
                   {"runs", std::move(runs)}});
}

ExperimentResults results_from_json(const Experiment& experiment, const std::string& text, const std::string& path) {
  const auto refuse = [&](std::string_view what) {
    throw InputError(path, 0, fmt::format("expected results of bench {}, found {}", experiment.name, what));
  };
  try {
    const Json json = Json::parse(text);
    if (json.at("benchmark") != experiment.name) refuse("those of another benchmark");
    ExperimentResults results(experiment);
    results.smoke = json.at("smoke").get<bool>();
    for (const Json& row : json.at("rows")) results.rows.push_back(row_from(experiment, row));
    for (const Json& run : json.at("runs")) results.runs.push_back(run_from(run));
    results.left_out = json.at("left_out").get<std::vector<std::string>>();
    return results;
  } catch (const Json::exception& error) {
    refuse(fmt::format("something else: {}", error.what()));
  } catch (const InputError&) {
    throw;
  } catch (const Error& error) {  // a table that this version does not know
    refuse(error.what());
  }
  return ExperimentResults(experiment);
}

}  // namespace cairn::benchmarks
