#include "position/path_sampler.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

#include "core/draws.h"
#include "core/error.h"
#include "core/parallel.h"
#include "position/path_lists.h"

namespace cairn {

namespace {
constexpr Index nodes_per_block = 16;  // of parallel work
}

/// A draw under way. Pairs are found in rounds: those of the batch, then their predecessors that are new, and so on;
/// all pairs of a node that one round brings look at its neighbors together.
class PathSampler::Walk {
 public:
  Walk(const std::vector<PathTable>& tables, Index slot_count, std::vector<std::int32_t>& place, Index fan_out,
       const Rng& rng)
      : tables_(tables), slots_(slot_count), place_(place), fan_out_(fan_out), rng_(rng) {}

  /// Gives back the places of the nodes, whichever way a draw ends.
  ~Walk() {
    for (const NodeId u : nodes_) place_[static_cast<std::size_t>(u)] = -1;
  }
  Walk(const Walk&) = delete;
  Walk& operator=(const Walk&) = delete;

  SampledPaths run(std::span<const NodeId> batch) {
    for (const NodeId u : batch) {
      if (place_[static_cast<std::size_t>(u)] >= 0) {
        throw ShapeError("path sampler: expected different nodes, found one twice");
      }
      const std::int32_t place = placed(u);
      for (Index slot = 0; slot < slots_; ++slot) {
        if (level_of(u, slot) != PathLevels::unreached) meet(place, slot);
      }
    }
    while (!met_.empty()) advance();
    SampledPaths paths;
    paths.batch_count = static_cast<Index>(batch.size());
    paths.slot_count = slots_;
    list_items(paths);
    list_arcs(paths);
    paths.nodes = nodes_;  // a copy: the destructor reads them
    return paths;
  }

 private:
  /// Pairs of one node that a round brings: items first .. first + count - 1.
  struct Visit {
    std::int32_t place;
    Index first;
    Index count;
  };
  /// What a block of visits found: of each of its items how many predecessors there are, and those that were drawn.
  struct Found {
    std::vector<std::int32_t> totals;
    std::vector<std::int32_t> counts;
    std::vector<NodeId> drawn;
  };

  using PredecessorLists = std::array<std::vector<NodeId>, lanes_per_word>;

  std::pair<const PathTable&, Index> table_of(Index slot) const {
    std::size_t t = 0;
    while (slot >= tables_[t].slot_count()) slot -= tables_[t++].slot_count();
    return {tables_[t], slot};
  }
  std::uint16_t level_of(NodeId u, Index slot) const {
    const auto [table, own] = table_of(slot);
    return table.levels.row(u)[own];
  }
  std::int32_t& number(std::int32_t place, Index slot) {
    return number_[static_cast<std::size_t>(place * slots_ + slot)];
  }

  /// The place of a node, new where it was never met.
  std::int32_t placed(NodeId u) {
    std::int32_t& place = place_[static_cast<std::size_t>(u)];
    if (place >= 0) return place;
    place = static_cast<std::int32_t>(nodes_.size());
    nodes_.push_back(u);
    number_.resize(number_.size() + static_cast<std::size_t>(slots_), unmet);
    return place;
  }

  void meet(std::int32_t place, Index slot) {
    if (number(place, slot) != unmet) return;
    number(place, slot) = waiting;
    met_.push_back(place * slots_ + slot);
  }

  /// A round: numbers the pairs that were met and draws their predecessors, whose pairs are met then.
  void advance() {
    std::sort(met_.begin(), met_.end());
    const auto first = static_cast<Index>(pairs_.size());
    check_list_size(first + static_cast<Index>(met_.size()), "pairs of an anchor and a node");
    std::vector<Visit> visits;
    for (const Index pair : met_) {
      const auto place = static_cast<std::int32_t>(pair / slots_);
      number_[static_cast<std::size_t>(pair)] = static_cast<std::int32_t>(pairs_.size());
      if (visits.empty() || visits.back().place != place)
        visits.push_back({place, static_cast<Index>(pairs_.size()), 0});
      ++visits.back().count;
      pairs_.push_back(pair);
    }
    met_.clear();
    const auto visit_count = static_cast<Index>(visits.size());
    std::vector<Found> found(static_cast<std::size_t>((visit_count + nodes_per_block - 1) / nodes_per_block));
    parallel_blocks(visit_count, nodes_per_block, [&](Index begin, Index end) {
      PredecessorLists predecessors;
      for (Index v = begin; v < end; ++v) {
        draw_at(visits[static_cast<std::size_t>(v)], predecessors,
                found[static_cast<std::size_t>(begin / nodes_per_block)]);
      }
    });
    // One after another: the order in which nodes are met is that of their places.
    std::size_t item = static_cast<std::size_t>(first);
    for (const Found& block : found) {
      auto next = block.drawn.begin();
      for (std::size_t i = 0; i < block.counts.size(); ++i, ++item) {
        const Index slot = pairs_[item] % slots_;
        totals_.push_back(block.totals[i]);
        drawn_offsets_.push_back(drawn_offsets_.back() + block.counts[i]);
        for (std::int32_t k = 0; k < block.counts[i]; ++k, ++next) {
          drawn_.push_back(*next);
          meet(placed(*next), slot);
        }
      }
    }
    check_list_size(drawn_offsets_.back(), "arcs of shortest paths");
  }

