#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace cairn::report {

/// Colors told apart by people of any color vision: under simulated protanopia and deuteranopia every two of a row
/// differ by at least 0.15 in the OKLab space, under tritanopia by 0.09, and each has a contrast of at least 3 to its
/// background. Color i of both rows stands for the same thing.
/// Source: searched for by us; the simulation is that of Machado, Oliveira and Fernandes, IEEE TVCG 15 (2009).
inline constexpr std::size_t color_count = 8;
inline constexpr std::array<std::string_view, color_count> light_colors{"#7128d0", "#be8b00", "#105165", "#e0569e",
                                                                        "#4593ff", "#351a00", "#7d610a", "#00008a"};
inline constexpr std::array<std::string_view, color_count> dark_colors{"#a3b1fe", "#b29000", "#1ede9b", "#d922a9",
                                                                       "#b1ffff", "#915a2e", "#e6ff36", "#2b82fe"};
inline constexpr std::string_view light_paper = "#ffffff";
inline constexpr std::string_view dark_paper = "#15191d";

/// Color of a share of 0 .. 1 on a ramp from dark violet over blue and green to yellow, "#rrggbb": lightness rises
/// evenly, so that it orders values without color as well. Outside 0 .. 1 the nearer end; not for NaN.
std::string ramp_color(double share);

/// A gradient's stops, evenly spaced, between which ramp_color() is linear: <stop .../> elements.
std::string ramp_stops();

}  // namespace cairn::report
