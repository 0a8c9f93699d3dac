/// @file
/// The sections of `cairn bench encodings`.
#pragma once

#include "benchmarks/experiment.h"

namespace cairn::benchmarks {

/// What encodings of coordinates are worth: laws, signals, images, graphs, fourier, cape, rates, sizes, spectral, data,
/// fusions.
[[nodiscard]] const Experiment& encodings_experiment();

// The sections, a file for each family of experiments.
[[nodiscard]] ExperimentSection laws_section();  // encodings_readouts.cpp
[[nodiscard]] ExperimentSection signals_section();
[[nodiscard]] ExperimentSection images_section();
[[nodiscard]] ExperimentSection graphs_section();   // encodings_graphs.cpp
[[nodiscard]] ExperimentSection fourier_section();  // encodings_fourier.cpp
[[nodiscard]] ExperimentSection cape_section();     // encodings_cape.cpp
[[nodiscard]] ExperimentSection rates_section();
[[nodiscard]] ExperimentSection sizes_section();
[[nodiscard]] ExperimentSection spectral_section();  // encodings_spectral.cpp
[[nodiscard]] ExperimentSection data_section();      // encodings_data.cpp
[[nodiscard]] ExperimentSection fusions_section();   // encodings_fusions.cpp

}  // namespace cairn::benchmarks
