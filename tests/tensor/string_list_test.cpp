#include "tensor/string_list.h"

#include "core/error.h"
#include "support/catch.h"

using namespace cairn;

TEST_CASE("string list: any strings come back, and so does an empty list", "[tensor][string_list]") {
  const std::vector<std::vector<std::string>> cases{
      {}, {""}, {"", "", ""}, {"a", "bb", "ccc"}, {"two\nlines", std::string("nul\0inside", 10), "\xc3\xa9", "\xff"}};
  for (const auto& strings : cases) {
    NamedTensors saved;
    save_strings(strings, "names", saved);
    CHECK(load_strings(saved, "names") == strings);
  }
}

TEST_CASE("string list: ends that descend or lie beyond the text are refused", "[tensor][string_list]") {
  NamedTensors saved;
  save_strings({"ab", "cd"}, "names", saved);
  for (const std::vector<std::int64_t>& ends :
       {std::vector<std::int64_t>{3, 2}, std::vector<std::int64_t>{2, 5}, std::vector<std::int64_t>{-1, 2}}) {
    saved.arrays["names.ends"].values = ends;
    CHECK_THROWS_WITH(load_strings(saved, "names"), Catch::Contains("names.ends"));
  }
  saved.arrays.erase("names.ends");
  CHECK_THROWS_WITH(load_strings(saved, "names"), Catch::Contains("names.ends"));
}

TEST_CASE("string list: joined, ends say where each string ends", "[tensor][string_list]") {
  const std::vector<std::string> strings{"ab", "", "c"};
  const JoinedStrings both = joined(strings);
  CHECK(both.text == std::vector<std::uint8_t>{'a', 'b', 'c'});
  CHECK(both.ends == std::vector<std::int64_t>{2, 2, 3});
  CHECK(separated(both.text, both.ends, "x") == strings);
  CHECK_THROWS_WITH(separated(both.text, std::vector<std::int64_t>{4}, "x"),
                    "tensor 'x.ends': 4 follows 0, of 3 letters");
}
