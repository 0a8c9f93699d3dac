#include "benchmarks/search_sections.h"

namespace cairn::benchmarks {

const Experiment& search_experiment() {
  static const Experiment experiment{
      .name = "search",
      .summary =
          "what architecture search is worth: against every architecture of small spaces, against a table of "
          "26,206 trained cells, and against fixed models, each with what must hold",
      .title = "Architecture search: what it is worth",
      .sections = {exhaustive_section(), nas_section(), datasets_section()}};
  return experiment;
}

}  // namespace cairn::benchmarks
