#include "kernels/anchor_messages.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "core/parallel.h"
#include "kernels/each_row.h"
#include "kernels/listed_rows.h"

namespace cairn::kernels {

void check_anchor_messages(const AnchorLinks& links, const AnchorMessageInputs& in) {
  const Index depth = in.receiver.columns();
  const bool fits = in.scale.size() >= links.place_count && in.sender.rows() >= links.sender_count &&
                    in.sender.columns() == depth && in.receiver.rows() == links.node_count &&
                    (!in.unreached.defined() || in.unreached.size() == depth);
  if (!fits) {
    throw ShapeError(
        fmt::format("anchor messages: scales {}, senders {} and receivers {} do not fit {} nodes, {} "
                    "senders and {} scales",
                    to_string(in.scale.shape()), to_string(in.sender.shape()), to_string(in.receiver.shape()),
                    links.node_count, links.sender_count, links.place_count));
  }
}

Tensor anchor_messages(const AnchorLinks& links, const AnchorMessageInputs& in) {
  check_anchor_messages(links, in);
  const Index depth = in.receiver.columns();
  const Index slots = links.slot_count;
  Tensor messages = Tensor::uninitialized(Shape{links.node_count * slots, depth});
  each_row(links.node_count, slots * depth, [&](Index node) {
    const Real* const own = in.receiver.row(node).data();
    for (Index row = node * slots; row < (node + 1) * slots; ++row) {
      const auto at = static_cast<std::size_t>(row);
      Real* const to = messages.row(row).data();
      if (links.nearest[at] < 0) {
        for (Index d = 0; d < depth; ++d) to[d] = std::max(own[d], Real(0));
        continue;
      }
      const Real scale = in.scale.data()[links.place[at]];
      const Real* const from = in.sender.row(links.nearest[at]).data();
      for (Index d = 0; d < depth; ++d) to[d] = std::max(scale * from[d] + own[d], Real(0));
    }
  });
  if (!in.unreached.defined()) return messages;
  each_row(static_cast<Index>(links.unreached.size()), depth, [&](Index i) {
    std::copy_n(in.unreached.data(), depth, messages.row(links.unreached[static_cast<std::size_t>(i)]).data());
  });
  return messages;
}

void add_anchor_message_gradients(const AnchorLinks& links, const AnchorMessageInputs& in, const Tensor& messages,
                                  Tensor& gradient, const AnchorMessageGradients& wanted) {
  check_anchor_messages(links, in);
  const Index depth = in.receiver.columns();
  const Index slots = links.slot_count;
  if (in.unreached.defined()) {
    if (wanted.unreached != nullptr) add_listed_rows(links.unreached, gradient, *wanted.unreached);
    for (const std::int32_t row : links.unreached) std::fill_n(gradient.row(row).data(), depth, Real(0));
  }

  // From here on `gradient` is that of the sums below the ReLU.
  each_row(links.node_count, slots * depth, [&](Index node) {
    for (Index row = node * slots; row < (node + 1) * slots; ++row) {
      Real* const delta = gradient.row(row).data();
      const Real* const message = messages.row(row).data();
      for (Index d = 0; d < depth; ++d) delta[d] = message[d] > 0 ? delta[d] : Real(0);
      if (wanted.receiver == nullptr) continue;
      Real* const to = wanted.receiver->row(node).data();
      for (Index d = 0; d < depth; ++d) to[d] += delta[d];
    }
  });
  if (wanted.sender == nullptr && wanted.scale == nullptr) return;

  const auto pieces = static_cast<Index>(links.piece_sender.size());
  Tensor piece_sums(Shape{pieces, depth});
  Tensor run_sums = Tensor::uninitialized(Shape{static_cast<Index>(links.run_place.size())});
  parallel_blocks(pieces, pieces_per_block(links, depth), [&](Index begin, Index end) {
    std::vector<Real> sum(static_cast<std::size_t>(depth));
    for (Index piece = begin; piece < end; ++piece) {
      const Real* const sender = in.sender.row(links.piece_sender[static_cast<std::size_t>(piece)]).data();
      Real* const to = piece_sums.row(piece).data();
      const auto last = static_cast<std::size_t>(links.piece_offsets[static_cast<std::size_t>(piece) + 1]);
      for (auto run = static_cast<std::size_t>(links.piece_offsets[static_cast<std::size_t>(piece)]); run < last;
           ++run) {
        std::fill(sum.begin(), sum.end(), Real(0));
        for (auto i = links.run_offsets[run]; i < links.run_offsets[run + 1]; ++i) {
          const Real* const delta = gradient.row(links.sent[static_cast<std::size_t>(i)]).data();
          for (Index d = 0; d < depth; ++d) sum[static_cast<std::size_t>(d)] += delta[d];
        }
        const Real scale = in.scale.data()[links.run_place[run]];
        for (Index d = 0; d < depth; ++d) to[d] += scale * sum[static_cast<std::size_t>(d)];
        run_sums.data()[run] = std::inner_product(sum.begin(), sum.end(), sender, Real(0));
      }
    }
  });
  if (wanted.sender != nullptr) add_piece_sums(links, piece_sums, *wanted.sender);
  if (wanted.scale != nullptr) add_run_sums(links, run_sums, *wanted.scale);
}

}  // namespace cairn::kernels
