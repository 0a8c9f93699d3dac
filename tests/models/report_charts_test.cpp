#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "core/error.h"
#include "models/page_tree.h"
#include "models/report/page.h"
#include "support/catch.h"

namespace cairn {

using support::Element;

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

template <class Part>
Element figure_of(const Part& part) {
  const Element page = support::read_page(to_html(ReportPage{"t", {}, {part}}));
  return *page.all("figure").front();
}

Element drawing_of(const Element& figure) { return *figure.all("svg").front(); }

std::size_t dot_count(const Element& drawing) { return drawing.all("circle").size(); }

double number(const Element& element, const std::string& key) { return std::stod(element.attribute(key)); }

/// Place of the tick of that label: x of those centered below the chart, y of those that end left of it.
double tick_place(const Element& drawing, const std::string& label, bool of_x) {
  for (const Element* text : drawing.all("text")) {
    if (text->text != label || (text->attribute("text-anchor") == "middle") != of_x) continue;
    return of_x ? number(*text, "x") : number(*text, "y") - 4;  // labels stand 4 below their line
  }
  FAIL("no tick of that label");
  return 0;
}

std::vector<std::string> notes_of(const Element& figure) {
  std::vector<std::string> result;
  for (const Element* note : figure.all("p")) {
    if (note->has_class("note")) result.push_back(note->text);
  }
  return result;
}

std::size_t count_of_class(const Element& drawing, const std::string& name, std::string_view wanted) {
  const auto all = drawing.all(name);
  return static_cast<std::size_t>(
      std::count_if(all.begin(), all.end(), [&](const Element* element) { return element->has_class(wanted); }));
}

LineChart chart_of(std::vector<Series> series) { return {"h", "c", "x", "y", std::move(series)}; }

Series long_series(std::size_t count) {
  Series series{"long", {}, {}, {}};
  for (std::size_t i = 0; i < count; ++i) {
    series.x.push_back(static_cast<double>(i));
    series.y.push_back(std::sin(0.1 * static_cast<double>(i)));
  }
  return series;
}

}  // namespace

TEST_CASE("report: a point of a line chart stands at the ticks of its values", "[models][report]") {
  const Element drawing = drawing_of(figure_of(chart_of({{"s", {0, 10, 4}, {-100, 300, 200}, {}}})));
  const auto dots = drawing.all("circle");
  REQUIRE(dots.size() == 3);
  CHECK(number(*dots[0], "cx") == Approx(tick_place(drawing, "0", true)).margin(0.11));
  CHECK(number(*dots[0], "cy") == Approx(tick_place(drawing, "-100", false)).margin(0.11));
  CHECK(number(*dots[1], "cx") == Approx(tick_place(drawing, "10", true)).margin(0.11));
  CHECK(number(*dots[1], "cy") == Approx(tick_place(drawing, "300", false)).margin(0.11));
  CHECK(number(*dots[2], "cx") == Approx(tick_place(drawing, "4", true)).margin(0.11));
  CHECK(number(*dots[0], "cy") > number(*dots[1], "cy"));  // up is more
  CHECK(number(*dots[0], "cx") < number(*dots[1], "cx"));
  CHECK(dots[2]->children.front().text == "s: 4, 200");
  // The line goes through the dots.
  const auto paths = drawing.all("path");
  std::string wanted;
  for (const Element* dot : dots) wanted += fmt::format(" {} {}", dot->attribute("cx"), dot->attribute("cy"));
  wanted.front() = 'M';
  CHECK(std::any_of(paths.begin(), paths.end(), [&](const Element* path) { return path->attribute("d") == wanted; }));
}

