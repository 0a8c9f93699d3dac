#include "benchmarks/encodings_sections.h"

#include <fmt/format.h>

#include "core/error.h"

namespace cairn::benchmarks {

const std::vector<EncodingSection>& encoding_sections() {
  static const std::vector<EncodingSection> table{
      laws_section(),  signals_section(), images_section(),   graphs_section(), fourier_section(), cape_section(),
      rates_section(), sizes_section(),   spectral_section(), data_section(),   fusions_section()};
  return table;
}

const TableShape& table_shape(std::string_view table) {
  for (const EncodingSection& section : encoding_sections()) {
    for (const TableShape& shape : section.tables) {
      if (shape.name == table) return shape;
    }
  }
  throw Error(fmt::format("encodings: expected a table of the benchmark, found '{}'", table));
}

}  // namespace cairn::benchmarks
