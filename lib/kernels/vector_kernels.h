#pragma once

#include <cstdint>

#include "core/types.h"
#include "kernels/row_sums.h"

// Which sets of instructions beyond the compiler's default are compiled in, to be chosen from at run time.
#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
#define CAIRN_X86_VECTORS 1
#else
#define CAIRN_X86_VECTORS 0
#endif

namespace cairn::kernels {

/// Vector instructions that a processor may have; each level includes those before it.
enum class VectorLevel : std::uint8_t { baseline, avx2, avx512 };

/// Draws that zero some values and scale the others; limit 0 keeps all of them, unscaled.
struct DropoutDraws {
  std::uint64_t key = 0;
  std::uint32_t limit = 0;  // draw_bits below it drops
  Real scale = 1;
};

/// The draws of a dropout rate. Throws UsageError unless 0 <= rate < 1.
DropoutDraws dropout_draws(Real rate, std::uint64_t key);

/// c = or += a b for the rows of a that are asked for. a: [.., inner], c: [.., width].
struct NarrowProduct {
  const Real* a = nullptr;
  const Real* packed_b = nullptr;  // as pack_columns left it
  Real* c = nullptr;
  Index inner = 0;
  Index width = 0;
  Store store = Store::write;
};

/// Graph attention's softmax and its gradient, on targets in a range. See attention.h for the formulas.
struct AttentionPass {
  const std::int64_t* offsets = nullptr;
  const std::int32_t* sources = nullptr;
  const Real* source_score = nullptr;
  const Real* target_score = nullptr;
  Index heads = 1;
  Index head_width = 0;
  Real negative_slope = 0;
  DropoutDraws draws;
  Real* alpha = nullptr;  // [E, heads]; written by attention_weights, read by attention_score_gradients
  Real* kept = nullptr;   // [E, heads], alpha after dropout: written by both; null where nothing is dropped
  // Gradients alone:
  const Real* x = nullptr;
  const Real* upstream = nullptr;
  Real* score_gradient = nullptr;         // [E, heads], written
  Real* target_score_gradient = nullptr;  // [T, heads], added to; null: not wanted
};

/// Rows of so many heads side by side, `width` values each.
struct HeadRows {
  Index heads = 1;
  Index width = 0;
};

/// Sums over messages relu(scale[place] sender[nearest] + receiver), row u * slots + k to node u from slot k; see
/// anchor_sums.h.
struct AnchorPass {
  const std::int32_t* place = nullptr;
  const std::int32_t* nearest = nullptr;
  Index slots = 0;
  Index width = 0;
  const Real* scale = nullptr;
  const Real* sender = nullptr;
  const Real* receiver = nullptr;
  const Real* weight = nullptr;    // [width] of a projection; null: a mean over slots
  const Real* upstream = nullptr;  // gradients alone; [N, width] of means, [N, slots] of projections
};

struct AnchorReceiverGradients {
  Real* receiver = nullptr;  // [N, width], added to; null: not wanted
  Real* weight = nullptr;    // [width], written: what the range leaves to a projection's weight
};

/// The rows of an AnchorLinks by sender, and what its pieces and runs leave.
struct AnchorSenderGradients {
  const std::int32_t* sent = nullptr;
  const std::int32_t* sent_node = nullptr;
  const std::int64_t* run_offsets = nullptr;
  const std::int32_t* run_place = nullptr;
  const std::int64_t* piece_offsets = nullptr;
  const std::int32_t* piece_sender = nullptr;
  Real* piece_sums = nullptr;  // [pieces, width], written: of the gradient of the piece's sender
  Real* run_sums = nullptr;    // [runs], added to: of the gradient of the run's scale
};

/// The inner loops that are compiled once a level. Ranges [begin, end) are of result rows, targets or values; what a
/// range gives does not depend on how the whole is cut into ranges.
struct VectorKernels {
  /// As kernels::row_sums, with weights contiguous: neither null nor through positions. `weights` belongs to the first
  /// pick of row `begin`.
  void (*row_sums)(const RowPicks& picks, const Real* weights, const SourceRows& x, Real* y, Store store, Index begin,
                   Index end);
  /// Size of, and layout for, the right-hand side of narrow_product: panels of columns. b(k, j) = b[k * row_step + j *
  /// column_step].
  Index (*packed_size)(Index inner, Index width);
  void (*pack_columns)(const Real* b, Index row_step, Index column_step, Index inner, Index width, Real* packed);
  void (*narrow_product)(const NarrowProduct& product, Index begin, Index end);
  /// sum [inner, width] += a^T b over rows begin .. end - 1 of a [.., inner] and b [.., width].
  void (*add_outer_products)(const Real* a, const Real* b, Index inner, Index width, Real* sum, Index begin, Index end);
  /// y = or += the kept and scaled values of x.
  void (*dropout)(const Real* x, const DropoutDraws& draws, Real* y, Store store, Index begin, Index end);
  void (*attention_weights)(const AttentionPass& pass, Index begin, Index end);
  void (*attention_score_gradients)(const AttentionPass& pass, Index begin, Index end);
  /// sums[r, :] += the sum of values[arcs[k], :] over the places k of row r. [.., heads].
  void (*add_arc_sums)(const std::int64_t* offsets, const std::int64_t* arcs, const Real* values, Index heads,
                       Real* sums, Index begin, Index end);
  /// y = x where x > 0, else exp(x) - 1.
  void (*elu)(const Real* x, Real* y, Index begin, Index end);
  /// y[i, h] = <x[i, h, :], a[h, :]> for rows i. x: [.., heads * width], a: [heads, width].
  void (*head_dot)(const HeadRows& rows, const Real* x, const Real* a, Real* y, Index begin, Index end);
  /// y[i, h, :] += factors[i, h] * a[h, :] for rows i.
  void (*add_scaled_heads)(const HeadRows& rows, const Real* factors, const Real* a, Real* y, Index begin, Index end);
  /// sums[h, :] += factors[i, h] * x[i, h, :], summed over rows i.
  void (*add_head_sums)(const HeadRows& rows, const Real* factors, const Real* x, Real* sums, Index begin, Index end);
  /// y[v, :] = the mean of the messages to node v.
  void (*anchor_means)(const AnchorPass& pass, Real* y, Index begin, Index end);
  /// y[row] += <message, weight> for the rows of nodes begin .. end - 1.
  void (*add_anchor_projections)(const AnchorPass& pass, Real* y, Index begin, Index end);
  /// What nodes begin .. end - 1 leave to the gradients of receivers and weight.
  void (*anchor_receiver_gradients)(const AnchorPass& pass, const AnchorReceiverGradients& to, Index begin, Index end);
  /// What pieces begin .. end - 1 leave to the gradients of senders and scales.
  void (*anchor_sender_gradients)(const AnchorPass& pass, const AnchorSenderGradients& to, Index begin, Index end);
};

/// The best level that this processor and this build have.
VectorLevel best_vector_level();
/// The kernels that run: those of the best level, unless limited.
const VectorKernels& vector_kernels();
/// From the next kernel on, no level above `most` runs: for tests and measurements that compare levels. Results of
/// levels agree up to rounding.
void limit_vector_level(VectorLevel most);

}  // namespace cairn::kernels
