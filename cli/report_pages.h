#pragma once

#include <string>

#include "cli/train_report.h"
#include "data/dataset.h"
#include "models/report/page.h"
#include "models/training.h"

namespace cairn::cli {

/// A finished training as a page: facts, figures over seeds, loss and validation by epoch of every seed, and the rows
/// of the last seed on their two principal axes, colored by label where there are labels and by distance from the first
/// anchor where there are anchors.
ReportPage training_page(const Dataset& dataset, const Training& training, const TrainingCosts& costs);

/// Writes a page to a file, whole or not at all. Throws OutputError.
void write_page(const std::string& path, const ReportPage& page);

}  // namespace cairn::cli
