#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "nn/input.h"
#include "nn/linear.h"
#include "nn/path_layer.h"

namespace cairn {

/// GIR, reconstructed from its abstract (Lu, Chen, Sun and Hu, arXiv 2105.03821): every node is encoded by what
/// messages carry to it along the shortest paths from pre-selected anchors. Per anchor a, with e = x W_in + b_in:
///   h[a, a] = relu(W_a e[a] + p);   h[a, u] = cell(mean of h[a, w] over the predecessors w of u, e[u], log paths(a,
///   u));
/// a pair that no path joins has one learned state. Weights are shared by anchors, levels and nodes. That is
/// options.paths = "all"; other ways to the states are options of make_path_layer. With several layers a layer's e is
/// dropout(mean of the node's states over the anchors that reach it, in the layer before), its weights are its own, and
/// the last one's states are read out.
/// Read-outs of [N, K] states: "anchors" concatenates a node's K states and maps them by a two-layer perceptron
/// (anchors fixed for the run), "linear" by one linear map; "scalar" maps each state to `numbers` numbers by weights
/// that all anchors share, so that pairs can be compared on graphs with other anchors (with one number and unit_rows it
/// is P-GNN's; not scaled for K = 1); "structure" averages over the anchors, so that neither their order nor their
/// graph matters.
/// Slots are worked on in slices whose states a cache holds, one slice after the other there and back. Where the
/// position says how many slots to hold at once, states of one slice are held at a time, and made again in the backward
/// pass, until which the encoder must live ("indication_all" has one slot).
class PathEncoder : public Module {
 public:
  /// in: features a node. slots: K. Throws UsageError for unknown names, layers or steps below 1 and a rate outside [0,
  /// 1).
  PathEncoder(Index in, Index slots, const PathEncoderOptions& options, Rng& rng);

  /// x: [N, in], of a batch a row for each node on its paths. Returns [N, out_width()], of a batch its rows alone, but
  /// with the scalar read-out position.slot_count() * numbers columns. Throws ShapeError where x does not fit the
  /// nodes, or with anchors and linear the anchors K, and for a batch that it cannot take.
  Variable forward(const PositionInput& position, const Input& x, const Pass& pass) const;
  /// Whether it can be given the drawn paths of a batch: one layer along all shortest paths.
  bool takes_batches() const;
  Index out_width() const;
  void visit(const ParameterVisitor& visitor) const override;

 private:
  struct Slices {
    std::vector<PositionInput> parts;
    bool recomputed;  // states are not kept for the backward pass
  };
  Slices slices_of(const PositionInput& position) const;
  /// What the states of slots first_slot, first_slot + 1, ... add to a result.
  using Contribution = std::function<Variable(const PathStates& states, Index first_slot)>;
  std::vector<Variable> contributions(const PathLayer& layer, const Slices& slices, const Variable& e, const Pass& pass,
                                      const Contribution& contribution) const;
  /// Each node's states times the read-out's weight: [N, out].
  Variable product_of_states(const PathLayer& layer, const Slices& slices, const Variable& e, const Pass& pass) const;
  /// Mean of each node's states over the anchors that reach it, [N, D].
  Variable mean_of_states(const PathLayer& layer, const Slices& slices, const Variable& e, const Pass& pass) const;

  PathEncoderOptions options_;
  Index slots_;   // of the states; 1 for indication_all
  Linear input_;  // in -> D
  std::vector<std::unique_ptr<PathLayer>> layers_;
  std::uint64_t dropout_key_;
  std::unique_ptr<Linear> read_out_;         // anchors, linear: K D -> out; scalar: D -> numbers; structure: D -> out
  std::unique_ptr<Linear> second_read_out_;  // anchors: out -> out
};

/// Slots of [N, width] states that go at once so that a cache holds a slice's states, and their gradients; 0: all,
/// where these fit, or where even one slot does not.
Index slots_in_cache(Index nodes, Index slots, Index width);

/// Bytes that training a layer of the encoder holds from its first pass on.
struct PathEncoderBytes {
  Index states = 0;    // of all slots, or of those at once
  Index gradient = 0;  // with respect to a slice of them
  Index plan = 0;      // of all slots
  Index total = 0;
};

/// For paths "all", with either cell and any aggregate but max. slots: K. paths: of all of them, as planned_bytes gives
/// it; while they are listed, paths.peak is held instead of states and gradient.
PathEncoderBytes planned_bytes(Index nodes, Index slots, Index width, const PathBytes& paths, Index slots_at_once = 0);

}  // namespace cairn
