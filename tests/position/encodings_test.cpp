#include "position/encodings.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "core/error.h"
#include "position/axis_grid.h"
#include "support/axis_coordinates.h"
#include "support/catch.h"
#include "support/tensors.h"
#include "support/threads.h"

using namespace cairn;
using support::on_axes;
using support::whole_numbers;
using support::with_unknown;

namespace {

EncodingOptions options_of(std::string_view name, EncodingMode mode = EncodingMode::simple) {
  EncodingOptions options;
  options.name = name;
  options.mode = mode;
  return options;
}

/// Positions of 60 nodes on three axes; node 7 misses one, node 9 all.
Coordinates some_coordinates() {
  Rng rng(5);
  std::vector<std::vector<double>> axes(3);
  for (auto& axis : axes) {
    for (int i = 0; i < 60; ++i) axis.push_back(static_cast<double>(rng.below(12)));
  }
  return with_unknown(on_axes(axes), {{7, 1}, {9, 0}, {9, 1}, {9, 2}});
}

/// Every name in every mode that it has.
std::vector<EncodingOptions> all_options() {
  std::vector<EncodingOptions> all;
  for (const EncodingKind& kind : encoding_kinds()) {
    all.push_back(options_of(kind.name));
    if (kind.has_product) all.push_back(options_of(kind.name, EncodingMode::product));
  }
  return all;
}

double norm(std::span<const Real> row) {
  double squares = 0;
  for (const Real value : row) squares += static_cast<double>(value) * static_cast<double>(value);
  return std::sqrt(squares);
}

}  // namespace

TEST_CASE("encodings: a saved encoding gives the same bits for nodes that it never saw", "[position][encodings]") {
  const Coordinates data = some_coordinates();
  const Coordinates unseen = on_axes({{-3, 2.5, 40}, {0, 1, 2}, {11.25, 6, 7}});
  for (const EncodingOptions& options : all_options()) {
    INFO(options.name << " " << static_cast<int>(options.mode));
    const auto encoding = make_encoding(options, data);
    NamedTensors saved;
    saved.metadata["other.name"] = "not an encoding";
    encoding->save(saved, "position.0.");
    const auto loaded = load_encoding(saved, "position.0.");
    CHECK(loaded->name() == options.name);
    CHECK(loaded->mode() == encoding->mode());
    CHECK(support::same_bits(loaded->encode(unseen), encoding->encode(unseen)));
    CHECK(support::same_bits(loaded->encode(data), encoding->encode(data)));
  }
}

TEST_CASE("encodings: what is missing in a file, or was not saved by an encoding, is refused by name",
          "[position][encodings]") {
  const Coordinates data = some_coordinates();
  for (const EncodingOptions& options : all_options()) {
    INFO(options.name << " " << static_cast<int>(options.mode));
    NamedTensors saved;
    make_encoding(options, data)->save(saved, "e.");
    for (const auto& [name, array] : saved.arrays) {
      INFO(name);
      NamedTensors less = saved;
      less.arrays.erase(name);
      CHECK_THROWS_WITH(load_encoding(less, "e."), Catch::Contains(name));
      NamedTensors longer = saved;
      auto& values = longer.arrays.at(name).values;
      std::visit([](auto& list) { list.push_back(1); }, values);
      CHECK_THROWS_WITH(load_encoding(longer, "e."), Catch::Contains(name));
      if (auto* numbers = std::get_if<std::vector<double>>(&values); numbers != nullptr) {
        numbers->pop_back();
        if (numbers->empty()) continue;
        numbers->back() = std::numeric_limits<double>::quiet_NaN();
        CHECK_THROWS_WITH(load_encoding(longer, "e."), Catch::Contains(name) && Catch::Contains("finite"));
      }
    }
    NamedTensors unknown = saved;
    unknown.metadata["e.name"] = "wavelet";
    CHECK_THROWS_WITH(load_encoding(unknown, "e."), Catch::Contains("wavelet") && Catch::Contains("gaussian"));
    unknown = saved;
    unknown.metadata["e.mode"] = "sum";
    CHECK_THROWS_WITH(load_encoding(unknown, "e."), Catch::Contains("e.mode"));
  }
}

