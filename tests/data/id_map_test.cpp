#include "data/id_map.h"

#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include "core/error.h"
#include "support/catch.h"

using namespace cairn;

TEST_CASE("id map: a range names node i by the decimal form of i and finds nothing else", "[data][ids]") {
  const IdMap ids = IdMap::range(10);
  CHECK(ids.size() == 10);
  CHECK(ids.is_range());
  CHECK(ids.name(7) == "7");
  CHECK(ids.find("7") == 7);
  CHECK(ids.find(std::int64_t{9}) == 9);
  CHECK(ids.find("10") == std::nullopt);
  CHECK(ids.find(std::int64_t{-1}) == std::nullopt);
  CHECK(IdMap().size() == 0);
  CHECK(IdMap().find("0") == std::nullopt);
}

TEST_CASE("id map: only the decimal form of an integer is its name", "[data][ids]") {
  for (const IdMap& ids : {IdMap::range(10), IdMap::integers({-7, 0, 7, 4294967295})}) {
    CHECK(ids.find("7").has_value());
    CHECK(ids.find("0").has_value());
    for (const char* text : {"007", "+7", "-0", "00", " 7", "7 ", "7.0", "7e0", "0x7", "", "-", "+", "seven"}) {
      INFO(text);
      CHECK(ids.find(text) == std::nullopt);
    }
  }
}

TEST_CASE("id map: integers with gaps, above 32 bits and below zero keep their order and names", "[data][ids]") {
  constexpr auto least = std::numeric_limits<std::int64_t>::min();
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  const IdMap ids = IdMap::integers({least, -7, 0, 4294967295, most});
  CHECK_FALSE(ids.is_range());
  CHECK(ids.are_integers());
  CHECK(ids.find("-7") == 1);
  CHECK(ids.find("4294967295") == 3);
  CHECK(ids.find(std::int64_t{4294967295}) == 3);
  CHECK(ids.name(3) == "4294967295");
  CHECK(ids.name(0) == "-9223372036854775808");
  CHECK(ids.find(ids.name(0)) == 0);
  CHECK(ids.find(ids.name(4)) == 4);
  CHECK(ids.find("9223372036854775808") == std::nullopt);  // one above what 64 bits hold
  CHECK(ids.find("-1") == std::nullopt);
}

TEST_CASE("id map: integers 0 .. N - 1 are a range", "[data][ids]") {
  CHECK(IdMap::integers({0, 1, 2}).is_range());
  CHECK_FALSE(IdMap::integers({0, 2, 1}).is_range());
  CHECK_FALSE(IdMap::integers({1, 2, 3}).is_range());
  CHECK_FALSE(IdMap::integers({0, 2}).is_range());
}

TEST_CASE("id map: integers in any order keep it, and are found", "[data][ids]") {
  const std::vector<std::int64_t> given{40, -7, 4294967295, 0, 3};
  const IdMap ids = IdMap::integers(given);
  CHECK(ids.are_integers());
  for (std::size_t u = 0; u < given.size(); ++u) {
    CHECK(ids.find(given[u]) == static_cast<NodeId>(u));
    CHECK(ids.name(static_cast<NodeId>(u)) == std::to_string(given[u]));
  }
  for (const std::int64_t none : {-8, 1, 41}) CHECK(ids.find(none) == std::nullopt);
  const auto kept = ids.kept_integers();
  CHECK(std::equal(kept.begin(), kept.end(), given.begin(), given.end()));
}

TEST_CASE("id map: integers given twice and counts below 0 are refused", "[data][ids]") {
  CHECK_THROWS_AS(IdMap::integers({4, 1, 4}), ShapeError);
  CHECK_THROWS_AS(IdMap::integers({1, 1}), ShapeError);
  CHECK_THROWS_AS(IdMap::range(-1), ShapeError);
}

TEST_CASE("id map: strings are kept letter by letter, in their order", "[data][ids]") {
  const IdMap ids = IdMap::strings({"b", "007", "7", "", "caf\xc3\xa9"});
  CHECK_FALSE(ids.are_integers());
  CHECK(ids.find("007") == 1);
  CHECK(ids.find("7") == 2);
  CHECK(ids.find(std::int64_t{7}) == 2);
  CHECK(ids.find("") == 3);
  CHECK(ids.find("B") == std::nullopt);
  CHECK(ids.name(4) == "caf\xc3\xa9");
  CHECK_THROWS_AS(IdMap::strings({"a", "b", "a"}), ShapeError);
}

TEST_CASE("id map: a copy of string ids outlives its original", "[data][ids]") {
  IdMap copy;
  {
    const IdMap original = IdMap::strings({"short", "a name too long for any small string buffer"});
    copy = original;
  }
  CHECK(copy.find("short") == 0);
  CHECK(copy.find("a name too long for any small string buffer") == 1);
}

TEST_CASE("id map: the name of a node that is not there is refused", "[data][ids]") {
  CHECK_THROWS_AS(IdMap::range(3).name(3), ShapeError);
  CHECK_THROWS_AS(IdMap::strings({"a"}).name(-1), ShapeError);
}