TEST_CASE("report: a ringed series has no line, and each of its points stands in a ring", "[models][report]") {
  Series ringed{"yours", {2, 3}, {1, 4}, {}};
  ringed.ringed = true;
  const Element figure = figure_of(chart_of({{"s", {0, 10, 4}, {-100, 300, 200}, {}}, ringed}));
  const Element drawing = drawing_of(figure);
  const auto circles = drawing.all("circle");
  REQUIRE(circles.size() == 3 + 2 * 2);
  for (const std::size_t dot : {std::size_t{3}, std::size_t{5}}) {
    CHECK_FALSE(circles[dot]->has_class("hollow"));
    CHECK(circles[dot + 1]->has_class("hollow"));
    CHECK(circles[dot + 1]->attribute("cx") == circles[dot]->attribute("cx"));
    CHECK(circles[dot + 1]->attribute("cy") == circles[dot]->attribute("cy"));
    CHECK(number(*circles[dot + 1], "r") > 2 * number(*circles[dot], "r"));
  }
  CHECK(circles[5]->children.front().text == "yours: 3, 4");
  const auto paths = drawing.all("path");
  CHECK(std::count_if(paths.begin(), paths.end(), [](const Element* path) { return path->has_class("line"); }) == 1);
  const auto items = figure.all("li");
  CHECK(items.front()->all("circle").empty());
  CHECK(items.back()->all("circle").size() == 2);
}

TEST_CASE("report: on logarithmic axes decades are equally far apart", "[models][report]") {
  LineChart chart = chart_of({{"s", {1, 10, 100, 1000}, {0.01, 0.1, 1, 10}, {}}});
  chart.log_x = chart.log_y = true;
  const Element drawing = drawing_of(figure_of(chart));
  const auto dots = drawing.all("circle");
  REQUIRE(dots.size() == 4);
  for (std::size_t i = 1; i < 4; ++i) {
    CHECK(number(*dots[i], "cx") - number(*dots[i - 1], "cx") ==
          Approx(number(*dots[1], "cx") - number(*dots[0], "cx")).margin(0.11));
    CHECK(number(*dots[i], "cy") - number(*dots[i - 1], "cy") ==
          Approx(number(*dots[1], "cy") - number(*dots[0], "cy")).margin(0.11));
  }
  CHECK(number(*dots[2], "cx") == Approx(tick_place(drawing, "100", true)).margin(0.11));
  CHECK(number(*dots[1], "cy") == Approx(tick_place(drawing, "0.1", false)).margin(0.11));
}

TEST_CASE("report: a point without a place leaves a gap in its line and is counted", "[models][report]") {
  const Element figure = figure_of(
      chart_of({{"s", {1, 2, 3, 4, 5, nan, 7}, {1, 2, nan, 4, 5, 6, infinity}, {}}, {"u", {1}, {-infinity}, {}}}));
  CHECK(notes_of(figure) == std::vector<std::string>{"4 points not drawn: a coordinate is not a finite number."});
  const Element drawing = drawing_of(figure);
  CHECK(drawing.all("circle").size() == 4);
  std::string line;
  for (const Element* path : drawing.all("path")) {
    if (path->has_class("line")) line += path->attribute("d");
  }
  CHECK(std::count(line.begin(), line.end(), 'M') == 2);  // 1-2 and 4-5
  CHECK(drawing.all_text().find("nan") == std::string::npos);
  CHECK(figure.all("li").back()->text == "u (no points)");

  LineChart logarithmic = chart_of({{"s", {0, 1, 10, nan}, {1, -1, 10, 1}, {}}});
  logarithmic.log_x = logarithmic.log_y = true;
  CHECK(notes_of(figure_of(logarithmic)) ==
        std::vector<std::string>{"1 point not drawn: a coordinate is not a finite number.",
                                 "2 points not drawn: a coordinate is not above 0, and its axis is logarithmic."});
}

TEST_CASE("report: a series of one point is seen, also between gaps of a long one", "[models][report]") {
  CHECK(dot_count(drawing_of(figure_of(chart_of({{"s", {3}, {0.5}, {}}})))) == 1);
  Series series = long_series(200);
  CHECK(dot_count(drawing_of(figure_of(chart_of({series})))) == 0);  // dots would be a thick line
  series.y[100] = series.y[102] = nan;
  const Element drawing = drawing_of(figure_of(chart_of({series})));
  REQUIRE(drawing.all("circle").size() == 1);
  CHECK(drawing.all("circle").front()->children.front().text.starts_with("long: 101, "));
}

