#include "benchmarks/search_cells.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>

#include "core/error.h"
#include "graph_io/cells.h"
#include "graph_io/text_source.h"
#include "models/defaults.h"
#include "models/prepare.h"

namespace cairn::benchmarks {

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

template <class Number>
Number number_in(std::string_view cell, const char* column, const TextSource& source) {
  Number number{};
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), number);
  if (error != std::errc{} || end != cell.data() + cell.size()) {
    source.fail("expected a number as {}, found {}", column, shown(cell));
  }
  return number;
}

std::size_t column_of(std::span<const std::string_view> heads, std::string_view name, const TextSource& source) {
  const auto found = std::find(heads.begin(), heads.end(), name);
  if (found == heads.end()) {
    source.fail("expected a column '{}' among those of a table of cells, found '{}'", name, fmt::join(heads, ","));
  }
  return static_cast<std::size_t>(found - heads.begin());
}

Split cell_split(const Dataset& dataset, std::uint64_t seed) {
  if (!dataset.splits.empty()) return dataset.splits.front();
  Rng rng = Rng(seed).split("split");
  return make_split(dataset.labels, dataset.graph_of_node,
                    {.train_per_class = 20, .validation_count = 30 * dataset.class_count(), .test_count = 0}, rng);
}

CellChoice judged(const Cell& cell, double seconds, const Truth& truth, const std::string& table) {
  const Index key = cell_key(cell);
  if (!truth.contains(key)) {
    throw InputError(table, 0, fmt::format("expected a row of the cell {} ({}), found none", key, describe(cell)));
  }
  return {.cell = canonical_cell(cell), .standing = standing(truth, key), .seconds = seconds};
}

}  // namespace

Truth read_cell_table(const std::string& path) {
  TextSource source(path);
  std::string_view line;
  if (!source.next_line(line)) source.fail("expected a table of cells, found nothing");
  CellSplitter splitter(',');
  Truth truth;
  try {
    const auto heads = splitter.split(line);
    const std::size_t columns = heads.size();
    const std::size_t key_column = column_of(heads, "key", source);
    const std::size_t test_column = column_of(heads, "test", source);
    while (source.next_line(line)) {
      if (holds_no_cells(line)) continue;
      const auto cells = splitter.split(line);
      if (cells.size() != columns) source.fail("expected {} cells, found {}", columns, cells.size());
      const auto key = number_in<Index>(cells[key_column], "key", source);
      const auto score = number_in<double>(cells[test_column], "test score", source);
      if (!std::isfinite(score)) source.fail("expected a finite test score, found {}", shown(cells[test_column]));
      if (!truth.emplace(key, score).second) source.fail("expected each key once, found {} again", key);
    }
  } catch (const LineFault& fault) {
    source.fail_at(fault);
  }
  return truth;
}

CellSearchOptions cell_search_options(bool smoke) {
  CellSearchOptions options;
  if (!smoke) return options;
  options.cell.width = 4;
  options.search.steps = 2;
  options.perturbation.tune_steps = 1;
  options.orders = 1;
  options.training = {.steps = 2, .repeats = 1};
  return options;
}

const std::vector<std::string_view>& cell_selections() {
  static const std::vector<std::string_view> names{"perturbation", "magnitude", "random"};
  return names;
}

const CellChoice& choice_of(const CellComparison& comparison, std::string_view selection) {
  if (selection == "perturbation") return comparison.perturbation;
  return selection == "magnitude" ? comparison.magnitude : comparison.random;
}

std::optional<CellComparison> compare_cells(const Dataset& dataset, const Truth& truth, const std::string& table,
                                            const CellSearchOptions& options, std::uint64_t seed,
                                            const std::function<bool()>& stopped) {
  if (dataset.labels.empty() || dataset.class_count() == 0) {
    throw InputError(dataset.name, 0, "expected classes of nodes (labels.csv), found none");
  }
  const ModelInput input = prepare_input(dataset, plan_features(dataset, default_config("gcn")));
  const NodeObjective objective(dataset.labels, cell_split(dataset, seed));
  CellSearchOptions sized = options;
  sized.cell.classes = dataset.class_count();

  CellComparison comparison;
  const Clock::time_point start = Clock::now();
  CellSearch search(input, objective, sized, seed);
  if (!search.train(stopped)) return std::nullopt;
  comparison.magnitude = judged(search.by_magnitude(), seconds_since(start), truth, table);
  if (!search.select(stopped)) return std::nullopt;
  comparison.perturbation = judged(search.chosen().cell, seconds_since(start), truth, table);

  const Clock::time_point random_start = Clock::now();
  Rng rng = Rng(seed).split("random cells");
  const SearchSpace space = cell_space();
  std::optional<TrainedCell> best;
  do {
    if (stopped()) return std::nullopt;
    const Cell cell = cell_of(space.random(rng));
    if (!truth.contains(cell_key(cell))) continue;  // four skips stand in no table
    const TrainedCell trained = train_cell(input, objective, sized.cell, sized.training, cell, seed);
    if (!best || worse(*best, trained)) best = trained;
    ++comparison.random_cells;
  } while (!best || seconds_since(random_start) < comparison.perturbation.seconds);
  comparison.random = judged(best->cell, seconds_since(random_start), truth, table);
  return comparison;
}

}  // namespace cairn::benchmarks
