#include "kernels/anchor_links.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "kernels/each_row.h"

namespace cairn::kernels {

namespace {

constexpr std::int64_t rows_per_run = 2048;
constexpr std::int64_t rows_per_piece = 2048;
constexpr Index values_per_block = 16384;

/// The rows again, sorted by keys[row] in 0 .. count - 1; equal ones stay in their order.
std::vector<std::int32_t> sorted_by(const std::vector<std::int32_t>& keys, Index count,
                                    const std::vector<std::int32_t>& rows) {
  std::vector<std::int32_t> next(static_cast<std::size_t>(count) + 1, 0);
  for (const std::int32_t row : rows) ++next[static_cast<std::size_t>(keys[static_cast<std::size_t>(row)]) + 1];
  std::partial_sum(next.begin(), next.end(), next.begin());
  std::vector<std::int32_t> sorted(rows.size());
  for (const std::int32_t row : rows) {
    const auto key = static_cast<std::size_t>(keys[static_cast<std::size_t>(row)]);
    sorted[static_cast<std::size_t>(next[key]++)] = row;
  }
  return sorted;
}

/// Throws unless place and nearest fit the rows; sets the counts.
void count_ends(AnchorLinks& links) {
  const auto rows = static_cast<std::size_t>(links.node_count * links.slot_count);
  links.place_count = 0;
  links.sender_count = 0;
  bool valid = links.place.size() == rows && links.nearest.size() == rows;
  for (std::size_t row = 0; valid && row < rows; ++row) {
    valid = links.place[row] >= 0 && links.nearest[row] >= -1;
    links.place_count = std::max<Index>(links.place_count, links.place[row] + Index{1});
    links.sender_count = std::max<Index>(links.sender_count, links.nearest[row] + Index{1});
  }
  if (!valid) throw ShapeError(fmt::format("anchor messages: the links do not fit {} rows", rows));
}

}  // namespace

void list_senders(AnchorLinks& links) {
  count_ends(links);
  std::vector<std::int32_t> rows;
  rows.reserve(links.nearest.size());
  for (std::size_t row = 0; row < links.nearest.size(); ++row) {
    if (links.nearest[row] >= 0) rows.push_back(static_cast<std::int32_t>(row));
  }
  links.sent = sorted_by(links.nearest, links.sender_count, sorted_by(links.place, links.place_count, rows));
  links.sent_node.clear();
  links.sent_node.reserve(links.sent.size());
  links.run_offsets.clear();
  links.run_place.clear();
  links.piece_offsets.clear();
  links.piece_sender.clear();
  std::int64_t piece_begin = 0;
  for (std::size_t i = 0; i < links.sent.size(); ++i) {
    const auto at = static_cast<std::int64_t>(i);
    const auto row = static_cast<std::size_t>(links.sent[i]);
    links.sent_node.push_back(static_cast<NodeId>(links.sent[i] / static_cast<std::int32_t>(links.slot_count)));
    const bool other_sender = links.piece_sender.empty() || links.nearest[row] != links.piece_sender.back();
    if (!other_sender && links.place[row] == links.run_place.back() && at - links.run_offsets.back() < rows_per_run) {
      continue;
    }
    if (other_sender || at - piece_begin >= rows_per_piece) {
      piece_begin = at;
      links.piece_sender.push_back(links.nearest[row]);
      links.piece_offsets.push_back(static_cast<std::int64_t>(links.run_place.size()));
    }
    links.run_offsets.push_back(at);
    links.run_place.push_back(links.place[row]);
  }
  links.run_offsets.push_back(static_cast<std::int64_t>(links.sent.size()));
  links.piece_offsets.push_back(static_cast<std::int64_t>(links.run_place.size()));
}

Index pieces_per_block(const AnchorLinks& links, Index columns) {
  const auto pieces = static_cast<Index>(links.piece_sender.size());
  const Index values = static_cast<Index>(links.sent.size()) * columns / std::max<Index>(1, pieces);
  return std::max<Index>(1, values_per_block / std::max<Index>(1, values));
}

void add_piece_sums(const AnchorLinks& links, const Tensor& sums, Tensor& to) {
  const auto pieces = static_cast<Index>(links.piece_sender.size());
  const auto sender = [&](Index piece) { return links.piece_sender[static_cast<std::size_t>(piece)]; };
  each_row(pieces, to.columns(), [&](Index first) {
    if (first > 0 && sender(first - 1) == sender(first)) return;  // added by the sender's first piece
    Real* const sum = to.row(sender(first)).data();
    for (Index piece = first; piece < pieces && sender(piece) == sender(first); ++piece) {
      const Real* const from = sums.row(piece).data();
      for (Index d = 0; d < to.columns(); ++d) sum[d] += from[d];
    }
  });
}

void add_run_sums(const AnchorLinks& links, const Tensor& sums, Tensor& to) {
  for (std::size_t run = 0; run < links.run_place.size(); ++run) to.data()[links.run_place[run]] += sums.data()[run];
}

}  // namespace cairn::kernels
