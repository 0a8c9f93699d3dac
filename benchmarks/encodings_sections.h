/// @file
/// The table of sections of `cairn bench encodings`.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "benchmarks/encodings_claims.h"
#include "benchmarks/encodings_results.h"
#include "core/types.h"

namespace cairn::benchmarks {

/// What decides how parts are run.
struct PartOptions {
  std::string data;  ///< folder of the real datasets; empty: none
  Index epochs = 0;  ///< of trainings; 0: those of each model
  bool smoke = false;
};

/// A part of a section: what is run for one seed at a time.
struct EncodingPart {
  std::string name;      ///< unique in its section
  std::string settings;  ///< what decides its figures besides the seed, where options do
  std::string missing;   ///< why it cannot be run: "needs --data DIR with a folder cora"; empty: it can
  /// Nothing where `stopped` said so meanwhile; only parts that train for minutes ask.
  std::function<std::optional<std::vector<MeasuredRow>>(std::uint64_t seed, const std::function<bool()>& stopped)> run;
};

/// An experiment: its tables, its parts, and what must hold.
struct EncodingSection {
  std::string_view name;     ///< as `--only` has it
  std::string_view summary;  ///< one line
  Index seeds = 0;           ///< by default; 0: nothing is drawn, one run
  bool alone = false;        ///< times itself on all threads: when nothing else runs
  std::vector<TableShape> tables;
  /// All parts in the order of the tables, whether their data is there or not.
  std::vector<EncodingPart> (*parts)(const PartOptions& options);
  /// Adds what must hold, and findings.
  void (*claim)(const EncodingResults& results, ClaimList& claims);
};

/// laws, signals, images, graphs, fourier, cape, rates, sizes, spectral, data, fusions.
[[nodiscard]] const std::vector<EncodingSection>& encoding_sections();
/// The shape of a table of some section. Throws Error for an unknown one.
[[nodiscard]] const TableShape& table_shape(std::string_view table);

// The sections, a file for each family of experiments.
[[nodiscard]] EncodingSection laws_section();  // encodings_readouts.cpp
[[nodiscard]] EncodingSection signals_section();
[[nodiscard]] EncodingSection images_section();
[[nodiscard]] EncodingSection graphs_section();   // encodings_graphs.cpp
[[nodiscard]] EncodingSection fourier_section();  // encodings_fourier.cpp
[[nodiscard]] EncodingSection cape_section();     // encodings_cape.cpp
[[nodiscard]] EncodingSection rates_section();
[[nodiscard]] EncodingSection sizes_section();
[[nodiscard]] EncodingSection spectral_section();  // encodings_spectral.cpp
[[nodiscard]] EncodingSection data_section();      // encodings_data.cpp
[[nodiscard]] EncodingSection fusions_section();   // encodings_fusions.cpp

}  // namespace cairn::benchmarks
