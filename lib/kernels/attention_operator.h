#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "tensor/tensor.h"

namespace cairn::kernels {

/// M [N, N] of one head. Panels of columns are given as [J, G, N], a column after the other: row u of M x for column
/// (j, g) stands at x[j, g, u]. The same values in columns (i, g) and (j, g) give the same bits in both: attention
/// divides the one by the other.
class AttentionMatrix {
 public:
  AttentionMatrix() = default;
  AttentionMatrix(const AttentionMatrix&) = delete;
  AttentionMatrix& operator=(const AttentionMatrix&) = delete;
  virtual ~AttentionMatrix() = default;

  /// y = M x, written over. x, y: [J, G, N], not the same.
  virtual void apply(const Tensor& x, Tensor& y) const = 0;
  /// y = M^T x.
  virtual void apply_transposed(const Tensor& x, Tensor& y) const = 0;

  /// How many numbers gradient_sums holds between calls of add_gradient_sums: spectra, sums of offsets, ...
  virtual Index gradient_sum_count() const = 0;
  /// Adds what one panel tells about dL/dM = sum over columns of w x^T. w, x: [J, G, N].
  virtual void add_gradient_sums(const Tensor& x, const Tensor& w, std::span<double> gradient_sums) const = 0;
  /// y = M x and back = M^T w, and the gradient's sums (none where empty): all that a backward pass asks of a panel,
  /// for operators that have it cheaper together.
  virtual void apply_both(const Tensor& x, const Tensor& w, Tensor& y, Tensor& back,
                          std::span<double> gradient_sums) const;
  /// bias_gradient[p] += <dL/dM, dM/db_p>, once all panels are in the sums.
  virtual void add_bias_gradient(std::span<const double> gradient_sums, std::span<double> bias_gradient) const = 0;
};

/// Graphs of one shape, pair by pair: the bias that the node at place i takes of the node at place j.
struct PairTable {
  static constexpr std::int32_t none = -1;  // M is 0 there

  Index size = 0;                           // n
  std::vector<std::int32_t> bias_of_pair;   // [n, n]
  std::vector<std::vector<NodeId>> graphs;  // the node at each place
};

/// How much nodes hear each other by where they stand: M[u, v] >= 0 out of P learned biases a head, 0 between graphs of
/// a union. Kernelized attention does not change where a head's M is scaled, so M is scaled as suits: biases count
/// relative to the highest of their head. Immutable: prepared once an input.
class AttentionOperator {
 public:
  AttentionOperator() = default;
  AttentionOperator(const AttentionOperator&) = delete;
  AttentionOperator& operator=(const AttentionOperator&) = delete;
  virtual ~AttentionOperator() = default;

  virtual Index node_count() const = 0;
  /// P; 0 where nothing is learned.
  virtual Index bias_count() const = 0;
  /// Whether biases can make a node hear the node at one place alone. Other operators spread and cannot point.
  virtual bool points() const { return false; }
  /// M of a head. biases: P values. Throws ShapeError for another count.
  virtual std::unique_ptr<AttentionMatrix> with_biases(std::span<const Real> biases) const = 0;
  /// All graphs pair by pair, M = exp(b - max b) of the bias of each pair, where attention with so many features and
  /// columns of values a head costs less worked out so than by products with M; else nothing.
  virtual std::span<const PairTable> pair_tables(Index features, Index columns) const;
  /// M as [N, N], worked out entry by entry: the reference. Throws UsageError above most_dense_nodes.
  virtual Tensor to_dense(std::span<const Real> biases) const = 0;

  static constexpr Index most_dense_nodes = 8192;

 protected:
  /// Throws ShapeError "<name>: expected P biases, found ..".
  void check_biases(std::span<const Real> biases) const;
  /// An [N, N] of zeros; throws UsageError above most_dense_nodes.
  Tensor dense_zeros() const;
};

/// exp(b - max b), in double: M does not change but for its scale.
std::vector<double> shifted_exponentials(std::span<const Real> biases);

/// Throws ShapeError "<name>: ..." unless each of 0 .. node_count - 1 stands in exactly one of the lists.
void require_each_node_once(std::string_view name, Index node_count, std::span<const std::vector<NodeId>> lists);

}  // namespace cairn::kernels