TEST_CASE("report: the band is as high as the spread and lies within the frame", "[models][report]") {
  const Element drawing = drawing_of(figure_of(chart_of({{"s", {0, 10}, {50, 50}, {50, 25}}})));
  const auto paths = drawing.all("path");
  const auto band =
      std::find_if(paths.begin(), paths.end(), [](const Element* path) { return path->has_class("band"); });
  REQUIRE(band != paths.end());
  std::string points = (*band)->attribute("d");
  REQUIRE(points.front() == 'M');
  REQUIRE(points.back() == 'Z');
  std::vector<double> numbers;
  for (std::size_t at = 1; at < points.size() - 1;) {
    std::size_t length = 0;
    numbers.push_back(std::stod(points.substr(at), &length));
    at += length + 1;
  }
  REQUIRE(numbers.size() == 8);  // up there and back below
  CHECK(numbers[1] == Approx(tick_place(drawing, "100", false)).margin(0.11));
  CHECK(numbers[7] == Approx(tick_place(drawing, "0", false)).margin(0.11));
  CHECK(numbers[3] - numbers[1] == Approx((numbers[7] - numbers[1]) / 4).margin(0.11));
  CHECK(numbers[0] == numbers[6]);
  CHECK(numbers[2] == numbers[4]);
}

TEST_CASE("report: a spread that is no number breaks the band, not the line", "[models][report]") {
  const Element figure = figure_of(chart_of({{"s", {1, 2, 3, 4, 5, 6}, {1, 2, 3, 4, 5, 6}, {1, 1, nan, 1, -1, 1}}}));
  const Element drawing = drawing_of(figure);
  CHECK(drawing.all("circle").size() == 6);
  CHECK(count_of_class(drawing, "path", "band") == 1);
  CHECK(count_of_class(drawing, "path", "line") == 3);  // the line, and two bars where a band would be one point wide
  CHECK(notes_of(figure) ==
        std::vector<std::string>{"2 points drawn without a band: the spread is not a finite number of at least 0."});
}

TEST_CASE("report: a band that reaches below zero ends at the edge of a logarithmic axis", "[models][report]") {
  LineChart chart = chart_of({{"s", {1, 2}, {1, 100}, {5, 200}}});
  chart.log_y = true;
  const Element figure = figure_of(chart);
  CHECK(notes_of(figure).empty());
  for (const Element* path : figure.all("path")) {
    CHECK(path->attribute("d").find("nan") == std::string::npos);
    CHECK(path->attribute("d").find("inf") == std::string::npos);
  }
}

TEST_CASE("report: 32 series look different, and the legend names each with its look", "[models][report]") {
  std::vector<Series> series;
  for (int i = 0; i < 33; ++i) series.push_back({fmt::format("s{}", i), {0, 1}, {0, 1.0 * i}, {}});
  const Element figure = figure_of(chart_of(series));
  std::set<std::string> looks;
  const auto items = figure.all("li");
  REQUIRE(items.size() == 33);
  const Element drawing = drawing_of(figure);
  std::vector<std::string> drawn;
  for (const Element* group : drawing.all("g")) {
    if (!group->has_class("dots")) continue;
    drawn.push_back(group->attribute("class").substr(5) + " " + group->children.front().attribute("class"));
  }
  REQUIRE(drawn.size() == 33);
  for (std::size_t i = 0; i < 33; ++i) {
    CHECK(items[i]->text == fmt::format("s{}", i));
    const Element& key = items[i]->children.front();
    const std::string look = key.attribute("class").substr(4) + " " + key.children.front().attribute("class");
    CHECK(look == drawn[i]);
    looks.insert(look);
  }
  CHECK(looks.size() == 32);
  CHECK(notes_of(figure) == std::vector<std::string>{"Colors and dashes repeat after 32 series."});
}

TEST_CASE("report: points that fall on one place are written once", "[models][report]") {
  Series series = long_series(100000);
  for (double& y : series.y) y = 1;
  CHECK(to_html(ReportPage{"t", {}, {chart_of({series})}}).size() < 120000);  // 6,800 places of about 12 bytes
}

