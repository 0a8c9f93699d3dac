#include "models/report/page.h"

#include <limits>
#include <string>

#include "core/error.h"
#include "models/page_tree.h"
#include "models/report/style.h"
#include "support/catch.h"

namespace cairn {

using support::Element;
using support::read_page;

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
const std::string nasty = "<script>\"x\" & 'y'</script> \x01 \xFF";
const std::string nasty_shown = "<script>\"x\" & 'y'</script> \xEF\xBF\xBD \xEF\xBF\xBD";

/// All kinds of parts, the given text wherever a text can stand.
ReportPage page_of(const std::string& text) {
  ReportPage page;
  page.title = text;
  page.facts = {text, "10 seeds"};
  page.parts.push_back(TextBlock{text, {text, text}});
  page.parts.push_back(ReportTable{text, text, {text, "b"}, {{text, "1"}, {"gcn", text}}, {1}});
  LineChart chart{
      text, text, text, text, {{text, {1, 2, 3, 4}, {1, nan, 3, 2}, {0.1, 0.1, nan, 0.2}}, {text, {}, {}, {}}}};
  page.parts.push_back(chart);
  chart.log_x = chart.log_y = true;
  page.parts.push_back(chart);
  page.parts.push_back(Scatter{text, text, {{1, 2}, {3, 4}}, {text, text}, {0, -1}, {text}, {}, ""});
  page.parts.push_back(Scatter{text, text, {{1, 2}, {3, 4}, {5, 6}}, {}, {}, {}, {1, nan, 3}, text});
  return page;
}

std::size_t occurrences(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

}  // namespace

TEST_CASE("report: a page with every kind of part is well-formed", "[models][report]") {
  const Element root = read_page(to_html(page_of("plain")));
  CHECK(root.name == "html");
  CHECK(root.attribute("lang") == "en");
  CHECK(root.all("h1").size() == 1);
  CHECK(root.all("section").size() == 6);
  CHECK(root.all("h2").size() == 6);
  CHECK(root.all("title").front()->text == "plain");
  CHECK(root.all("li").front()->text == "plain");
}

TEST_CASE("report: every text of a page is escaped", "[models][report]") {
  const std::string html = to_html(page_of(nasty));
  const Element root = read_page(html);  // throws where a text closes a tag
  CHECK(root.all("script").empty());
  CHECK(html.find("<script") == std::string::npos);
  CHECK(root.all("title").front()->text == nasty_shown);
  CHECK(root.all("h1").front()->text == nasty_shown);
  CHECK(root.all("li").front()->text == nasty_shown);
  CHECK(root.all("p").front()->text == nasty_shown);
  CHECK(root.all("caption").front()->text == nasty_shown);
  for (const Element* heading : root.all("h2")) CHECK(heading->text == nasty_shown);
  // Without markup the page has the same elements: no text became one.
  CHECK(occurrences(html, "<") == occurrences(to_html(page_of("plain")), "<"));
}

TEST_CASE("report: a page fetches nothing and runs nothing", "[models][report]") {
  const std::string html = to_html(page_of("plain"));
  for (const char* word : {"http", "//", "src=", "href", "@import", "@font-face", "<script", "<link", "onload"}) {
    CHECK(html.find(word) == std::string::npos);
  }
  CHECK(occurrences(html, "url(") == occurrences(html, "url(#"));
}

TEST_CASE("report: the same page gives the same bytes", "[models][report]") {
  CHECK(to_html(page_of(nasty)) == to_html(page_of(nasty)));
}

TEST_CASE("report: every picture says what it shows to those who cannot see it", "[models][report]") {
  const Element root = read_page(to_html(page_of("plain")));
  std::size_t pictures = 0;
  for (const Element* svg : root.all("svg")) {
    if (svg->attribute("aria-hidden") == "true") continue;
    ++pictures;
    CHECK(svg->attribute("role") == "img");
    REQUIRE(svg->children.size() > 2);
    CHECK(svg->children[0].name == "title");
    CHECK(svg->children[1].name == "desc");
    CHECK(svg->attribute("aria-labelledby") ==
          svg->children[0].attribute("id") + " " + svg->children[1].attribute("id"));
    CHECK_FALSE(svg->children[0].text.empty());
    CHECK_FALSE(svg->children[1].text.empty());
  }
  CHECK(pictures == 4);
}

TEST_CASE("report: a table has header cells with their scope, numbers to the right, marked rows", "[models][report]") {
  ReportPage page{"t", {}, {}};
  page.parts.push_back(ReportTable{"h",
                                   "controls in italics",
                                   {"model", "auc", "note"},
                                   {{"1-gcn", "0.5 +- 0.1", "low"}, {"4-gir", "-", ""}, {"0", "-.25", "7"}},
                                   {2}});
  const Element root = read_page(to_html(page));
  const Element& table = *root.all("table").front();
  CHECK(table.children.front().name == "caption");
  const auto headers = table.all("th");
  REQUIRE(headers.size() == 6);
  for (std::size_t i = 0; i < 6; ++i) CHECK(headers[i]->attribute("scope") == (i < 3 ? "col" : "row"));
  CHECK_FALSE(headers[0]->has_class("number"));
  CHECK(headers[1]->has_class("number"));
  CHECK_FALSE(headers[2]->has_class("number"));
  const auto rows = table.all("tr");
  REQUIRE(rows.size() == 4);
  CHECK_FALSE(rows[1]->has_class("emphasized"));
  CHECK(rows[3]->has_class("emphasized"));
  CHECK(rows[3]->children[1].text == "-.25");
  CHECK(rows[3]->children[1].has_class("number"));
}

TEST_CASE("report: cells align as numbers if they begin as such", "[models][report]") {
  for (const char* cell : {"", "-", "0.5", "-1", "+2", ".5", "-.5", "0.81 +- 0.02", "12 s"}) {
    CHECK(report::aligns_as_number(cell));
  }
  for (const char* cell : {"--", "+", ".", "gcn", "-x", " 1"}) CHECK_FALSE(report::aligns_as_number(cell));
}

TEST_CASE("report: an empty page, empty texts and a table without rows are pages too", "[models][report]") {
  ReportPage page{"t", {}, {}};
  CHECK(occurrences(to_html(page), "<section") == 0);
  page.parts.push_back(TextBlock{});
  page.parts.push_back(ReportTable{"", "", {"a", "b"}, {}, {}});
  page.parts.push_back(LineChart{});
  page.parts.push_back(Scatter{});
  const Element root = read_page(to_html(page));
  CHECK(root.all("h2").empty());
  CHECK(root.all("table").front()->all("td").front()->text == "no rows");
  CHECK(root.all("td").front()->attribute("colspan") == "2");
  CHECK(occurrences(to_html(page), ">no points</text>") == 2);
}

TEST_CASE("report: parts that do not fit together are refused", "[models][report]") {
  const auto html = [](const auto& part) { return to_html(ReportPage{"t", {}, {part}}); };
  CHECK_THROWS_AS(to_html(ReportPage{}), UsageError);
  CHECK_THROWS_WITH(html(ReportTable{"h", "", {"a", "b"}, {{"1", "2"}, {"1"}}, {}}),
                    "report: row 1 of table 'h' has 1 cell in 2 columns");
  CHECK_THROWS_AS(html(ReportTable{"h", "", {}, {}, {}}), ShapeError);
  CHECK_THROWS_WITH(html(ReportTable{"h", "", {"a"}, {{"1"}}, {1}}),
                    "report: row 1 of table 'h' is emphasized, but it has 1 row");
  CHECK_THROWS_WITH(html(LineChart{"", "", "", "", {{"s", {1, 2}, {1}, {}}}}),
                    "report: series 's' has 2 x, 1 y and 0 spreads");
  CHECK_THROWS_AS(html(LineChart{"", "", "", "", {{"s", {1, 2}, {1, 2}, {1}}}}), ShapeError);
  CHECK_THROWS_AS(html(Scatter{"", "", {{1, 2}}, {"a", "b"}, {}, {}, {}, ""}), ShapeError);
  CHECK_THROWS_AS(html(Scatter{"", "", {{1, 2}}, {}, {0, 0}, {"a"}, {}, ""}), ShapeError);
  CHECK_THROWS_AS(html(Scatter{"", "", {{1, 2}}, {}, {}, {}, {1, 2}, ""}), ShapeError);
  CHECK_THROWS_WITH(html(Scatter{"", "", {{1, 2}}, {}, {1}, {"a"}, {}, ""}),
                    "report: category 1 of a point, and 1 category name");
  CHECK_THROWS_AS(html(Scatter{"", "", {{1, 2}}, {}, {0}, {"a"}, {1}, ""}), ShapeError);
}

TEST_CASE("report: the style has every brace closed and both color schemes", "[models][report]") {
  const std::string css = report::style_sheet();
  CHECK(occurrences(css, "{") == occurrences(css, "}"));
  CHECK(css.find_first_of("<&") == std::string::npos);
  CHECK(css.find("@media screen and (prefers-color-scheme:dark)") != std::string::npos);
  CHECK(css.find("@media print") != std::string::npos);
  for (const char* dash : {".d1{", ".d2{", ".d3{", ".c7{", ".none{"}) CHECK(css.find(dash) != std::string::npos);
}

TEST_CASE("report: the reader of these tests sees what is not well-formed", "[models][report]") {
  const std::string begin = "<!DOCTYPE html>\n";
  CHECK_NOTHROW(read_page(begin + "<a><b c=\"1\"/></a>\n"));
  for (const char* bad :
       {"<a><b></a></b>", "<a>", "<a b=1></a>", "<a b=\"1\" b=\"2\"></a>", "<a>&</a>", "<a>&nbsp;</a>",
        "<a b=\"<\"></a>", "<a id=\"x\"><b id=\"x\"/></a>", "<a aria-labelledby=\"x\"/>", "<a/><a/>"}) {
    CHECK_THROWS_AS(read_page(begin + bad + "\n"), std::runtime_error);
  }
}

}  // namespace cairn
