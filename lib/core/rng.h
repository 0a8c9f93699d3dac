#pragma once

#include <cstdint>
#include <string_view>

#include "core/types.h"

namespace cairn {

/// 64-bit finalizer: every input bit flips each output bit with probability near one half, and no two inputs collide.
/// Source: the output function of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014), constants of Stafford's variant 13.
constexpr std::uint64_t mix_bits(std::uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

/// Key of the stream `name` below `key`: a pure function, so that no stream depends on the order in which others draw.
std::uint64_t stream_key(std::uint64_t key, std::string_view name);
std::uint64_t stream_key(std::uint64_t key, std::uint64_t number);

namespace detail {

/// x, an index or a vector of them, becomes draw_bits of each. In place: vectors that the caller's instruction set has
/// may not be passed by value from here.
template <class Bits>
__attribute__((always_inline)) constexpr void index_to_draw(std::uint64_t key, Bits& x) {
  x ^= static_cast<std::uint32_t>(key);
  x = (x ^ (x >> 16)) * 0x21f0aaadU;
  x = (x ^ (x >> 15)) * 0x735a2d97U;
  x = (x ^ (x >> 15)) + static_cast<std::uint32_t>(key >> 32);
  x = (x ^ (x >> 16)) * 0x21f0aaadU;
  x = (x ^ (x >> 15)) * 0x735a2d97U;
  x ^= x >> 15;
}

}  // namespace detail

/// 32 random bits, draw `index` of the stream `key`. Two rounds of a 32-bit multiply-and-shift hash, the key entering
/// before each: cheap, and free of 64-bit products, so that compilers turn a loop over `index` into vector code.
/// Indices repeat after 2^32 draws unless the key changes.
constexpr std::uint32_t draw_bits(std::uint64_t key, std::uint32_t index) {
  detail::index_to_draw(key, index);
  return index;
}

/// Counter-based random numbers: draw i is mix_bits(key + i * odd constant), so a state is two integers, and streams
/// split off by name are independent of how much was drawn before. The same bits on every machine for integers; reals
/// also depend on the machine's logarithm and cosine.
class Rng {
 public:
  explicit Rng(std::uint64_t seed);

  /// An independent stream; does not draw from, and does not change, this one.
  Rng split(std::string_view stream) const;
  Rng split(std::uint64_t stream) const;

  std::uint64_t bits();
  /// Uniform in [0, 1).
  Real uniform();
  /// Uniform in [low, high).
  Real uniform(Real low, Real high) { return low + (high - low) * uniform(); }
  /// Standard normal.
  Real normal();
  /// Uniform in 0 .. bound - 1, without bias. bound > 0.
  Index below(Index bound);

  /// For layers whose draws are pure functions of (key, step, element).
  std::uint64_t key() const { return key_; }

 private:
  struct FromKey {};
  Rng(FromKey, std::uint64_t key) : key_(key) {}

  std::uint64_t key_;
  std::uint64_t counter_ = 0;
};

}  // namespace cairn