TEST_CASE("encodings: the largest row has norm 1, rows are as wide as told, and a node without coordinates is zeros",
          "[position][encodings]") {
  const Coordinates data = some_coordinates();
  for (const EncodingOptions& options : all_options()) {
    INFO(options.name << " " << static_cast<int>(options.mode));
    const auto encoding = make_encoding(options, data);
    const Tensor rows = encoding->encode(data);
    REQUIRE(rows.shape() == Shape{60, encoding->width()});
    double largest = 0;
    for (Index node = 0; node < 60; ++node) largest = std::max(largest, norm(rows.row(node)));
    CHECK(largest == Approx(1).epsilon(1e-6));
    CHECK(norm(rows.row(9)) == 0);
    CHECK(norm(rows.row(7)) > 0);
    // A hat that meets only a shift or two is small, a bump near the border too; none is next to nothing.
    if (options.name != "raw") {
      for (Index node = 0; node < 60; ++node) CHECK((node == 9 || norm(rows.row(node)) > 0.3));
    }
  }
}

TEST_CASE("encodings: rows do not depend on the number of threads or on the other nodes", "[position][encodings]") {
  Rng rng(8);
  std::vector<std::vector<double>> axes(2);
  for (auto& axis : axes) {
    for (int i = 0; i < 300; ++i) axis.push_back(static_cast<double>(rng.uniform(0, 30)));
  }
  const Coordinates data = on_axes(axes);
  for (EncodingOptions options : all_options()) {
    INFO(options.name << " " << static_cast<int>(options.mode));
    options.landmarks = 40;
    Tensor one;
    {
      const support::Threads threads(1);
      one = make_encoding(options, data)->encode(data);
    }
    const support::Threads threads(4);
    const auto encoding = make_encoding(options, data);
    CHECK(support::same_bits(encoding->encode(data), one));
    const Tensor alone = encoding->encode(on_axes({{axes[0][123]}, {axes[1][123]}}));
    const Tensor among({1, one.columns()}, one.row(123));
    // A product with fewer rows may add in another order.
    CHECK(support::max_difference(alone, among) < (options.mode == EncodingMode::simple ? 0 + 1e-30 : 1e-6));
  }
}

TEST_CASE("encodings: with one hop of width, impulse is the one-hot of hops and keeps a place for later ones",
          "[position][encodings]") {
  EncodingOptions options = options_of("impulse");
  options.width = 1;
  const auto encoding = make_encoding(options, on_axes({whole_numbers(9)}));
  const Tensor rows = encoding->encode(on_axes({{0, 3, 3, 10, 4.4, 3.6, 200}}));
  std::vector<Index> ones;
  for (Index i = 0; i < 6; ++i) {
    CHECK(norm(rows.row(i)) == 1);
    ones.push_back(std::max_element(rows.row(i).begin(), rows.row(i).end()) - rows.row(i).begin());
  }
  CHECK(ones[1] - ones[0] == 3);
  CHECK(ones[1] == ones[2]);
  CHECK(ones[3] - ones[0] == 10);
  CHECK(ones[4] - ones[0] == 4);
  CHECK(ones[5] - ones[0] == 4);
  CHECK(norm(rows.row(6)) == 0);
  CHECK(encoding->count_outside(on_axes({{0, 3, 10, 200, -50}})) == 2);
}

TEST_CASE("axis grid: whole hops stand on places for every margin, and given counts and ranges are kept",
          "[position][encodings]") {
  EncodingOptions options;
  for (const double margin : {-1.0, 0.0, 0.3, 2.0, 2.7}) {
    options.margin = margin;
    const AxisGrid grid = fit_grids(on_axes({{1, 7, 4}}), options, 0.5).front();
    INFO("margin " << margin);
    CHECK(grid.spacing == 0.5);
    CHECK(std::abs(std::remainder(1 - grid.low, 0.5)) < 1e-12);
    const double around = margin < 0 ? 4 : margin;  // two widths
    CHECK((grid.low <= 1 - around && grid.low > 1 - around - 0.5));
    const double high = grid.place(grid.count - 1);
    CHECK((high >= 7 + around && high < 7 + around + 0.5));
  }
  options.margin = 1;
  options.count = 9;
  const AxisGrid counted = fit_grids(on_axes({{1, 7, 4}}), options, 0.5).front();
  CHECK((counted.count == 9 && counted.low == 0 && counted.place(8) == Approx(8)));
  options.ranges = {{-2, 7}};
  const AxisGrid given = fit_grids(on_axes({{1, 7, 4}}), options, 0.5).front();
  CHECK((given.count == 9 && given.low == -2 && given.spacing == Approx(1)));
}

