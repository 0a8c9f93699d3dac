#include "graph_io/text_source.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "support/catch.h"
#include "support/temporary_folder.h"

using namespace cairn;

namespace {

std::vector<std::string> lines_of(std::string_view text) {
  const support::TemporaryFolder folder;
  TextSource source(folder.write("x.txt", text));
  std::vector<std::string> lines;
  for (std::string_view line; source.next_line(line);) {
    lines.emplace_back(line);
    CHECK(source.line_number() == static_cast<std::int64_t>(lines.size()));
  }
  return lines;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("text source: lines come without their ends, the last one also without an end", "[graph_io]") {
  CHECK(lines_of("") == Lines{});
  CHECK(lines_of("\n") == Lines{""});
  CHECK(lines_of("a\nb\r\n\r\nc") == Lines{"a", "b", "", "c"});
  CHECK(lines_of("\xEF\xBB\xBF") == Lines{});
  CHECK(lines_of("\xEF\xBB\xBFx\n\xEF\xBB\xBFy") == Lines{"x", "\xEF\xBB\xBFy"});  // a mark inside is text
}

TEST_CASE(
    "text source: windows are whole lines that together are the file, even where one line is longer than a window",
    "[graph_io]") {
  const support::TemporaryFolder folder;
  std::string text = "\xEF\xBB\xBF" + std::string(std::size_t{9} << 20, 'x') + "\n";
  for (int i = 0; i < 1'000'000; ++i) text += std::to_string(i) + "\n";
  text += "last";
  TextSource source(folder.write("x.txt", text));
  std::string joined = "\xEF\xBB\xBF";
  for (std::string_view window = source.next_window(); !window.empty(); window = source.next_window()) {
    CHECK(window.back() == '\n');
    CHECK(source.line_at(window.data()) == 1 + std::count(joined.begin(), joined.end(), '\n'));
    joined += window;
  }
  CHECK(joined == text + "\n");
  CHECK(source.next_window().empty());
}

TEST_CASE("text source: a window goes on where lines left off, and faults know their lines", "[graph_io]") {
  const support::TemporaryFolder folder;
  const auto path = folder.write("x.txt", "a\nb\nc\nd\n");
  TextSource source(path);
  std::string_view line;
  REQUIRE(source.next_line(line));
  REQUIRE(source.next_line(line));
  CHECK_THROWS_WITH(source.fail("expected {}, found {}", 1, 'b'), path + ":2: expected 1, found b");
  const std::string_view window = source.next_window();
  CHECK(window == "c\nd\n");
  CHECK_THROWS_WITH(source.fail_at({window.data() + 2, "expected e"}), path + ":4: expected e");
}

TEST_CASE("text source: what is no text file is refused", "[graph_io]") {
  const support::TemporaryFolder folder;
  CHECK_THROWS_WITH(TextSource(folder / "x"), folder / "x" + ": expected a file, found nothing");
  CHECK_THROWS_WITH(TextSource(folder.path()), folder.path().string() + ": expected a file, found a directory");
  CHECK_THROWS_AS(TextSource("/dev/null"), InputError);
  TextSource late(folder.write("late.txt", std::string(std::size_t{5} << 20, '\n') + std::string(1, '\0')));
  CHECK_FALSE(late.next_window().empty());
  CHECK_THROWS_WITH(late.next_window(), Catch::Contains("late.txt:5242881: expected text, found a NUL byte"));
}

TEST_CASE("text source: lines are counted right over any number of bytes", "[graph_io]") {
  for (const std::size_t size : {0U, 1U, 191U, 192U, 193U, 1000U}) {
    CHECK(count_lines(std::string(size, '\n')) == static_cast<std::int64_t>(size));
    CHECK(count_lines(std::string(size, 'x') + "\n") == 1);
  }
}
