#include "benchmarks/position_results.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "benchmarks/result_file.h"
#include "core/error.h"
#include "data/metrics.h"

namespace cairn::benchmarks {

namespace {

using Json = nlohmann::ordered_json;

bool has_accuracy(const PositionRow& row) {
  return !row.values.empty() && row.values.begin()->second.accuracy == row.values.begin()->second.accuracy;
}

Json figure_json(const PositionRow& row, double PositionValue::*figure) {
  std::vector<double> values;
  for (const auto& [seed, value] : row.values) values.push_back(value.*figure);
  const MeanStd summary = mean_std(values);
  return {{"mean", summary.mean}, {"std", summary.std}, {"values", values}};
}

Json row_json(const PositionRow& row, const std::vector<PositionComparison>& comparisons) {
  Json seeds = Json::array();
  Json best_epochs = Json::array();
  for (const auto& [seed, value] : row.values) {
    seeds.push_back(seed);
    best_epochs.push_back(value.best_epoch);
  }
  Json json{{"model", row.model},
            {"dataset", row.dataset},
            {"task", row.task},
            {"anchors", row.anchors},
            {"anchor_rule", row.anchor_rule},
            {"control", row.control},
            {"roc_auc", figure_json(row, &PositionValue::roc_auc)}};
  if (has_accuracy(row)) json["accuracy"] = figure_json(row, &PositionValue::accuracy);
  json["validation"] = {{"roc_auc", figure_json(row, &PositionValue::validation_roc_auc)}};
  json["seeds"] = std::move(seeds);
  json["best_epochs"] = std::move(best_epochs);
  json["seconds"] = row.seconds;
  Json beats = Json::object();
  for (const PositionComparison& c : comparisons) {
    if (c.metric == "roc_auc" && c.model == row.model && c.dataset == row.dataset && c.task == row.task &&
        c.anchor_rule == row.anchor_rule) {
      beats[c.other] = c.beats;
    }
  }
  if (!beats.empty()) json["beats"] = std::move(beats);
  json["settings"] = row.settings;
  return json;
}

Json comparison_json(const PositionComparison& c) {
  return {{"dataset", c.dataset},
          {"task", c.task},
          {"anchors", c.anchors},
          {"anchor_rule", c.anchor_rule},
          {"metric", c.metric},
          {"model", c.model},
          {"other", c.other},
          {"seeds", c.seeds},
          {"difference", c.difference},
          {"standard_error", c.standard_error},
          {"beats", c.beats}};
}

Json curve_json(const PositionCurve& c) {
  return {{"model", c.model}, {"dataset", c.dataset}, {"task", c.task},         {"anchor_rule", c.anchor_rule},
          {"seed", c.seed},   {"epochs", c.epochs},   {"roc_auc", c.validation}};
}

Json picture_json(const PositionPicture& p) {
  return {{"dataset", p.dataset}, {"task", p.task},   {"anchor_rule", p.anchor_rule},
          {"seed", p.seed},       {"color", p.color}, {"points", p.points},
          {"values", p.values}};
}

double number_of(const Json& json) {  // what is not finite was written as null
  return json.is_null() ? std::numeric_limits<double>::quiet_NaN() : json.get<double>();
}

PositionRow row_from(const Json& json) {
  PositionRow row;
  row.model = json.at("model").get<std::string>();
  row.dataset = json.at("dataset").get<std::string>();
  row.task = json.at("task").get<std::string>();
  row.anchor_rule = json.at("anchor_rule").get<std::string>();
  row.anchors = json.at("anchors").get<Index>();
  row.control = json.at("control").get<bool>();
  row.settings = json.at("settings").get<std::map<std::string, std::string>>();
  row.seconds = json.at("seconds").get<double>();
  const Json& seeds = json.at("seeds");
  for (std::size_t i = 0; i < seeds.size(); ++i) {
    PositionValue value;
    value.roc_auc = number_of(json.at("roc_auc").at("values").at(i));
    if (json.contains("accuracy")) value.accuracy = number_of(json.at("accuracy").at("values").at(i));
    value.validation_roc_auc = number_of(json.at("validation").at("roc_auc").at("values").at(i));
    value.best_epoch = json.at("best_epochs").at(i).get<Index>();
    row.values[seeds.at(i).get<std::uint64_t>()] = value;
  }
  return row;
}

PositionCurve curve_from(const Json& json) {
  PositionCurve curve;
  curve.model = json.at("model").get<std::string>();
  curve.dataset = json.at("dataset").get<std::string>();
  curve.task = json.at("task").get<std::string>();
  curve.anchor_rule = json.at("anchor_rule").get<std::string>();
  curve.seed = json.at("seed").get<std::uint64_t>();
  curve.epochs = json.at("epochs").get<std::vector<double>>();
  for (const Json& value : json.at("roc_auc")) curve.validation.push_back(number_of(value));
  return curve;
}

PositionPicture picture_from(const Json& json) {
  PositionPicture picture;
  picture.dataset = json.at("dataset").get<std::string>();
  picture.task = json.at("task").get<std::string>();
  picture.anchor_rule = json.at("anchor_rule").get<std::string>();
  picture.seed = json.at("seed").get<std::uint64_t>();
  picture.color = json.at("color").get<std::string>();
  for (const Json& point : json.at("points")) {
    picture.points.push_back({number_of(point.at(0)), number_of(point.at(1))});
  }
  for (const Json& value : json.at("values")) picture.values.push_back(number_of(value));
  return picture;
}

}  // namespace

const PositionRow* PositionResults::find(const PositionRow& like) const {
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const PositionRow& row) {
    return row.model == like.model && row.dataset == like.dataset && row.task == like.task &&
           row.anchor_rule == like.anchor_rule;
  });
  return found == rows.end() ? nullptr : &*found;
}