  /// predecessors: working memory.
  void draw_at(const Visit& visit, PredecessorLists& predecessors, Found& found) const {
    const NodeId u = nodes_[static_cast<std::size_t>(visit.place)];
    const Rng of_node = rng_.split(static_cast<std::uint64_t>(u));
    Index item = visit.first;
    const Index end = visit.first + visit.count;
    Index first_slot = 0;  // of a table
    for (const PathTable& table : tables_) {
      for (Index first = 0; first < table.slot_count(); first += lanes_per_word) {
        const Index lane_count = std::min(lanes_per_word, table.slot_count() - first);
        const auto lane_of = [&](Index of) {
          return pairs_[static_cast<std::size_t>(of)] - visit.place * slots_ - first_slot - first;
        };
        const Lanes lanes{u, first, static_cast<int>(lane_count), table.levels};
        std::uint64_t wanted = 0;  // of a look at all neighbors
        for (Index i = item; i < end && lane_of(i) < lane_count; ++i) {
          std::vector<NodeId>& of_lane = predecessors[static_cast<std::size_t>(lane_of(i))];
          if (table.find_near_predecessors(u, first + lane_of(i), of_lane)) continue;
          of_lane.clear();
          if (lanes.own()[lane_of(i)] > 0) wanted |= std::uint64_t{1} << lane_of(i);
        }
        if (wanted != 0) {
          table.each_predecessor(lanes, [&](std::size_t lane, NodeId w) {
            if ((wanted >> lane & 1) != 0) predecessors[lane].push_back(w);
          });
        }
        for (; item < end && lane_of(item) < lane_count; ++item) {
          const Index slot = first_slot + first + lane_of(item);
          draw_of(predecessors[static_cast<std::size_t>(lane_of(item))],
                  of_node.split(static_cast<std::uint64_t>(slot)), found);
        }
      }
      first_slot += table.slot_count();
    }
  }

  void draw_of(const std::vector<NodeId>& predecessors, Rng rng, Found& found) const {
    const auto total = static_cast<Index>(predecessors.size());
    found.totals.push_back(static_cast<std::int32_t>(total));
    if (fan_out_ == 0 || total <= fan_out_) {
      found.counts.push_back(static_cast<std::int32_t>(total));
      found.drawn.insert(found.drawn.end(), predecessors.begin(), predecessors.end());
      return;
    }
    found.counts.push_back(static_cast<std::int32_t>(fan_out_));
    for (const std::int64_t k : sample_below(total, fan_out_, rng)) {
      found.drawn.push_back(predecessors[static_cast<std::size_t>(k)]);
    }
  }

