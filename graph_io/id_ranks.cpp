#include "graph_io/id_ranks.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <limits>
#include <utility>

#include "core/error.h"
#include "core/parallel.h"
#include "core/rng.h"

namespace cairn {

namespace {

constexpr Index block_ids = Index{1} << 16;
constexpr std::uint64_t spread_per_id = 32;
constexpr std::uint64_t least_spread = std::uint64_t{1} << 20;  // 192 KiB: cheaper than thinking about it

struct Limits {
  std::int64_t low = std::numeric_limits<std::int64_t>::max();
  std::int64_t high = std::numeric_limits<std::int64_t>::min();
};

Limits limits_of(const IdColumn& column) {
  return std::visit(
      [](auto ids) {
        const auto count = static_cast<Index>(ids.size());
        std::vector<Limits> partial(static_cast<std::size_t>((count + block_ids - 1) / block_ids));
        parallel_blocks(count, block_ids, [&](Index begin, Index end) {
          auto low = ids[static_cast<std::size_t>(begin)];
          auto high = low;
          for (Index i = begin; i < end; ++i) {
            low = std::min(low, ids[static_cast<std::size_t>(i)]);
            high = std::max(high, ids[static_cast<std::size_t>(i)]);
          }
          partial[static_cast<std::size_t>(begin / block_ids)] = {low, high};
        });
        Limits all;
        for (const Limits& part : partial) all = {std::min(all.low, part.low), std::max(all.high, part.high)};
        return all;
      },
      column);
}

}  // namespace

IdRanks::IdRanks(std::span<const IdColumn> columns) {
  Limits all;
  std::uint64_t total = 0;
  for (const IdColumn& column : columns) {
    const Limits part = limits_of(column);
    all = {std::min(all.low, part.low), std::max(all.high, part.high)};
    total += std::visit([](auto ids) { return ids.size(); }, column);
  }
  if (total == 0) {
    identity_ = true;
    return;
  }
  lowest_ = all.low;
  const std::uint64_t last = static_cast<std::uint64_t>(all.high) - static_cast<std::uint64_t>(all.low);
  if (last < spread_per_id * total + least_spread) {
    mark(columns, last + 1);
  } else {
    collect(columns);
  }
}

void IdRanks::mark(std::span<const IdColumn> columns, std::uint64_t spread) {
  words_.assign(spread / 64 + 1, 0);
  for (const IdColumn& column : columns) {
    std::visit(
        [&](auto ids) {
          parallel_blocks(static_cast<Index>(ids.size()), block_ids, [&](Index begin, Index end) {
            for (Index i = begin; i < end; ++i) {
              const auto place =
                  static_cast<std::uint64_t>(ids[static_cast<std::size_t>(i)]) - static_cast<std::uint64_t>(lowest_);
              // Most ids come often: looking before writing keeps the words shared between the caches.
              std::atomic_ref<std::uint64_t> word(words_[place / 64]);
              const std::uint64_t bit = std::uint64_t{1} << (place % 64);
              if ((word.load(std::memory_order_relaxed) & bit) == 0) word.fetch_or(bit, std::memory_order_relaxed);
            }
          });
        },
        column);
  }
  ranks_before_.resize(words_.size());
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < words_.size(); ++i) {
    ranks_before_[i] = static_cast<std::uint32_t>(count);
    count += static_cast<std::uint64_t>(std::popcount(words_[i]));
    if (count > static_cast<std::uint64_t>(std::numeric_limits<NodeId>::max()))
      throw Error("expected at most 2147483647 nodes");
  }
  count_ = static_cast<Index>(count);
  identity_ = lowest_ == 0 && count == spread;
  if (identity_) {
    words_ = {};
    ranks_before_ = {};
  }
}

void IdRanks::collect(std::span<const IdColumn> columns) {
  keys_.assign(1024, 0);
  ranks_.assign(1024, -1);
  const auto insert = [&](std::int64_t id) {
    const std::size_t slot = slot_of(id);
    if (ranks_[slot] >= 0) return false;
    keys_[slot] = id;
    ranks_[slot] = 0;
    return true;
  };
  const auto grow = [&] {
    const std::vector<std::int64_t> keys = std::exchange(keys_, std::vector<std::int64_t>(2 * keys_.size(), 0));
    const std::vector<NodeId> taken = std::exchange(ranks_, std::vector<NodeId>(keys_.size(), -1));
    for (std::size_t slot = 0; slot < keys.size(); ++slot) {
      if (taken[slot] >= 0) insert(keys[slot]);
    }
  };
  for (const IdColumn& column : columns) {
    std::visit(
        [&](auto ids) {
          for (const std::int64_t id : ids) {
            if (!insert(id)) continue;
            if (++count_ > std::numeric_limits<NodeId>::max()) throw Error("expected at most 2147483647 nodes");
            if (4 * static_cast<std::size_t>(count_) > 3 * keys_.size()) grow();
          }
        },
        column);
  }
  std::vector<std::int64_t> sorted;
  sorted.reserve(static_cast<std::size_t>(count_));
  for (std::size_t slot = 0; slot < keys_.size(); ++slot) {
    if (ranks_[slot] >= 0) sorted.push_back(keys_[slot]);
  }
  std::sort(sorted.begin(), sorted.end());
  parallel_blocks(count_, block_ids, [&](Index begin, Index end) {
    for (Index i = begin; i < end; ++i) {
      ranks_[slot_of(sorted[static_cast<std::size_t>(i)])] = static_cast<NodeId>(i);
    }
  });
}

std::size_t IdRanks::slot_of(std::int64_t id) const {
  const std::size_t mask = keys_.size() - 1;
  std::size_t slot = mix_bits(static_cast<std::uint64_t>(id)) & mask;
  while (ranks_[slot] >= 0 && keys_[slot] != id) slot = (slot + 1) & mask;
  return slot;
}

NodeId IdRanks::rank_in_table(std::int64_t id) const { return ranks_.empty() ? -1 : ranks_[slot_of(id)]; }

NodeId IdRanks::rank_in_words(std::int64_t id) const {
  const std::uint64_t place = static_cast<std::uint64_t>(id) - static_cast<std::uint64_t>(lowest_);
  if (id < lowest_ || place / 64 >= words_.size()) return -1;
  const std::uint64_t word = words_[place / 64];
  const std::uint64_t bit = std::uint64_t{1} << (place % 64);
  if ((word & bit) == 0) return -1;
  return static_cast<NodeId>(ranks_before_[place / 64] + static_cast<std::uint32_t>(std::popcount(word & (bit - 1))));
}

IdMap IdRanks::to_id_map() const {
  if (identity_) return IdMap::range(count_);
  std::vector<std::int64_t> ids(static_cast<std::size_t>(count_));
  for (std::size_t i = 0; i < words_.size(); ++i) {
    for (std::uint64_t word = words_[i]; word != 0; word &= word - 1) {
      const auto place = static_cast<std::uint64_t>(i) * 64 + static_cast<std::uint64_t>(std::countr_zero(word));
      ids[ranks_before_[i] + static_cast<std::uint32_t>(std::popcount(words_[i] & ((word & (0 - word)) - 1)))] =
          static_cast<std::int64_t>(static_cast<std::uint64_t>(lowest_) + place);
    }
  }
  for (std::size_t slot = 0; slot < keys_.size(); ++slot) {
    if (ranks_[slot] >= 0) ids[static_cast<std::size_t>(ranks_[slot])] = keys_[slot];
  }
  return IdMap::integers(std::move(ids));
}

}  // namespace cairn
