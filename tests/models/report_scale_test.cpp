#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "models/report/scale.h"
#include "support/catch.h"

namespace cairn {

using report::linear_ticks;
using report::log_ticks;
using report::Range;
using report::Scale;
using report::Tick;
using report::widened;

namespace {

std::string labels(const std::vector<Tick>& ticks) {
  std::string result;
  for (const Tick& tick : ticks) result += (result.empty() ? "" : " ") + tick.label;
  return result;
}

}  // namespace

TEST_CASE("report: linear ticks are the known ones", "[models][report]") {
  CHECK(labels(linear_ticks(0, 1, 5)) == "0 0.2 0.4 0.6 0.8 1.0");
  CHECK(labels(linear_ticks(0, 1, 4)) == "0 0.5 1.0");
  CHECK(labels(linear_ticks(0, 10, 10)) == "0 1 2 3 4 5 6 7 8 9 10");
  CHECK(labels(linear_ticks(-3, 208, 9)) == "0 50 100 150 200");
  CHECK(labels(linear_ticks(-0.25, 0.25, 5)) == "-0.2 -0.1 0 0.1 0.2");
  CHECK(labels(linear_ticks(0.7, 0.70004, 4)) == "0.70000 0.70001 0.70002 0.70003 0.70004");
  CHECK(labels(linear_ticks(0, 3e6, 3)) == "0 1e6 2e6 3e6");
  CHECK(labels(linear_ticks(0, 1.6e-6, 4)) == "0 5e-7 1e-6 1.5e-6");
  CHECK(labels(linear_ticks(1000000, 1000040, 4)) == "1000000 1000010 1000020 1000030 1000040");
}

TEST_CASE("report: linear ticks are evenly spaced within the range, and no finer than asked", "[models][report]") {
  for (const double low : {-7.3e5, -1.0, 0.0, 1e-12, 0.1, 3.7, 9e200}) {
    for (const double length : {1e-7, 0.013, 0.1, 0.3, 1.0, 47.0, 1e9}) {
      const double high = low + length * std::max(1.0, std::abs(low));
      const std::vector<Tick> ticks = linear_ticks(low, high, 7);
      REQUIRE(ticks.size() >= 3);  // the next step is at most 2.5 times as long
      REQUIRE(ticks.size() <= 8);
      const double step = ticks[1].value - ticks[0].value;
      CHECK(step * 7 >= (high - low) * (1 - 1e-6));  // differences of close numbers lose digits
      CHECK(ticks.front().value >= low - 1e-6 * step);
      CHECK(ticks.back().value <= high + 1e-6 * step);
      CHECK(ticks.front().value - step < low);
      CHECK(ticks.back().value + step > high);
      for (std::size_t i = 1; i < ticks.size(); ++i) {
        CHECK(ticks[i].value - ticks[i - 1].value == Approx(step).epsilon(1e-6));
        CHECK(ticks[i].label != ticks[i - 1].label);
      }
    }
  }
}

TEST_CASE("report: a tick stands where its label says", "[models][report]") {
  for (const Tick& tick : linear_ticks(0, 1, 10)) CHECK(std::stod(tick.label) == tick.value);
  for (const Tick& tick : linear_ticks(-4e-9, 9e-9, 6))
    CHECK(std::stod(tick.label) == Approx(tick.value).epsilon(1e-12));
  for (const Tick& tick : log_ticks(1e-7, 1e8, 20)) CHECK(std::stod(tick.label) == Approx(tick.value).epsilon(1e-12));
}

TEST_CASE("report: logarithmic ticks are decades, or 1, 2, 5 where those are few", "[models][report]") {
  CHECK(labels(log_ticks(1, 1000, 7)) == "1 10 100 1000");
  CHECK(labels(log_ticks(0.0009, 1.1e6, 12)) == "0.001 0.01 0.1 1 10 100 1000 10000 100000 1e6");
  CHECK(labels(log_ticks(0.0009, 1.1e6, 5)) == "0.01 1 100 10000 1e6");
  CHECK(labels(log_ticks(0.9, 70, 7)) == "1 2 5 10 20 50");
  CHECK(labels(log_ticks(3, 3.1, 5)) == "3.00 3.02 3.04 3.06 3.08 3.10");
}

TEST_CASE("report: a scale puts values at known pixels", "[models][report]") {
  const Scale linear({0, 10}, false, 100, 300);
  CHECK(linear.pixel(0) == 100);
  CHECK(linear.pixel(2.5) == 150);
  CHECK(linear.pixel(10) == 300);
  const Scale upward({1, 100}, true, 330, 30);
  CHECK(upward.pixel(1) == Approx(330));
  CHECK(upward.pixel(10) == Approx(180));
  CHECK(upward.pixel(100) == Approx(30));
}

TEST_CASE("report: a widened range has a length, whatever it was", "[models][report]") {
  const Range wide = widened({0, 10}, false, 0.05);
  CHECK(wide.low == Approx(-0.5));
  CHECK(wide.high == Approx(10.5));
  const Range decades = widened({1, 100}, true, 0.5);
  CHECK(decades.low == Approx(0.1));
  CHECK(decades.high == Approx(1000));
  CHECK(widened({0, 0}, false, 0.05).low == -1);
  CHECK(widened({5, 5}, false, 0.05).high == Approx(5.5));
  CHECK(widened({-5, -5}, false, 0.05).low == Approx(-5.5));
  CHECK(widened({8, 8}, true, 0.05).high == Approx(16));
  CHECK(widened({0.7, 0.7 + 1e-15}, false, 0.05).high == Approx(0.77));
  CHECK(widened({}, false, 0.05).high == 1);
  CHECK(widened({}, true, 0.05).high == 10);
}

TEST_CASE("report: ranges at the edge of what has a place still get ticks and finite pixels", "[models][report]") {
  for (const auto& [low, high, logarithmic] :
       {std::tuple{-1e300, 1e300, false}, std::tuple{0.0, 1e-279, false}, std::tuple{1e-280, 1e300, true},
        std::tuple{0.0, 5e-324, false}, std::tuple{1e-280, 1.1e-280, true}, std::tuple{1e300, 1e300, true}}) {
    Range range;
    range.include(low);
    range.include(high);
    CAPTURE(low, high);
    const Scale scale(widened(range, logarithmic, 0.05), logarithmic, 0, 100);
    CHECK(scale.ticks(7).size() >= 2);
    CHECK(scale.ticks(7).size() <= 15);
    CHECK((scale.pixel(low) >= 0 && scale.pixel(low) <= scale.pixel(high) && scale.pixel(high) <= 100));
  }
  CHECK_FALSE(report::has_place(std::numeric_limits<double>::quiet_NaN(), false));
  CHECK_FALSE(report::has_place(-std::numeric_limits<double>::infinity(), false));
  CHECK_FALSE(report::has_place(0, true));
  CHECK_FALSE(report::has_place(-1, true));
  CHECK(report::has_place(-1, false));
}

}  // namespace cairn