TEST_CASE("report: a scatter has one unit for both axes and puts points where they are", "[models][report]") {
  for (const auto& [width, height] : {std::array{4.0, 1.0}, std::array{2.0, 80.0}}) {
    const Element figure = figure_of(Scatter{"h", "c", {{0, 0}, {width, 0}, {0, height}}, {}, {}, {}, {}, ""});
    const Element drawing = drawing_of(figure);
    const auto dots = drawing.all("circle");
    REQUIRE(dots.size() == 3);
    const double right = number(*dots[1], "cx") - number(*dots[0], "cx");
    const double up = number(*dots[0], "cy") - number(*dots[2], "cy");
    CHECK(right / width == Approx(up / height).epsilon(0.02));  // places are rounded to 0.1, the shorter is 10
    CHECK(number(*dots[0], "cx") == Approx(tick_place(drawing, "0", true)).margin(0.11));
    CHECK(number(*dots[0], "cy") == Approx(tick_place(drawing, "0", false)).margin(0.11));
    CHECK(number(*dots[1], "cy") == number(*dots[0], "cy"));
    CHECK(number(*dots[2], "cx") == number(*dots[0], "cx"));
    for (const Element* dot : dots) {
      CHECK((number(*dot, "cx") > 0 && number(*dot, "cx") < 720));
      CHECK((number(*dot, "cy") > 0 && number(*dot, "cy") < 440));
    }
  }
}

TEST_CASE("report: categories have looks that their legend shows, gray for none", "[models][report]") {
  Scatter scatter{"h", "c", {}, {}, {}, {}, {}, ""};
  for (std::int32_t c = 0; c < 64; ++c) {
    scatter.points.push_back({static_cast<double>(c % 8), 1.0 * c});
    scatter.category.push_back(c);
    scatter.category_names.push_back(fmt::format("class {}", c));
  }
  scatter.points.push_back({9, 9});
  scatter.category.push_back(-1);
  scatter.point_names.assign(65, "node");
  const Element figure = figure_of(scatter);
  const auto items = figure.all("li");
  REQUIRE(items.size() == 65);
  CHECK(items[64]->text == "no category");
  CHECK(items[64]->all("circle").front()->has_class("none"));

  // A look: the element, its class, and its outline without the place.
  const auto look = [](const Element& mark) {
    const std::string outline = mark.attribute("d");
    const std::size_t place_end = outline.find_first_of("hl");
    return mark.name + mark.attribute("class") + (mark.name == "path" ? outline.substr(place_end, 1) : "") +
           std::to_string(std::count(outline.begin(), outline.end(), 'v'));
  };
  std::set<std::string> looks;
  const Element drawing = drawing_of(figure);
  std::vector<const Element*> marks;
  for (const Element* group : drawing.all("g")) {
    if (!group->has_class("dots")) continue;
    for (const Element& mark : group->children) marks.push_back(&mark);
  }
  REQUIRE(marks.size() == 65);
  for (std::size_t i = 0; i < 64; ++i) {
    CHECK(look(*marks[i]) == look(items[i]->children.front().children.front()));
    CHECK(items[i]->text == fmt::format("class {}", i));
    CHECK(marks[i]->children.front().text == fmt::format("node: class {}", i));
    looks.insert(look(*marks[i]));
  }
  CHECK(looks.size() == 64);
  CHECK(marks[64]->has_class("none"));
  CHECK(marks[64]->children.front().text == "node");
  CHECK(notes_of(figure).empty());

  scatter.category_names.emplace_back("a 65th");
  CHECK(notes_of(figure_of(scatter)) == std::vector<std::string>{"Colors and shapes repeat after 64 categories."});
}

TEST_CASE("report: the legend of a scatter leaves out categories without a point", "[models][report]") {
  const Element figure = figure_of(Scatter{"h", "c", {{0, 0}, {nan, 1}}, {}, {2, 1}, {"a", "b", "c"}, {}, ""});
  REQUIRE(figure.all("li").size() == 1);
  CHECK(figure.all("li").front()->text == "c");
  CHECK(notes_of(figure) == std::vector<std::string>{"1 point not drawn: a coordinate is not a finite number."});
}

TEST_CASE("report: values are colored along the ramp, what is none is gray", "[models][report]") {
  const Element figure = figure_of(
      Scatter{"h", "c", {{0, 0}, {1, 0}, {2, 0}, {3, 0}, {4, 0}}, {}, {}, {}, {2, 6, 4, nan, infinity}, "hops"});
  const Element drawing = drawing_of(figure);
  const auto dots = drawing.all("circle");
  REQUIRE(dots.size() == 5);
  CHECK(dots[0]->attribute("color") == "#320368");
  CHECK(dots[1]->attribute("color") == "#eef171");
  CHECK(dots[2]->attribute("color") == "#0892a5");  // the middle of nine stops
  for (const std::size_t i : {3U, 4U}) {
    CHECK(dots[i]->has_class("none"));
    CHECK(dots[i]->attribute("color").empty());
  }
  CHECK(figure.all("li").front()->text == "no value");
  CHECK(figure.all("span").front()->text == "hops");
  const Element& ramp = *figure.all("svg")[1];
  const Element& bar = *ramp.all("rect").front();
  const auto labels = ramp.all("text");
  REQUIRE(labels.size() == 5);
  CHECK(labels.front()->text == "2");
  CHECK(number(*labels.front(), "x") == number(bar, "x"));
  CHECK(labels.back()->text == "6");
  CHECK(number(*labels.back(), "x") == number(bar, "x") + number(bar, "width"));
}

