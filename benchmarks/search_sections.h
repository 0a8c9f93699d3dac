/// @file
/// The sections of `cairn bench search`.
#pragma once

#include "benchmarks/experiment.h"

namespace cairn::benchmarks {

/// What architecture search is worth: exhaustive, nas, datasets.
[[nodiscard]] const Experiment& search_experiment();

// The sections, a file each.
[[nodiscard]] ExperimentSection exhaustive_section();  // search_exhaustive.cpp
[[nodiscard]] ExperimentSection nas_section();         // search_nas.cpp
[[nodiscard]] ExperimentSection datasets_section();    // search_datasets.cpp

}  // namespace cairn::benchmarks
