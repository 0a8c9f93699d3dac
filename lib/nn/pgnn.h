#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "nn/distance_layer.h"
#include "nn/input.h"
#include "nn/linear.h"

namespace cairn {

struct PgnnOptions {
  Index hidden = 32;
  Index layers = 2;
  Real dropout = Real(0.5);  // between layers
};

/// P-GNN: with h = x W_in + b_in, a layer makes for each node v and anchor set a a message
///   M[v, a] = relu(W [f(1 / (d + 1)) h[w] ; h[v]] + b)
/// from the set's member w nearest to v, d hops away (where unreached 1 / (d + 1) is 0 and w = v), with a learned f
/// (see ClosenessScale); the next layer's h[v] is the mean of v's messages, and the last layer's answer is their
/// projection w . M[v, a] + beta, a column a set. W acts on the two halves apart, so that a message costs D products,
/// not 2 D^2. Rows are scaled to length 1 for two layers and more, but not where there is one column: it would say +-1.
/// Source: You, Ying and Leskovec, ICML 2019, as in its public code (initial weights Glorot times sqrt 2, biases 0);
/// the exception for one column, ties to the lower id and w = v where unreached are ours. Its "fast" form is
/// PositionOptions::max_hops = 2.
class Pgnn : public Module {
 public:
  /// in: features a node. Throws UsageError for a width or a number of layers below 1 and a rate outside [0, 1).
  Pgnn(Index in, const PgnnOptions& options, Rng& rng);
  ~Pgnn() override;

  /// x: [N, in]. Returns [N, K], K = position.slot_count(). Throws ShapeError where position and x do not fit.
  Variable forward(const PositionInput& position, const Input& x, const Pass& pass) const;
  void visit(const ParameterVisitor& visitor) const override;

 private:
  struct Layer;

  PgnnOptions options_;
  Linear input_;
  std::vector<std::unique_ptr<Layer>> layers_;
  Linear projection_;  // hidden -> 1, of the last layer
};

}  // namespace cairn
