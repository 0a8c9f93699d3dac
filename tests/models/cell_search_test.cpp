#include "models/search/cell_search.h"

#include "core/error.h"
#include "models/search_cases.h"
#include "support/catch.h"

using namespace cairn;

namespace {

CellSearchOptions small_cells() {
  CellSearchOptions options;
  options.cell = {.width = 4, .classes = 3, .heads = 2, .dropout = Real(0.2)};
  options.search.steps = 4;
  options.perturbation.tune_steps = 1;
  options.orders = 3;
  options.training = {.steps = 6, .repeats = 2};
  return options;
}

}  // namespace

TEST_CASE("cell search: of what its orders came to it takes the lowest validation loss", "[models][search]") {
  const support::SmallSearch small;
  CellSearch search(small.input, small.objective, small_cells(), 1);
  CHECK_THROWS_AS(search.chosen(), Error);
  REQUIRE(search.train());
  REQUIRE(search.select());
  CHECK(search.selected().size() == 3);
  CHECK(search.records().size() == 3);
  for (const auto& records : search.records()) CHECK(records.size() == 7);
  for (const TrainedCell& cell : search.selected()) {
    CHECK(search.chosen().validation_loss <= cell.validation_loss);
    CHECK(cell.validation_loss > 0);
  }
  // Another order may come to another cell; the supernet that magnitude reads is as it was.
  CellSearch again(small.input, small.objective, small_cells(), 1);
  REQUIRE(again.train());
  CHECK(cell_key(again.by_magnitude()) == cell_key(search.by_magnitude()));
}

TEST_CASE("cell search: labels of the test part decide nothing", "[models][search]") {
  const support::SmallSearch small;
  const NodeObjective other = small.with_other_labels(Part::test);
  CellSearch a(small.input, small.objective, small_cells(), 1);
  CellSearch b(small.input, other, small_cells(), 1);
  for (CellSearch* search : {&a, &b}) {
    REQUIRE(search->train());
    REQUIRE(search->select());
  }
  CHECK(cell_key(a.chosen().cell) == cell_key(b.chosen().cell));
  CHECK(a.chosen().validation_loss == b.chosen().validation_loss);
}

TEST_CASE("cell search: a trained cell is a function of its seed, and training lowers its loss", "[models][search]") {
  const support::SmallSearch small;
  const CellSearchOptions options = small_cells();
  const Cell cell{.inputs = {0, 1, 1, 2}, .operations = {1, 7, 4, 1}};
  CellTraining longer = options.training;
  longer.steps = 40;
  const TrainedCell brief = train_cell(small.input, small.objective, options.cell, options.training, cell, 3);
  CHECK(train_cell(small.input, small.objective, options.cell, options.training, cell, 3).validation_loss ==
        brief.validation_loss);
  CHECK(train_cell(small.input, small.objective, options.cell, options.training, cell, 4).validation_loss !=
        brief.validation_loss);
  CHECK(train_cell(small.input, small.objective, options.cell, longer, cell, 3).validation_loss <
        brief.validation_loss);
}

TEST_CASE("cell search: stopped between two decisions it says so", "[models][search]") {
  const support::SmallSearch small;
  CellSearch search(small.input, small.objective, small_cells(), 1);
  REQUIRE(search.train());
  int asked = 0;
  CHECK_FALSE(search.select([&asked] { return ++asked > 9; }));
  CHECK(search.selected().size() == 1);
  CellSearchOptions none = small_cells();
  none.orders = 0;
  CHECK_THROWS_AS(CellSearch(small.input, small.objective, none, 1), UsageError);
}
