#include <cmath>
#include <limits>
#include <string>

#include "models/report/markup.h"
#include "support/catch.h"

namespace cairn {

using report::escaped;
using report::number_text;

TEST_CASE("report: escaped text cannot open a tag, an attribute or an entity", "[models][report]") {
  CHECK(escaped("<b a=\"1\">&'</b>") == "&lt;b a=&quot;1&quot;&gt;&amp;&#39;&lt;/b&gt;");
  CHECK(escaped("&lt;") == "&amp;lt;");
  CHECK(escaped("a\tb\nc") == "a\tb\nc");
  CHECK(escaped("").empty());
}

TEST_CASE("report: escaped text keeps all of UTF-8 and shows what is none", "[models][report]") {
  const std::string mark = "\xEF\xBF\xBD";
  for (const char* text : {"\xC2\xA0", "\xC3\xA9", "\xE2\x82\xAC", "\xEF\xBF\xBD", "\xED\x9F\xBF", "\xF0\x9F\x97\xBA",
                           "\xF4\x8F\xBF\xBD"}) {
    CHECK(escaped(text) == text);
  }
  CHECK(escaped(std::string("a\0b", 3)) == "a" + mark + "b");
  CHECK(escaped("\x1B[0m") == mark + "[0m");
  CHECK(escaped("\x7F") == mark);
  CHECK(escaped("\xC2\x85") == mark);      // a control character of two bytes is one character
  CHECK(escaped("\xEF\xBF\xBF") == mark);  // U+FFFF is a noncharacter
  CHECK(escaped("\xFF<") == mark + "&lt;");
  CHECK(escaped("\xE2\x82<") == mark + mark + "&lt;");              // cut off, and the tag does not slip through
  CHECK(escaped("\xC0\xBC") == mark + mark);                        // '<' in two bytes
  CHECK(escaped("\xE0\x80\xBC") == mark + mark + mark);             // '<' in three
  CHECK(escaped("\xED\xA0\x80") == mark + mark + mark);             // half of a surrogate pair
  CHECK(escaped("\xF4\x90\x80\x80") == mark + mark + mark + mark);  // above U+10FFFF
}

TEST_CASE("report: numbers are short, without zeros that say nothing", "[models][report]") {
  CHECK(number_text(0.81637) == "0.8164");
  CHECK(number_text(-0.0) == "0");
  CHECK(number_text(1.5e-7) == "1.5e-7");
  CHECK(number_text(1e6) == "1e6");
  CHECK(number_text(1e300) == "1e300");
  CHECK(number_text(123456, 6) == "123456");
  CHECK(number_text(std::numeric_limits<double>::quiet_NaN()) == "nan");
  CHECK(report::pixels(12.04) == "12");
  CHECK(report::pixels(12.06) == "12.1");
  CHECK(report::pixels(-0.01) == "0");
  CHECK(report::counted(1, "point") == "1 point");
  CHECK(report::counted(0, "point") == "0 points");
}

}  // namespace cairn
