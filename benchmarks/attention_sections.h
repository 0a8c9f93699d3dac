/// @file
/// The sections of `cairn bench attention`.
#pragma once

#include "benchmarks/experiment.h"

namespace cairn::benchmarks {

/// What kernelized attention is worth: exactness, range, features, copy, scaling, long-range, citation, encodings.
[[nodiscard]] const Experiment& attention_experiment();

// The sections, a file for each family of measurements.
[[nodiscard]] ExperimentSection exactness_section();  // attention_exactness.cpp
[[nodiscard]] ExperimentSection range_section();
[[nodiscard]] ExperimentSection features_section();    // attention_features.cpp
[[nodiscard]] ExperimentSection copy_section();        // attention_copy.cpp
[[nodiscard]] ExperimentSection scaling_section();     // attention_scaling.cpp
[[nodiscard]] ExperimentSection long_range_section();  // attention_trainings.cpp
[[nodiscard]] ExperimentSection citation_section();
[[nodiscard]] ExperimentSection grid_positions_section();  // attention_positions.cpp

}  // namespace cairn::benchmarks
