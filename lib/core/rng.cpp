#include "core/rng.h"

#include <cmath>
#include <numbers>

namespace cairn {

namespace {
constexpr std::uint64_t golden =
    0x9e3779b97f4a7c15ULL;  // 2^64 / golden ratio: odd, so key + i * golden visits all states

/// Uniform in [0, 1) with 53 bits.
double unit_double(std::uint64_t bits) { return static_cast<double>(bits >> 11) * 0x1.0p-53; }
}  // namespace

std::uint64_t stream_key(std::uint64_t key, std::string_view name) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;  // FNV-1a
  for (const char letter : name) hash = (hash ^ static_cast<unsigned char>(letter)) * 0x100000001b3ULL;
  return mix_bits(mix_bits(key) ^ hash);
}

std::uint64_t stream_key(std::uint64_t key, std::uint64_t number) {
  return mix_bits(mix_bits(key) + golden * (number + 1));
}

Rng::Rng(std::uint64_t seed) : key_(mix_bits(seed + golden)) {}

Rng Rng::split(std::string_view stream) const { return Rng(FromKey{}, stream_key(key_, stream)); }
Rng Rng::split(std::uint64_t stream) const { return Rng(FromKey{}, stream_key(key_, stream)); }

std::uint64_t Rng::bits() { return mix_bits(key_ + golden * ++counter_); }

Real Rng::uniform() {
  // 24 bits are all that a float holds below 1; rounding more of them could give 1 itself.
  if constexpr (sizeof(Real) == sizeof(float)) return static_cast<Real>(static_cast<double>(bits() >> 40) * 0x1.0p-24);
  return static_cast<Real>(unit_double(bits()));
}

Real Rng::normal() {
  const double radius = std::sqrt(-2.0 * std::log(1.0 - unit_double(bits())));  // 1 - u is in (0, 1]: its log is finite
  const double angle = 2.0 * std::numbers::pi * unit_double(bits());
  return static_cast<Real>(radius * std::cos(angle));
}

Index Rng::below(Index bound) {
  const auto range = static_cast<std::uint64_t>(bound);
  const std::uint64_t reject_below = (0 - range) % range;  // 2^64 mod range: draws under it would favor small results
  std::uint64_t draw = bits();
  while (draw < reject_below) draw = bits();
  return static_cast<Index>(draw % range);
}

}  // namespace cairn
