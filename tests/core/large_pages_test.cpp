#include "core/large_pages.h"

#include <algorithm>
#include <vector>

#include "support/catch.h"

using namespace cairn;

TEST_CASE("release pages: memory beside what is released keeps its values, and what was released can be written again",
          "[core]") {
  std::vector<unsigned char> memory(1 << 20, 7);
  unsigned char* const begin = memory.data() + 5001;  // no multiple of a page
  const std::size_t count = 700'001;
  release_pages(begin, count);
  CHECK(std::all_of(memory.data(), begin, [](unsigned char value) { return value == 7; }));
  CHECK(std::all_of(begin + count, memory.data() + memory.size(), [](unsigned char value) { return value == 7; }));
  std::fill_n(begin, count, static_cast<unsigned char>(9));
  CHECK(std::all_of(begin, begin + count, [](unsigned char value) { return value == 9; }));
  release_pages(begin, 0);
  release_pages(begin, 100);  // less than a page
  CHECK(begin[50] == 9);
}
