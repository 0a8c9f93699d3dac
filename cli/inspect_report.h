#pragma once

#include <string>

#include "cli/inspect_figures.h"
#include "cli/json.h"
#include "models/report/page.h"

namespace cairn::cli {

/// The figures, a line each with what it says, then the trade-off curve as a table.
std::string inspection_text(const Inspection& inspection);

/// The same for machines; docs/command_line.md lists the keys.
Json inspection_json(const Dataset& dataset, const Inspection& inspection);

/// The same as a page: the figures, the trade-off curve with what was inspected in a ring, and likeness by distance.
ReportPage inspection_page(const Dataset& dataset, const Inspection& inspection);

}  // namespace cairn::cli
