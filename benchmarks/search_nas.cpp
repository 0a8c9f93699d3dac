// Search of a cell of NAS-Bench-Graph, looked up in the table of trained cells.

#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <memory>
#include <utility>

#include "benchmarks/experiment_claims.h"
#include "benchmarks/experiment_results.h"
#include "benchmarks/search_cells.h"
#include "benchmarks/search_sections.h"
#include "graph_io/formats.h"

namespace cairn::benchmarks {

namespace {

constexpr std::string_view dataset_name = "cora";

std::string missing_data(const PartOptions& options) {
  const std::string table = fmt::format("nas_bench_graph/{}.csv", dataset_name);
  if (options.data.empty()) return fmt::format("needs --data DIR with {} and {}", dataset_name, table);
  for (const std::string& name : {std::string(dataset_name), table}) {
    std::error_code ignored;
    if (!std::filesystem::exists(std::filesystem::path(options.data) / name, ignored)) {
      return fmt::format("{} has no {}", options.data, name);
    }
  }
  return {};
}

std::vector<ExperimentPart> parts(const PartOptions& options) {
  ExperimentPart part{std::string(dataset_name), {}, missing_data(options), {}};
  if (!part.missing.empty()) return {part};
  const std::filesystem::path folder(options.data);
  const auto dataset = std::make_shared<const Dataset>(read_dataset(folder / dataset_name));
  const std::string table = (folder / "nas_bench_graph" / fmt::format("{}.csv", dataset_name)).string();
  const auto truth = std::make_shared<const Truth>(read_cell_table(table));
  part.run = [dataset, truth, table, search = cell_search_options(options.smoke)](
                 std::uint64_t seed, const std::function<bool()>& stopped) -> std::optional<std::vector<MeasuredRow>> {
    const auto comparison = compare_cells(*dataset, *truth, table, search, seed, stopped);
    if (!comparison) return std::nullopt;
    std::vector<MeasuredRow> rows;
    for (const std::string_view selection : cell_selections()) {
      const CellChoice& choice = choice_of(*comparison, selection);
      rows.push_back({"nas",
                      {std::string(dataset_name), std::string(selection)},
                      {choice.standing.score, choice.standing.percentile, choice.standing.regret, choice.seconds}});
    }
    return rows;
  };
  return {part};
}

void claim(const ExperimentResults& results, ClaimList& claims) {
  const std::string name(dataset_name);
  const auto mean = [&](const char* selection, std::size_t figure) {
    return results.mean("nas", {name, selection}, figure);
  };
  claims.at_least(fmt::format("{}: mean percentile by perturbation at least 75", name), mean("perturbation", 1), 75);
  claims.at_least(fmt::format("{}: score by perturbation less that by magnitude at least -0.005", name),
                  mean("perturbation", 0) - mean("magnitude", 0), -0.005);
  claims.report(fmt::format("{}: score by perturbation less that of random cells in the same seconds", name),
                mean("perturbation", 0) - mean("random", 0));
}

}  // namespace

ExperimentSection nas_section() {
  return {
      .name = "nas",
      .summary = "the cell space of NAS-Bench-Graph on cora, against its table of 26,206 trained cells",
      .seeds = 5,
      .alone = true,
      .tables = {{.name = "nas",
                  .caption = "Test score of the chosen cell in the table, the share of cells that are worse in "
                             "percent, regret, and seconds of the search. random: the best by validation of as many "
                             "random cells as train in the seconds of perturbation.",
                  .labels = {"dataset", "selection"},
                  .figures = {"score", "percentile", "regret", "seconds"}}},
      .parts = parts,
      .claim = claim};
}

}  // namespace cairn::benchmarks
