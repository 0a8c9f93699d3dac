#include "benchmarks/experiment.h"

#include <fmt/format.h>

#include "core/error.h"

namespace cairn::benchmarks {

const TableShape& Experiment::table_shape(std::string_view table) const {
  for (const ExperimentSection& section : sections) {
    for (const TableShape& shape : section.tables) {
      if (shape.name == table) return shape;
    }
  }
  throw Error(fmt::format("{}: expected a table of the benchmark, found '{}'", name, table));
}

}  // namespace cairn::benchmarks
