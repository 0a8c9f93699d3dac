#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "benchmarks/encoding_experiments.h"
#include "benchmarks/ridge.h"
#include "core/error.h"
#include "core/rng.h"
#include "position/encodings.h"

namespace cairn::benchmarks {

namespace {

/// [points, signals] in [0, 1]: waves of every whole frequency below points / 2, with amplitude 1 / frequency and
/// random phases.
std::vector<double> random_signals(const SignalOptions& options) {
  std::vector<double> signals(static_cast<std::size_t>(options.points * options.signals));
  const Rng base = Rng(options.seed).split("signals");
  for (Index t = 0; t < options.signals; ++t) {
    Rng rng = base.split(static_cast<std::uint64_t>(t));
    std::vector<double> values(static_cast<std::size_t>(options.points), 0.0);
    for (Index frequency = 1; frequency < options.points / 2; ++frequency) {
      const double phase = 2 * std::numbers::pi * static_cast<double>(rng.uniform());
      for (Index i = 0; i < options.points; ++i) {
        const double turn = static_cast<double>(i * frequency % options.points) / static_cast<double>(options.points);
        values[static_cast<std::size_t>(i)] +=
            std::cos(2 * std::numbers::pi * turn + phase) / static_cast<double>(frequency);
      }
    }
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    const double least = *low;
    const double range = *high - least;
    for (Index i = 0; i < options.points; ++i) {
      signals[static_cast<std::size_t>(i * options.signals + t)] =
          (values[static_cast<std::size_t>(i)] - least) / range;
    }
  }
  return signals;
}

}  // namespace

std::vector<SignalRow> signal_readouts(const SignalOptions& options) {
  if (options.points < 8 || options.signals < 1) {
    throw UsageError(fmt::format("signals: expected at least 8 points and 1 signal, found {} and {}", options.points,
                                 options.signals));
  }
  const std::vector<double> signals = random_signals(options);
  Coordinates x{Tensor({options.points, 1}), {}, {}};
  std::vector<Index> train;
  std::vector<Index> test;
  for (Index i = 0; i < options.points; ++i) {
    x.values.at(i, 0) = static_cast<Real>(static_cast<double>(i) / static_cast<double>(options.points));
    (i % 2 == 0 ? train : test).push_back(i);
  }
  std::vector<SignalRow> rows;
  const auto add = [&](const char* label, const char* name, double width, Index count) {
    EncodingOptions encoding;
    encoding.name = name;
    encoding.width = width > 0 ? width : 1;
    encoding.count = count;
    encoding.ranges = {{0, 1}};
    encoding.seed = options.seed;
    const Tensor z = make_encoding(encoding, x)->encode(x);
    const std::vector<double> values = ridge_values(z, signals, options.signals, train, options.strength);
    rows.push_back({label, width, psnr(mean_square(values, signals, options.signals, train)),
                    psnr(mean_square(values, signals, options.signals, test))});
  };
  add("raw", "raw", 0, 0);
  add("pair", "linear", 0, 1);
  for (const double width : options.widths) add("gaussian", "gaussian", width, options.count);
  for (const double width : options.widths) add("rff", "rff", width, std::max<Index>(1, options.count / 2));
  return rows;
}

}  // namespace cairn::benchmarks
