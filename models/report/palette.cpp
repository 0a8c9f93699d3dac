#include "models/report/palette.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace cairn::report {

namespace {

using Rgb = std::array<double, 3>;

// Even steps of lightness (0.28 to 0.93) and of hue (295 to 110 degrees) in OKLCh, chroma 0.15 or what sRGB can show.
constexpr std::array<Rgb, 9> stops{{{0x32, 0x03, 0x68},
                                    {0x30, 0x2b, 0x89},
                                    {0x0c, 0x4f, 0xa4},
                                    {0x05, 0x73, 0xa0},
                                    {0x08, 0x92, 0xa5},
                                    {0x0e, 0xb1, 0xa7},
                                    {0x3d, 0xd0, 0x96},
                                    {0x9f, 0xe4, 0x7e},
                                    {0xee, 0xf1, 0x71}}};

}  // namespace

std::string ramp_color(double share) {
  constexpr auto pieces = static_cast<double>(stops.size() - 1);
  const double place = std::clamp(share, 0.0, 1.0) * pieces;
  const auto stop = static_cast<std::size_t>(std::min(std::floor(place), pieces - 1));
  const double rest = place - static_cast<double>(stop);
  std::string color = "#";
  for (std::size_t i = 0; i < 3; ++i) {
    const double value = stops[stop][i] + rest * (stops[stop + 1][i] - stops[stop][i]);
    color += fmt::format("{:02x}", std::lround(value));
  }
  return color;
}

std::string ramp_stops() {
  std::string result;
  for (std::size_t i = 0; i < stops.size(); ++i) {
    const double share = static_cast<double>(i) / static_cast<double>(stops.size() - 1);
    result += fmt::format("<stop offset=\"{}\" stop-color=\"{}\"/>", share, ramp_color(share));
  }
  return result;
}

}  // namespace cairn::report