PositionRow* PositionResults::find(const PositionRow& like) {
  const PositionRow* found = std::as_const(*this).find(like);
  return found == nullptr ? nullptr : &rows[static_cast<std::size_t>(found - rows.data())];
}

std::string to_json(const PositionResults& results) {
  const std::vector<PositionComparison> comparisons = compare(results);
  std::set<std::uint64_t> seeds;
  Json rows = Json::array();
  for (const PositionRow& row : results.rows) {
    if (row.values.empty()) continue;
    for (const auto& [seed, value] : row.values) seeds.insert(seed);
    rows.push_back(row_json(row, comparisons));
  }
  Json compared = Json::array();
  for (const PositionComparison& comparison : comparisons) compared.push_back(comparison_json(comparison));
  Json curves = Json::array();
  for (const PositionCurve& curve : results.curves) curves.push_back(curve_json(curve));
  Json pictures = Json::array();
  for (const PositionPicture& picture : results.pictures) pictures.push_back(picture_json(picture));
  return lines_of({{"benchmark", "position"},
                   {"version", CAIRN_VERSION},
                   {"options", {{"epochs", results.epochs}, {"smoke", results.smoke}}},
                   {"seeds", seeds},
                   {"rows", std::move(rows)},
                   {"comparisons", std::move(compared)},
                   {"left_out", results.left_out},
                   {"curves", std::move(curves)},
                   {"pictures", std::move(pictures)}});
}

PositionResults from_json(const std::string& text, const std::string& path) {
  try {
    const Json json = Json::parse(text);
    if (json.at("benchmark") != "position") {
      throw InputError(path, 0, "expected results of bench position, found those of another benchmark");
    }
    PositionResults results;
    results.epochs = json.at("options").at("epochs").get<Index>();
    results.smoke = json.at("options").at("smoke").get<bool>();
    for (const Json& row : json.at("rows")) results.rows.push_back(row_from(row));
    for (const Json& curve : json.at("curves")) results.curves.push_back(curve_from(curve));
    for (const Json& picture : json.at("pictures")) results.pictures.push_back(picture_from(picture));
    results.left_out = json.at("left_out").get<std::vector<std::string>>();
    return results;
  } catch (const Json::exception& error) {
    throw InputError(path, 0,
                     fmt::format("expected results of bench position, found something else: {}", error.what()));
  }
}

void write_results(const PositionResults& results, const std::string& path) {
  write_result_file(to_json(results), path);
}

PositionResults read_results(const std::string& path) {
  return from_json(read_result_file(path, "bench position"), path);
}

}  // namespace cairn::benchmarks
