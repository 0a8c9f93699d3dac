#pragma once

#include <string>

#include "cli/json.h"
#include "cli/search_run.h"
#include "models/report/page.h"

namespace cairn::cli {

/// A row a decision: what was chosen, and what the supernet lost without each option.
std::string decisions_text(const ModelSearch& search);
/// A row a finalist, the best by validation first.
std::string finalists_text(const ModelSearch& search, const SearchTimes& times);
/// What each part of the search took, and how many trainings of gcn+gir that is.
std::string costs_text(const ModelSearch& search, const SearchTimes& times);

Json search_json(const Dataset& dataset, const ModelSearch& search, const SearchTimes& times, SearchEnd end);
ReportPage search_page(const Dataset& dataset, const ModelSearch& search, const SearchTimes& times);

/// What `train --config` takes: model and task, and what differs from their defaults; above it what was found, as
/// comments.
std::string config_toml(const Dataset& dataset, const ModelSearch& search);

}  // namespace cairn::cli