TEST_CASE("report: one value, or no value at all, is drawn", "[models][report]") {
  const Element one = figure_of(Scatter{"h", "c", {{0, 0}}, {}, {}, {}, {3}, "v"});
  CHECK(one.all("rect").size() == 1);
  const Element none = figure_of(Scatter{"h", "c", {{0, 0}}, {}, {}, {}, {nan}, "v"});
  CHECK(none.all("rect").empty());
  CHECK(none.all("circle").size() == 2);  // the point and its key
}

TEST_CASE("report: of more than 5,000 points a fixed fair sample is drawn and said to be one", "[models][report]") {
  Scatter scatter{"h", "c", {}, {}, {}, {}, {}, ""};
  for (int i = 0; i < 20000; ++i) {
    scatter.points.push_back({static_cast<double>(i % 200), 0.01 * i});
    scatter.point_names.push_back(std::to_string(i));
  }
  scatter.points[7] = {nan, 0};
  const std::string html = to_html(ReportPage{"t", {}, {scatter}});
  CHECK(html == to_html(ReportPage{"t", {}, {scatter}}));
  const Element figure = figure_of(scatter);
  CHECK(notes_of(figure) == std::vector<std::string>{"1 point not drawn: a coordinate is not a finite number.",
                                                     "A fixed random sample of 5000 out of 19999 points is drawn."});
  std::vector<int> drawn;
  const Element drawing = drawing_of(figure);
  for (const Element* dot : drawing.all("circle")) drawn.push_back(std::stoi(dot->children.front().text));
  REQUIRE(drawn.size() == 5000);
  CHECK(std::is_sorted(drawn.begin(), drawn.end()));
  CHECK(std::set<int>(drawn.begin(), drawn.end()).size() == 5000);
  // 1,250 are expected of each quarter, with a standard deviation below 31.
  for (int quarter = 0; quarter < 4; ++quarter) {
    const auto in_quarter = std::count_if(drawn.begin(), drawn.end(), [&](int i) { return i / 5000 == quarter; });
    CHECK(std::abs(static_cast<double>(in_quarter) - 1250) < 4 * 31);
  }
  // The frame is that of all points.
  scatter.points[123] = {5000, 0};
  const Element wide = drawing_of(figure_of(scatter));
  CHECK(tick_place(wide, "5000", true) > 0);
}

TEST_CASE("report: bars are as long as their values say, and the one that was chosen is full", "[models][report]") {
  BarChart chart;
  chart.heading = "h";
  chart.groups = {{"layer <1>", {"gcn", "sage", "gone"}, {0.5, 1, nan}, {}, 1}, {"fusion", {"sum"}, {2}, {"all"}, 0}};
  const Element drawing = drawing_of(figure_of(chart));
  const std::vector<const Element*> bars = drawing.all("path");
  REQUIRE(bars.size() == 3);  // none of what is no number
  const auto length = [](const Element* bar) {
    const std::string d = bar->attribute("d");
    return std::stod(d.substr(d.find('H') + 1)) - std::stod(d.substr(1));
  };
  CHECK(length(bars[0]) < length(bars[1]));
  CHECK(bars[0]->has_class("hollow"));
  CHECK(bars[1]->has_class("full"));
  std::string texts;
  for (const Element* text : drawing.all("text")) texts += text->text + "|";
  CHECK(texts.find("layer <1>|gcn|0.5|sage|1|gone|nan|fusion|sum|all|") != std::string::npos);
  chart.groups.front().values.pop_back();
  CHECK_THROWS_AS(to_html(ReportPage{"t", {}, {chart}}), ShapeError);
}

}  // namespace cairn
