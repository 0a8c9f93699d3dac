#include "benchmarks/experiments.h"

#include "benchmarks/attention_sections.h"
#include "benchmarks/encodings_sections.h"
#include "benchmarks/search_sections.h"

namespace cairn::benchmarks {

const std::vector<const Experiment*>& experiments() {
  static const std::vector<const Experiment*> table{&encodings_experiment(), &attention_experiment(),
                                                    &search_experiment()};
  return table;
}

}  // namespace cairn::benchmarks
