#include "kernels/anchor_messages.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "core/parallel.h"
#include "kernels/each_row.h"
#include "kernels/listed_rows.h"

namespace cairn::kernels {

namespace {

constexpr std::int64_t rows_per_chunk = 2048;

void check(const AnchorLinks& links, const AnchorMessageInputs& in) {
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

}  // namespace

void list_senders(AnchorLinks& links) {
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

  std::vector<std::int64_t> next(static_cast<std::size_t>(links.sender_count) + 1, 0);
  for (const NodeId sender : links.nearest) {
    if (sender >= 0) ++next[static_cast<std::size_t>(sender) + 1];
  }
  std::partial_sum(next.begin(), next.end(), next.begin());
  links.chunk_offsets.assign(1, 0);
  links.chunk_sender.clear();
  for (Index sender = 0; sender < links.sender_count; ++sender) {
    const std::int64_t end = next[static_cast<std::size_t>(sender) + 1];
    for (std::int64_t first = next[static_cast<std::size_t>(sender)]; first < end; first += rows_per_chunk) {
      links.chunk_offsets.push_back(std::min(first + rows_per_chunk, end));
      links.chunk_sender.push_back(static_cast<NodeId>(sender));
    }
  }
  links.sent.resize(static_cast<std::size_t>(next.back()));
  for (std::size_t row = 0; row < rows; ++row) {
    if (links.nearest[row] < 0) continue;
    links.sent[static_cast<std::size_t>(next[static_cast<std::size_t>(links.nearest[row])]++)] =
        static_cast<std::int32_t>(row);
  }
}

Tensor anchor_messages(const AnchorLinks& links, const AnchorMessageInputs& in) {
  check(links, in);
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
  check(links, in);
  const Index depth = in.receiver.columns();
  const Index slots = links.slot_count;
  if (in.unreached.defined()) {
    if (wanted.unreached != nullptr) add_listed_rows(links.unreached, gradient, *wanted.unreached);
    for (const std::int32_t row : links.unreached) std::fill_n(gradient.row(row).data(), depth, Real(0));
  }

  // From here on `gradient` is that of the sums below the ReLU.
  Tensor of_scale = wanted.scale != nullptr ? Tensor(Shape{messages.rows()}) : Tensor();
  each_row(links.node_count, slots * depth, [&](Index node) {
    for (Index row = node * slots; row < (node + 1) * slots; ++row) {
      Real* const delta = gradient.row(row).data();
      const Real* const message = messages.row(row).data();
      for (Index d = 0; d < depth; ++d) delta[d] = message[d] > 0 ? delta[d] : Real(0);
      if (wanted.receiver != nullptr) {
        Real* const to = wanted.receiver->row(node).data();
        for (Index d = 0; d < depth; ++d) to[d] += delta[d];
      }
      const NodeId sender = links.nearest[static_cast<std::size_t>(row)];
      if (wanted.scale == nullptr || sender < 0) continue;
      of_scale.data()[row] = std::inner_product(delta, delta + depth, in.sender.row(sender).data(), Real(0));
    }
  });
  if (wanted.scale != nullptr) {  // places are few: one thread, in the order of rows
    for (Index row = 0; row < of_scale.size(); ++row) {
      wanted.scale->data()[links.place[static_cast<std::size_t>(row)]] += of_scale.data()[row];
    }
  }
  if (wanted.sender == nullptr) return;

  const auto chunks = static_cast<Index>(links.chunk_sender.size());
  Tensor partial(Shape{chunks, depth});
  parallel_blocks(chunks, 1, [&](Index chunk, Index) {
    Real* const to = partial.row(chunk).data();
    for (auto i = links.chunk_offsets[static_cast<std::size_t>(chunk)];
         i < links.chunk_offsets[static_cast<std::size_t>(chunk) + 1]; ++i) {
      const std::int32_t row = links.sent[static_cast<std::size_t>(i)];
      const Real scale = in.scale.data()[links.place[static_cast<std::size_t>(row)]];
      const Real* const delta = gradient.row(row).data();
      for (Index d = 0; d < depth; ++d) to[d] += scale * delta[d];
    }
  });
  for (Index chunk = 0; chunk < chunks; ++chunk) {
    Real* const to = wanted.sender->row(links.chunk_sender[static_cast<std::size_t>(chunk)]).data();
    for (Index d = 0; d < depth; ++d) to[d] += partial.at(chunk, d);
  }
}

}  // namespace cairn::kernels
