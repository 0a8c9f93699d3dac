#include "graph_io/cells.h"

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "graph_io/csv_writer.h"
#include "support/catch.h"

using namespace cairn;

namespace {
std::vector<std::string> cells_of(std::string_view line, char delimiter = ',') {
  CellSplitter splitter(delimiter);
  const auto cells = splitter.split(line);
  return {cells.begin(), cells.end()};
}
using Cells = std::vector<std::string>;
}  // namespace

TEST_CASE("cells: blanks around a cell are not part of it, empty cells are cells", "[graph_io]") {
  CHECK(cells_of("a, b c ,,") == Cells{"a", "b c", "", ""});
  CHECK(cells_of("") == Cells{""});
  CHECK(cells_of("  a \t b  ", ' ') == Cells{"a", "b"});
  CHECK(cells_of("", ' ') == Cells{});
  CHECK(cells_of("a\t\tb c", '\t') == Cells{"a", "", "b c"});
}

TEST_CASE("cells: quoted cells hold what they hold", "[graph_io]") {
  CHECK(cells_of(R"("a,b" , "c ""d""",e"f)") == Cells{"a,b", "c \"d\"", "e\"f"});
  CHECK(cells_of(R"("a b" "c")", ' ') == Cells{"a b", "c"});
  CHECK(cells_of(R"("")") == Cells{""});
  CHECK_THROWS_AS(cells_of(R"("a)"), LineFault);
  CHECK_THROWS_AS(cells_of(R"("a"b)"), LineFault);
  CHECK_THROWS_AS(cells_of("a\x01"), LineFault);
}

TEST_CASE("cells: the delimiter is the first one outside of quotes", "[graph_io]") {
  CHECK(find_delimiter("a,b;c") == ',');
  CHECK(find_delimiter("a;0,5") == ';');
  CHECK(find_delimiter("\"a,b\"\tc") == '\t');
  CHECK(find_delimiter("a b") == ' ');
}

TEST_CASE("cells: an integer is what its decimal form says, to the letter", "[graph_io]") {
  CHECK(as_integer("0") == 0);
  CHECK(as_integer("-7") == -7);
  CHECK(as_integer("9223372036854775807") == std::numeric_limits<std::int64_t>::max());
  for (const char* text : {"", "-", "007", "-0", "+7", "7 ", "7.0", "1e3", "9223372036854775808", "x"}) {
    INFO(text);
    CHECK_FALSE(as_integer(text).has_value());
  }
}

TEST_CASE("cells: a finite number is rounded as the compiler rounds it, all else is none", "[graph_io]") {
  CHECK(as_finite("0.1") == Real(0.1));
  CHECK(as_finite("+2.5e1") == Real(25));
  CHECK(as_finite("-.5") == Real(-0.5));
  CHECK(as_finite("1e-9999") == Real(0));
  for (const char* text :
       {"", "+", "nan", "inf", "-inf", "1e9999", "-1e9999", "0x10", "1,5", "1 ", "+-1", "--1", "1e"}) {
    INFO(text);
    CHECK_FALSE(as_finite(text).has_value());
  }
}

TEST_CASE("cells: what the writer writes, the splitter cuts into the same cells", "[graph_io]") {
  const Cells nasty{"plain", "", " blank ends ", "a,b", "a;b", "tab\tin", "\"quoted\"", "#comment", "%comment", "a b"};
  for (const char delimiter : {',', '\t', ' '}) {
    std::string line;
    for (const std::string& cell : nasty) {
      if (!line.empty()) line += delimiter;
      line += csv_cell(cell, delimiter);
    }
    CHECK(cells_of(line, delimiter) == nasty);
  }
  for (const std::string& cell : nasty) CHECK_FALSE(holds_no_cells(csv_cell(cell)));
  for (const Real value :
       {Real(0.1), Real(-1e-30), Real(3), std::numeric_limits<Real>::max(), std::numeric_limits<Real>::denorm_min()}) {
    CHECK(as_finite(number_text(value)) == value);
  }
}
