#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/error.h"
#include "models/search/cell_shapes.h"
#include "support/catch.h"
#include "support/places.h"

using namespace cairn;

namespace {

constexpr Index gat = 0;
constexpr Index gcn = 1;
constexpr Index gin = 2;
constexpr Index graph = 6;
constexpr Index fc = 7;
constexpr Index skip = 8;

/// Calls visit(cell) for each of the 24 x 9^4 cells.
template <class Visit>
void each_cell(const Visit& visit) {
  const SearchSpace space = cell_space();
  for (Index number = 0; number < space.architecture_count(); ++number) visit(cell_of(space.architecture(number)));
}

/// The tree of a cell as text, nodes in any order: what stands below a node, sorted.
std::string tree(const Cell& cell, Index node) {
  std::vector<std::string> below;
  for (Index j = node; j < cell_nodes; ++j) {
    if (cell.inputs[static_cast<std::size_t>(j)] == node) below.push_back(tree(cell, j + 1));
  }
  std::sort(below.begin(), below.end());
  std::string text(1, '(');
  if (node > 0) text += std::to_string(cell.operations[static_cast<std::size_t>(node - 1)]);
  for (const std::string& part : below) text += part;
  text += ')';
  return text;
}

}  // namespace

TEST_CASE("cells: keys are the shape, then a digit an operation", "[models][search]") {
  CHECK(cell_key({{0, 1, 2, 2}, {fc, gat, gcn, graph}}) == 77016);
  CHECK(describe(Cell{{0, 1, 2, 2}, {fc, gat, gcn, graph}}) == "0122 fc,gat,gcn,graph");
  CHECK(cell_key({{0, 0, 0, 0}, {gat, gat, gat, gat}}) == 0);
  CHECK(cell_key({{0, 1, 2, 3}, {skip, skip, gcn, gcn}}) == 88811);
}

TEST_CASE("cells: siblings and the order of nodes do not matter", "[models][search][slow]") {
  CHECK(cell_key({{0, 0, 0, 0}, {gin, gat, fc, gcn}}) == 127);
  CHECK(cell_key({{0, 0, 0, 2}, {gin, gat, fc, gcn}}) == 10271 + 0 * 1000);
  CHECK(cell_key({{0, 0, 2, 1}, {gin, gat, fc, gcn}}) == 30271);
  Index different = 0;
  each_cell([&](const Cell& cell) {  // without a skip a cell is its tree
    if (std::find(cell.operations.begin(), cell.operations.end(), skip) != cell.operations.end()) return;
    different += tree(canonical_cell(cell), 0) == tree(cell, 0) ? 0 : 1;
  });
  CHECK(different == 0);
}

TEST_CASE("cells: skips stand in front where that changes nothing", "[models][search]") {
  CHECK(cell_key({{0, 1, 2, 3}, {gcn, skip, gat, skip}}) == 88810);
  CHECK(cell_key({{0, 0, 1, 1}, {gcn, gat, fc, skip}}) == 21078);  // beside fc it is an output: it stays
  CHECK(cell_key({{0, 0, 0, 0}, {gcn, gat, fc, skip}}) == 58017);  // a copy of the raw input is none
}

TEST_CASE("cells: a canonical cell is its own canonical form, and architectures go there and back",
          "[models][search][slow]") {
  const auto same = [](const Cell& a, const Cell& b) { return a.inputs == b.inputs && a.operations == b.operations; };
  std::set<Index> keys;
  Index different = 0;
  each_cell([&](const Cell& cell) {
    const Cell canonical = canonical_cell(cell);
    different += same(canonical_cell(canonical), canonical) && same(cell_of(architecture_of(cell)), cell) ? 0 : 1;
    keys.insert(cell_key(canonical));
  });
  CHECK(different == 0);
  CHECK(keys.size() == 26207);  // the published number of cells, and the one of four skips
}

TEST_CASE("cells: what is no cell is refused", "[models][search]") {
  CHECK_THROWS_AS(cell_key({{0, 2, 0, 0}, {gcn, gcn, gcn, gcn}}), Error);
  CHECK_THROWS_AS(cell_key({{0, 0, 0, 0}, {gcn, gcn, gcn, 9}}), Error);
  CHECK_THROWS_AS(cell_of({0, 0, 0, 0}), Error);
}

TEST_CASE("cells: every cell but that of four skips has a row in the table of cora, and every row a cell",
          "[models][search][slow]") {
  const std::filesystem::path path = std::filesystem::path(support::shared_data()) / "nas_bench_graph" / "cora.csv";
  if (!std::filesystem::exists(path)) {
    WARN("skipped: " << path << " is not there");
    return;
  }
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  REQUIRE(line.starts_with("key,"));
  std::set<Index> table;
  while (std::getline(file, line)) table.insert(std::stol(line.substr(0, line.find(','))));
  CHECK(table.size() == 26206);
  std::set<Index> reached;
  each_cell([&](const Cell& cell) {
    if (cell.operations == std::array<Index, cell_nodes>{skip, skip, skip, skip}) {
      CHECK(cell_key(cell) == 88888);
      return;
    }
    reached.insert(cell_key(cell));
  });
  CHECK(reached == table);
}
