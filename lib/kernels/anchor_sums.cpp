#include "kernels/anchor_sums.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/parallel.h"
#include "kernels/each_row.h"
#include "kernels/vector_kernels.h"

namespace cairn::kernels {

namespace {

void require(bool fits, std::string_view what, const AnchorLinks& links) {
  if (fits) return;
  throw ShapeError(fmt::format("anchor messages: {} of {} nodes and {} slots does not fit", what, links.node_count,
                               links.slot_count));
}

/// A pass whose messages are reduced, once it is known that all pairs have one.
AnchorPass pass_of(const AnchorLinks& links, const AnchorMessageInputs& in) {
  check_anchor_messages(links, in);
  require(links.sent.size() == links.nearest.size() && !in.unreached.defined(), "a sum over messages", links);
  return {.place = links.place.data(),
          .nearest = links.nearest.data(),
          .slots = links.slot_count,
          .width = in.receiver.columns(),
          .scale = in.scale.data(),
          .sender = in.sender.data(),
          .receiver = in.receiver.data()};
}

void add_sender_gradients(const AnchorLinks& links, const AnchorPass& pass, const AnchorMessageGradients& wanted) {
  if (wanted.sender == nullptr && wanted.scale == nullptr) return;
  const auto pieces = static_cast<Index>(links.piece_sender.size());
  const auto runs = static_cast<Index>(links.run_place.size());
  Tensor piece_sums = Tensor::uninitialized(Shape{pieces, pass.width});
  Tensor run_sums(Shape{runs});
  const AnchorSenderGradients to{.sent = links.sent.data(),
                                 .sent_node = links.sent_node.data(),
                                 .run_offsets = links.run_offsets.data(),
                                 .run_place = links.run_place.data(),
                                 .piece_offsets = links.piece_offsets.data(),
                                 .piece_sender = links.piece_sender.data(),
                                 .piece_sums = piece_sums.data(),
                                 .run_sums = run_sums.data()};
  const auto& kernels = vector_kernels();
  parallel_blocks(pieces, pieces_per_block(links, pass.width),
                  [&](Index begin, Index end) { kernels.anchor_sender_gradients(pass, to, begin, end); });
  if (wanted.sender != nullptr) add_piece_sums(links, piece_sums, *wanted.sender);
  if (wanted.scale != nullptr) add_run_sums(links, run_sums, *wanted.scale);
}

}  // namespace

Tensor mean_anchor_messages(const AnchorLinks& links, const AnchorMessageInputs& in) {
  const AnchorPass pass = pass_of(links, in);
  if (links.slot_count == 0) return Tensor(in.receiver.shape());
  Tensor y = Tensor::uninitialized(in.receiver.shape());
  const auto& kernels = vector_kernels();
  parallel_blocks(links.node_count, block_rows(links.slot_count * pass.width),
                  [&](Index begin, Index end) { kernels.anchor_means(pass, y.data(), begin, end); });
  return y;
}

void add_mean_anchor_message_gradients(const AnchorLinks& links, const AnchorMessageInputs& in, const Tensor& upstream,
                                       const AnchorMessageGradients& wanted) {
  AnchorPass pass = pass_of(links, in);
  require(upstream.shape() == in.receiver.shape(), "a gradient", links);
  pass.upstream = upstream.data();
  if (links.slot_count == 0) return;
  if (wanted.receiver != nullptr) {
    const AnchorReceiverGradients to{.receiver = wanted.receiver->data(), .weight = nullptr};
    const auto& kernels = vector_kernels();
    parallel_blocks(links.node_count, block_rows(links.slot_count * pass.width),
                    [&](Index begin, Index end) { kernels.anchor_receiver_gradients(pass, to, begin, end); });
  }
  add_sender_gradients(links, pass, wanted);
}

Tensor projected_anchor_messages(const AnchorLinks& links, const AnchorMessageInputs& in,
                                 const MessageProjection& projection) {
  AnchorPass pass = pass_of(links, in);
  require(projection.weight.size() == pass.width && projection.bias.size() == 1, "a projection", links);
  pass.weight = projection.weight.data();
  Tensor y(Shape{links.node_count, links.slot_count}, projection.bias.item());
  const auto& kernels = vector_kernels();
  parallel_blocks(links.node_count, block_rows(links.slot_count * pass.width),
                  [&](Index begin, Index end) { kernels.add_anchor_projections(pass, y.data(), begin, end); });
  return y;
}

void add_projected_anchor_message_gradients(const AnchorLinks& links, const AnchorMessageInputs& in,
                                            const MessageProjection& projection, const Tensor& upstream,
                                            const AnchorMessageGradients& wanted,
                                            const MessageProjectionGradients& of_projection) {
  AnchorPass pass = pass_of(links, in);
  require(projection.weight.size() == pass.width && upstream.size() == links.node_count * links.slot_count,
          "a projection", links);
  pass.weight = projection.weight.data();
  pass.upstream = upstream.data();
  const Index block = block_rows(links.slot_count * pass.width);
  const Index blocks = (links.node_count + block - 1) / block;
  Tensor weight_sums = Tensor::uninitialized(Shape{blocks, pass.width});
  Tensor bias_sums = Tensor::uninitialized(Shape{blocks});
  const auto& kernels = vector_kernels();
  parallel_blocks(links.node_count, block, [&](Index begin, Index end) {
    const Index own = begin / block;
    const AnchorReceiverGradients to{.receiver = wanted.receiver == nullptr ? nullptr : wanted.receiver->data(),
                                     .weight = weight_sums.data() + own * pass.width};
    kernels.anchor_receiver_gradients(pass, to, begin, end);
    Real sum = 0;
    for (Index row = begin * links.slot_count; row < end * links.slot_count; ++row) sum += upstream.data()[row];
    bias_sums.data()[own] = sum;
  });
  for (Index b = 0; b < blocks; ++b) {
    if (of_projection.bias != nullptr) of_projection.bias->data()[0] += bias_sums.data()[b];
    for (Index d = 0; of_projection.weight != nullptr && d < pass.width; ++d) {
      of_projection.weight->data()[d] += weight_sums.at(b, d);
    }
  }
  add_sender_gradients(links, pass, wanted);
}

}  // namespace cairn::kernels
