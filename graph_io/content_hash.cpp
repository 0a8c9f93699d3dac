#include "graph_io/content_hash.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

#include "core/parallel.h"
#include "core/rng.h"

namespace cairn {

namespace {

constexpr std::size_t word_bytes = sizeof(std::uint64_t);
constexpr Index block_bytes = Index{1} << 18;

/// One-to-one in either argument while the other stays: no change of a single word is lost on the way.
std::uint64_t step(std::uint64_t state, std::uint64_t word) {
  const std::uint64_t product = (state ^ word) * 0xd1342543de82ef95ULL;
  return product ^ (product >> 32);
}

std::uint64_t word_at(const std::byte* bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, word_bytes);
  return word;
}

/// Four chains side by side: a product has to wait for the one before it in its chain alone.
std::uint64_t hash_of_block(std::span<const std::byte> bytes) {
  std::array<std::uint64_t, 4> chains{0x243f6a8885a308d3ULL, 0x13198a2e03707344ULL, 0xa4093822299f31d0ULL,
                                      0x082efa98ec4e6c89ULL};  // digits of pi
  std::size_t at = 0;
  for (; at + 4 * word_bytes <= bytes.size(); at += 4 * word_bytes) {
    for (std::size_t c = 0; c < 4; ++c) chains[c] = step(chains[c], word_at(bytes.data() + at + c * word_bytes));
  }
  std::uint64_t state = bytes.size();
  for (; at < bytes.size(); at += word_bytes) {
    std::array<std::byte, word_bytes> last{};
    std::copy_n(bytes.data() + at, std::min(word_bytes, bytes.size() - at), last.data());
    state = step(state, word_at(last.data()));
  }
  for (const std::uint64_t chain : chains) state = mix_bits(state ^ chain) + 0x9e3779b97f4a7c15ULL;
  return state;
}

std::uint64_t hash_of(std::span<const std::byte> bytes) {
  const auto size = static_cast<Index>(bytes.size());
  std::vector<std::uint64_t> blocks(static_cast<std::size_t>((size + block_bytes - 1) / block_bytes));
  parallel_blocks(size, block_bytes, [&](Index begin, Index end) {
    blocks[static_cast<std::size_t>(begin / block_bytes)] =
        hash_of_block(bytes.subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin)));
  });
  return hash_of_block(std::as_bytes(std::span(blocks)));
}

std::uint64_t hash_of(std::string_view text) { return hash_of_block(std::as_bytes(std::span(text))); }

}  // namespace

std::string content_hash(const NamedViews& tensors) {
  std::uint64_t state = tensors.arrays.size();
  for (const auto& [name, text] : tensors.metadata) {
    state = step(step(state, hash_of(name)), hash_of(text));
  }
  for (const auto& [name, array] : tensors.arrays) {
    state = step(step(state, hash_of(name)), array.values.index());
    for (int axis = 0; axis < array.shape.rank(); ++axis) {
      state = step(state, static_cast<std::uint64_t>(array.shape[axis]));
    }
    state = step(state, std::visit([](const auto& values) { return hash_of(std::as_bytes(values)); }, array.values));
  }
  return fmt::format("{:016x}", mix_bits(state));
}

}  // namespace cairn
