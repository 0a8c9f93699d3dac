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

/// c = or += a b, or row + a b, for the rows of a that are asked for. a: [.., inner], c: [.., width].
struct NarrowProduct {
  const Real* a = nullptr;
  const Real* packed_b = nullptr;  // as pack_columns left it
  Real* c = nullptr;
  Index inner = 0;
  Index width = 0;
  Store store = Store::write;
  const Real* row = nullptr;            // [width], what is written starts from; null: 0
  Rectified rectified = Rectified::no;  // of what is written
};

/// Graph attention's softmax and its gradient, on a range of rows: of targets, whose arcs pick sources, or the reverse.
/// See attention.h for the formulas.
struct AttentionPass {
  const std::int64_t* offsets = nullptr;
  const std::int32_t* ids = nullptr;   // the other end of each arc
  const std::int64_t* arcs = nullptr;  // by rows of sources, where draws drop: places of arcs in the rows of targets
  const Real* source_score = nullptr;
  const Real* target_score = nullptr;
  Index heads = 1;
  Index head_width = 0;
  Real negative_slope = 0;
  DropoutDraws draws;
  bool is_near = false;   // what arcs pick is in a near cache: asking ahead for it would cost more
  Real* terms = nullptr;  // [T, 4, heads], written by rows of targets (null: not wanted), read by sources
  // Gradients alone:
  const Real* x = nullptr;
  const Real* upstream = nullptr;
  Real* target_score_gradient = nullptr;  // [T, heads], added to; null: not wanted
  Real* source_score_gradient = nullptr;  // [S, heads], added to; null: not wanted
  Real* x_gradient = nullptr;             // [S, heads * head_width]; null: not wanted
  Store store = Store::add;               // of x_gradient
};

/// Values of the arcs of a range of rows, a value a head each.
struct ArcValues {
  Real* weights = nullptr;  // alpha; before it is known exponents, and exponentials
  Real* kept = nullptr;     // alpha after dropout; where nothing drops, the weights themselves
  Real* dots = nullptr;     // gradients alone: <upstream[v, h, :], x[u, h, :]>, and what is made of it
};

/// Rows of so many heads side by side, `width` values each.
struct HeadRows {
  Index heads = 1;
  Index width = 0;
};

/// Items of a path pass: rows of tables [.., width] that are theirs alone, and what belongs to each item.
struct PathRows {
  const std::int32_t* rows = nullptr;
  const std::int32_t* nodes = nullptr;
  const Real* shares = nullptr;  // what the sum over its predecessors is multiplied with
  const Real* channel = nullptr;
  Index count = 0;
  Index width = 0;
  bool rectified = true;  // relu(..), else the value itself
};

/// Where gradients of items go.
struct PathRowGradients {
  Real* table = nullptr;           // [.., width]: holds that of the items' states; what predecessors receive comes out
  Real* node_input = nullptr;      // [N, width], added to; null: not wanted
  Real* channel_weight = nullptr;  // [width], added to; null: not wanted
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
  void (*row_sums)(const RowPicks& picks, const Real* weights, const SourceRows& x, const ResultRows& y, Index begin,
                   Index end);
  /// Size of, and layout for, the right-hand side of narrow_product: panels of columns. b(k, j) = b[k * row_step + j *
  /// column_step].
  Index (*packed_size)(Index inner, Index width);
  void (*pack_columns)(const Real* b, Index row_step, Index column_step, Index inner, Index width, Real* packed);
  void (*narrow_product)(const NarrowProduct& product, Index begin, Index end);
  /// sum [inner, width] += a^T b over rows begin .. end - 1 of a [.., inner] and b [.., width].
  void (*add_outer_products)(const Real* a, const Real* b, Index inner, Index width, Real* sum, Index begin, Index end);
  /// The same with row rows[i] of a for row i of b.
  void (*add_listed_outer_products)(const Real* a, const std::int32_t* rows, const Real* b, Index inner, Index width,
                                    Real* sum, Index begin, Index end);
  /// y = or += the kept and scaled values of x.
  void (*dropout)(const Real* x, const DropoutDraws& draws, Real* y, Store store, Index begin, Index end);
  /// By rows of targets: weights and kept, and the terms that they are made of.
  void (*attention_weights)(const AttentionPass& pass, const ArcValues& arcs, Index begin, Index end);
  /// By rows of targets, of weights and kept: target_score_gradient, and the other terms. Leaves the gradients of the
  /// arcs' scores in dots.
  void (*attention_target_gradients)(const AttentionPass& pass, const ArcValues& arcs, Index begin, Index end);
  /// By rows of sources: x_gradient and source_score_gradient.
  void (*attention_source_gradients)(const AttentionPass& pass, const ArcValues& arcs, Index begin, Index end);
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
  /// h = relu(share * p + input[node] + channel * channel_weight), or without relu, with p [count, width] the products
  /// of the sums over predecessors and the cell's weight; h goes to the items' rows of states.
  void (*path_cells)(const PathRows& items, const Real* product, const Real* node_input, const Real* channel_weight,
                     Real* states);
  /// With u = gradient + p, p [count, width] what successors hand back: delta = u where the item's state is above 0
  /// (without relu everywhere), added to the node's input and, times the channel, to the channel weight; share * delta
  /// is left in the row.
  void (*path_gradients)(const PathRows& items, const Real* product, const Real* states, const PathRowGradients& to);
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
