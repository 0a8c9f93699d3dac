#include "benchmarks/encodings_sections.h"

namespace cairn::benchmarks {

const Experiment& encodings_experiment() {
  static const Experiment experiment{
      .name = "encodings",
      .summary =
          "what encodings of coordinates are worth: laws, readouts, CAPE, larger graphs, real data, each with "
          "what must hold",
      .title = "Encodings: what they are worth",
      .sections = {laws_section(), signals_section(), images_section(), graphs_section(), fourier_section(),
                   cape_section(), rates_section(), sizes_section(), spectral_section(), data_section(),
                   fusions_section()}};
  return experiment;
}

}  // namespace cairn::benchmarks