TEST_CASE("encodings: away from the border a gaussian row says only how far two places are apart",
          "[position][encodings]") {
  const Coordinates places = on_axes({{10, 11.3, 17, 20, 21.3, 27}});
  EncodingOptions options = options_of("gaussian");
  const Tensor rows = make_encoding(options, on_axes({whole_numbers(38)}))->encode(places);
  const auto kernel = [&](Index a, Index b) {
    double product = 0;
    for (Index j = 0; j < rows.columns(); ++j) product += static_cast<double>(rows.at(a, j) * rows.at(b, j));
    return product / norm(rows.row(a)) / norm(rows.row(b));
  };
  // Shifts a width apart leave a ripple of 2 exp(-pi^2) = 1e-4.
  CHECK(kernel(0, 1) == Approx(std::exp(-1.3 * 1.3 / 16)).margin(3e-4));
  CHECK(kernel(1, 2) == Approx(std::exp(-5.7 * 5.7 / 16)).margin(3e-4));
  CHECK(kernel(3, 5) == Approx(kernel(0, 2)).margin(3e-4));
  CHECK(kernel(2, 5) == Approx(std::exp(-100.0 / 16)).margin(3e-4));
}

TEST_CASE("encodings: random frequencies near the kernel of a gaussian of their width", "[position][encodings]") {
  EncodingOptions options = options_of("rff");
  options.width = 1.5;
  options.count = 20000;
  const Coordinates one = on_axes({{0, 0.5, 2, 3, 6}});
  const Tensor rows = make_encoding(options, one)->encode(one);
  options.mode = EncodingMode::product;
  const Coordinates two = with_unknown(on_axes({{0, 1, 2, 0}, {0, 2, 2, 0}}), {{3, 1}});
  const Tensor products = make_encoding(options, two)->encode(two);
  const auto dot = [](const Tensor& x, Index a, Index b) {
    double sum = 0;
    for (Index j = 0; j < x.columns(); ++j) sum += static_cast<double>(x.at(a, j) * x.at(b, j));
    return sum;
  };
  const double tolerance = 0.02;  // 3 / sqrt(20000), the deviation of a mean of cosines
  for (const Index i : {1, 2, 3, 4}) {
    const double u = static_cast<double>(one.values.at(i, 0));
    CHECK(dot(rows, 0, i) == Approx(std::exp(-u * u / 9)).margin(tolerance));
  }
  CHECK(dot(products, 0, 1) == Approx(std::exp(-(1.0 + 4.0) / 9)).margin(tolerance));
  CHECK(dot(products, 1, 2) == Approx(std::exp(-1.0 / 9)).margin(tolerance));
  CHECK(dot(products, 0, 3) == Approx(0).margin(tolerance));
  CHECK(dot(products, 3, 3) == Approx(1).margin(1e-5));
}

TEST_CASE("encodings: seeds decide the draws", "[position][encodings]") {
  const Coordinates data = some_coordinates();
  for (const std::string_view name : {"rff", "noise"}) {
    EncodingOptions options = options_of(name);
    const Tensor first = make_encoding(options, data)->encode(data);
    CHECK(support::same_bits(make_encoding(options, data)->encode(data), first));
    options.seed = 1;
    CHECK(support::max_difference(make_encoding(options, data)->encode(data), first) > 0.01);
  }
}

TEST_CASE("encodings: diagonals are half sums and half differences, unknown where an axis is",
          "[position][encodings]") {
  const Coordinates wide = with_diagonals(with_unknown(on_axes({{1, 2}, {4, 5}, {6, 8}}), {{1, 1}}));
  CHECK(support::max_difference(wide.values, Tensor({2, 9}, {1, 4, 6, Real(2.5), Real(-1.5), Real(3.5), Real(-2.5), 5,
                                                             -1, 2, 0, 8, 0, 0, 5, -3, 0, 0})) == 0);
  CHECK(wide.valid == std::vector<std::uint8_t>{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 0, 0, 1, 1, 0, 0});
}