  /// Items by level, place and slot; number_ and order_ then say which is which.
  void list_items(SampledPaths& paths) {
    const std::size_t count = pairs_.size();
    std::vector<std::uint16_t> levels(count);
    std::vector<std::int32_t>& offsets = paths.lists.level_offsets;
    offsets.assign(1, 0);
    for (std::size_t i = 0; i < count; ++i) {
      levels[i] = level_of(nodes_[static_cast<std::size_t>(pairs_[i] / slots_)], pairs_[i] % slots_);
      if (levels[i] + std::size_t{2} > offsets.size()) offsets.resize(levels[i] + std::size_t{2}, 0);
      ++offsets[levels[i] + std::size_t{1}];
    }
    std::partial_sum(offsets.begin(), offsets.end(), offsets.begin());
    std::vector<std::int32_t> next(offsets.begin(), offsets.end() - 1);
    order_.resize(count);
    paths.node.resize(count);
    paths.slot.resize(count);
    paths.log_path_count.resize(count);
    paths.predecessor_totals.resize(count);
    for (std::size_t pair = 0; pair < number_.size(); ++pair) {
      if (number_[pair] == unmet) continue;
      const auto old = static_cast<std::size_t>(number_[pair]);
      const auto item = static_cast<std::size_t>(next[levels[old]]++);
      order_[item] = number_[pair];
      number_[pair] = static_cast<std::int32_t>(item);
      const auto place = static_cast<std::int32_t>(static_cast<Index>(pair) / slots_);
      const Index slot = static_cast<Index>(pair) % slots_;
      paths.node[item] = place;
      paths.slot[item] = static_cast<std::int32_t>(slot);
      paths.predecessor_totals[item] = totals_[old];
      const auto [table, own] = table_of(slot);
      paths.log_path_count[item] = table.log_count(nodes_[static_cast<std::size_t>(place)], own);
    }
  }

  void list_arcs(SampledPaths& paths) {
    kernels::LevelLists& lists = paths.lists;
    const std::size_t count = pairs_.size();
    lists.predecessor_offsets.reserve(count + 1);
    lists.predecessor_offsets.assign(1, 0);
    lists.predecessors.reserve(drawn_.size());
    lists.successor_offsets.assign(count + 1, 0);
    for (std::size_t item = 0; item < count; ++item) {
      const auto old = static_cast<std::size_t>(order_[item]);
      for (auto k = static_cast<std::size_t>(drawn_offsets_[old]);
           k < static_cast<std::size_t>(drawn_offsets_[old + 1]); ++k) {
        const std::int32_t before = number(place_[static_cast<std::size_t>(drawn_[k])], paths.slot[item]);
        lists.predecessors.push_back(before);
        ++lists.successor_offsets[static_cast<std::size_t>(before) + 1];
      }
      lists.predecessor_offsets.push_back(static_cast<std::int32_t>(lists.predecessors.size()));
    }
    std::partial_sum(lists.successor_offsets.begin(), lists.successor_offsets.end(), lists.successor_offsets.begin());
    lists.successors.resize(lists.predecessors.size());
    std::vector<std::int32_t> next(lists.successor_offsets.begin(), lists.successor_offsets.end() - 1);
    for (std::size_t item = 0; item < count; ++item) {
      for (auto k = lists.predecessor_offsets[item]; k < lists.predecessor_offsets[item + 1]; ++k) {
        const auto before = static_cast<std::size_t>(lists.predecessors[static_cast<std::size_t>(k)]);
        lists.successors[static_cast<std::size_t>(next[before]++)] = static_cast<std::int32_t>(item);
      }
    }
  }

  static constexpr std::int32_t unmet = -1;
  static constexpr std::int32_t waiting = -2;  // for the round that numbers it

  const std::vector<PathTable>& tables_;
  Index slots_;
  std::vector<std::int32_t>& place_;
  Index fan_out_;
  const Rng& rng_;

  std::vector<NodeId> nodes_;
  std::vector<std::int32_t> number_;  // [nodes, K] of each pair: its item, first as found, at last as sorted
  std::vector<Index> met_;            // pairs (place * K + slot) that wait
  std::vector<Index> pairs_;          // [items], as found
  std::vector<std::int32_t> totals_;  // [items], as found
  std::vector<std::int64_t> drawn_offsets_{0};
  std::vector<NodeId> drawn_;
  std::vector<std::int32_t> order_;  // [items], as sorted: the item as found
};

PathSampler::PathSampler(std::vector<PathTable> tables) : tables_(std::move(tables)) {
  for (const PathTable& table : tables_) slot_count_ += table.slot_count();
  if (!tables_.empty()) place_.assign(static_cast<std::size_t>(tables_.front().node_count()), -1);
}

SampledPaths PathSampler::draw(std::span<const NodeId> batch, Index fan_out, const Rng& rng) {
  if (fan_out < 0) throw UsageError(fmt::format("path fan-out: expected at least 0, found {}", fan_out));
  for (const NodeId u : batch) {
    if (u < 0 || u >= static_cast<NodeId>(place_.size())) {
      throw ShapeError(fmt::format("path sampler: node {} is none of {}", u, place_.size()));
    }
  }
  return Walk(tables_, slot_count_, place_, fan_out, rng).run(batch);
}

}  // namespace cairn
