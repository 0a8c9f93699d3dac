#include "data/spec.h"

#include "core/error.h"
#include "support/catch.h"

using namespace cairn;

namespace {
Spec parse(std::string_view text) { return Spec(text, "x:SIZE[:RATE]", {"size", "rate"}); }
}  // namespace

TEST_CASE("spec: values follow the order of the keys, or name their own", "[data][synthetic]") {
  for (const char* text : {"x:20:0.5", "x:20,0.5", "x:size=20,rate=0.5", "x:rate=0.5:20", "x:20:rate=0.5"}) {
    INFO(text);
    const Spec spec = parse(text);
    CHECK(spec.integer("size", 1) == 20);
    CHECK(spec.real("rate", 0, 1, 0.1) == 0.5);
  }
}

TEST_CASE("spec: what is not given has its default, or is asked for", "[data][synthetic]") {
  CHECK(parse("x").integer("size", 1, 7) == 7);
  CHECK(parse("x:3").real("rate", 0, 1, 0.1) == 0.1);
  CHECK_THROWS_WITH(parse("x").integer("size", 1), "x: size is missing; expected x:SIZE[:RATE]");
}

TEST_CASE("spec: unknown keys, repeated, empty and superfluous values are refused", "[data][synthetic]") {
  for (const char* text :
       {"x:1:2:3", "x:length=3", "x:1,size=2", "x:size=1,size=1", "x:", "x:1,", "x::1", "x:size=", "x:=3"}) {
    INFO(text);
    CHECK_THROWS_AS(parse(text), UsageError);
  }
}

TEST_CASE("spec: numbers are taken whole and within their bounds", "[data][synthetic]") {
  for (const char* text : {"x:0", "x:-4", "x:2.5", "x:2k", "x:+3", "x:99999999999999999999", "x:nan"}) {
    INFO(text);
    CHECK_THROWS_AS(parse(text).integer("size", 1), UsageError);
  }
  for (const char* text : {"x:rate=1.5", "x:rate=-0.1", "x:rate=nan", "x:rate=inf", "x:rate=0.5%"}) {
    INFO(text);
    CHECK_THROWS_AS(parse(text).real("rate", 0, 1, 0), UsageError);
  }
}

TEST_CASE("spec: extents are whole numbers joined by x", "[data][synthetic]") {
  CHECK(parse("x:20x30x2").extents("size", 1) == std::vector<Index>{20, 30, 2});
  CHECK(parse("x:7").extents("size", 1) == std::vector<Index>{7});
  for (const char* text : {"x:20x", "x:x20", "x:20xx20", "x:20X20", "x:0x4", "x:20*20"}) {
    INFO(text);
    CHECK_THROWS_AS(parse(text).extents("size", 1), UsageError);
  }
  CHECK_THROWS_AS(parse("x:7").extents("size", 2), UsageError);
}