TEST_CASE("encodings: one node, a constant axis and an axis that nobody knows give finite rows",
          "[position][encodings]") {
  const std::vector<Coordinates> odd{on_axes({{3}}), on_axes({{2, 2, 2}, {0, 1, 2}}),
                                     with_unknown(on_axes({{0, 0}, {0, 5}}), {{0, 0}, {1, 0}})};
  for (const Coordinates& data : odd) {
    for (EncodingOptions options : all_options()) {
      for (const double margin : {-1.0, 0.0}) {
        INFO(options.name << " " << static_cast<int>(options.mode) << " margin " << margin);
        options.margin = margin;
        const Tensor rows = make_encoding(options, data)->encode(data);
        CHECK(rows.columns() > 0);
        CHECK(std::all_of(rows.values().begin(), rows.values().end(), [](Real value) { return std::isfinite(value); }));
      }
    }
  }
}

TEST_CASE("encodings: values that make no sense are refused", "[position][encodings]") {
  const Coordinates data = some_coordinates();
  const auto refused = [&](auto change, const char* word) {
    EncodingOptions options;
    change(options);
    CHECK_THROWS_AS(make_encoding(options, data), UsageError);
    CHECK_THROWS_WITH(make_encoding(options, data), Catch::Contains(word));
  };
  refused([](auto& o) { o.name = "wavelet"; }, "known: raw, impulse");
  refused([](auto& o) { o.width = 0; }, "width above 0, found 0");
  refused([](auto& o) { o.width = -2; }, "width above 0, found -2");
  refused([](auto& o) { o.width = std::numeric_limits<double>::infinity(); }, "width");
  refused([](auto& o) { o.width = 1e-6; }, "columns an axis");
  refused([](auto& o) { o.count = -1; }, "count");
  refused([](auto& o) { o.count = 100000; }, "columns an axis");
  refused([](auto& o) { o.margin = std::nan(""); }, "margin");
  refused([](auto& o) { o.circular = true; }, "circular");
  refused([](auto& o) { o.ranges = {{0, 1}, {0, 1}}; }, "expected 1 range or 3, found 2");
  refused([](auto& o) { o.ranges = {{1, 1}}; }, "from low to high");
  refused([](auto& o) { o = options_of("raw", EncodingMode::product); }, "product");
  for (const Index landmarks : {0, 8193}) {
    refused([&](auto& o) { o.mode = EncodingMode::product, o.landmarks = landmarks; }, "landmarks");
  }
  for (const EncodingOptions& options : all_options()) {
    CHECK_THROWS_AS(make_encoding(options, Coordinates{Tensor({0, 2}), {}, {}}), UsageError);
    CHECK_THROWS_AS(make_encoding(options, Coordinates{Tensor({2, 0}), {}, {}}), UsageError);
    Coordinates bad = on_axes({{1, std::nan("")}});
    CHECK_THROWS_AS(make_encoding(options, bad), NumericError);
    const auto encoding = make_encoding(options, data);
    CHECK_THROWS_AS(encoding->encode(on_axes({{1, 2}})), ShapeError);
    CHECK_THROWS_AS(encoding->count_outside(on_axes({{1, 2}})), ShapeError);
  }
  EncodingOptions product = options_of("gaussian", EncodingMode::product);
  const Coordinates unknown = with_unknown(on_axes({{0}}), {{0, 0}});
  CHECK_THROWS_WITH(make_encoding(product, unknown), Catch::Contains("landmarks"));
}

TEST_CASE("encodings: names in the table are different, and each makes what it says", "[position][encodings]") {
  std::set<std::string_view> names(encoding_names().begin(), encoding_names().end());
  CHECK(names.size() == encoding_kinds().size());
  for (const EncodingKind& kind : encoding_kinds()) {
    CHECK(!kind.summary.empty());
    CHECK(make_encoding(options_of(kind.name), some_coordinates())->name() == kind.name);
  }
}
