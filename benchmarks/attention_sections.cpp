#include "benchmarks/attention_sections.h"

namespace cairn::benchmarks {

const Experiment& attention_experiment() {
  static const Experiment experiment{
      .name = "attention",
      .summary =
          "what kernelized attention is worth: exactness, features, sharpness, cost, long-range tasks, each with "
          "what must hold",
      .title = "Kernelized attention: what it is worth",
      .sections = {exactness_section(), range_section(), features_section(), copy_section(), scaling_section(),
                   long_range_section(), citation_section(), grid_positions_section()}};
  return experiment;
}

}  // namespace cairn::benchmarks
