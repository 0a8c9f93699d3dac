#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "autodiff/ops_paths.h"
#include "autodiff/pass.h"
#include "nn/module.h"
#include "nn/position_input.h"

namespace cairn {

struct PathEncoderOptions {
  Index width = 32;                  // D, of a state
  Index out = 32;                    // columns of the result; with the scalar read-out K * numbers instead
  std::string cell = "affine";       // affine, linear, gated
  std::string aggregate = "mean";    // mean, sum (small graphs), scaled_sum, max
  bool path_counts = true;           // the log path count as a scalar input of the cell
  bool attributes = true;            // the nodes' own features as input of the cell, on the way (else on anchors alone)
  std::string read_out = "anchors";  // anchors, linear, scalar, structure
  Index numbers = 1;                 // an anchor, with the scalar read-out
  bool unit_rows = true;             // scalar read-out: rows scaled to length 1, unless they are one number
  std::string paths = "all";         // what carries the states, a name of make_path_layer's table
  Index steps = 4;                   // of indication, indication_all and wave
  Index layers = 1;  // one on the other: the next one's e is the mean of a node's states over its anchors
  Real dropout = 0;  // of that mean
  /// Highest level of the paths that it is trained along, 0: not known. Not of its meaning: see PathCellParameters.
  Index depth = 0;
};

/// States of all pairs of a node and an anchor slot.
struct PathStates {
  Variable table;           // [N * K, D], row u * K + k for node u and slot k; N: position.row_count()
  Index slot_count = 0;     // K
  UnreachedRows unreached;  // rows that no path joins; null: none
};

/// The paths along which states are carried level by level under a name of make_path_layer's table; nothing for the
/// other ways.
std::optional<PathForm> path_form(std::string_view paths);

/// Gives each node a state an anchor.
class PathLayer : public Module {
 public:
  /// What the layer makes of e alone, whatever the slots: worked out once for all slices of a position.
  /// e: [N, D], the nodes' own inputs.
  virtual std::vector<Variable> inputs(const Variable& e) const = 0;
  /// The states of the position's slots. inputs: as inputs() made them.
  virtual PathStates slot_states(const PositionInput& position, std::span<const Variable> inputs,
                                 const Pass& pass) const = 0;

  PathStates states(const PositionInput& position, const Variable& e, const Pass& pass) const {
    return slot_states(position, inputs(e), pass);
  }
};

/// The layer named by options.paths. With W e + b for a node's own input (b alone without attributes):
///   all            - cells along all shortest paths (GIR-DAG): see PathEncoder;
///   tree           - the same along one path to each node, drawn with PositionOptions::tree_key (GIR-TREE);
///   siblings       - all, and after each level h' = relu(h W_h + (mean of h over the neighbors in the level) W_s + b')
///                    for its nodes, 0 for a mean of none; W_h = I and W_s small at the start (GIR-SIB);
///   wave           - step t = 1 .. `steps` works out anew all nodes up to t hops away, by one cell, from all neighbors
///                    that have a state, which are those up to t - 1 hops away; anchors keep theirs, own states do not
///                    enter; nodes farther than `steps` have the unreached state (GIR-WAVE). Arcs count by weight;
///   indication     - h = relu(W e + p [u = a]) for all pairs, then `steps` layers, each with weights of its own,
///                    h' = relu(h W_s + (mean of h over the neighbors) W_n + b') on the whole graph (IND-MPNN). p is
///                    drawn. Without attributes only anchors start with e. Reads neither cell, aggregate nor
///                    path_counts;
///   indication_all - the same with one slot in which all anchors carry the mark (IND-ALL);
///   distance       - relu(f(1 / (distance + 1)) W_a e[a] + W e[u] + b), f a perceptron 1 -> D -> 1: what distance
///   alone
///                    says, the control without paths (GIR-DIST). Of an anchor of several members the nearest one's e.
///                    Reads neither cell nor aggregate nor path_counts.
/// Names and formulas are ours, after the variants that are worth comparing with the method; the first idea of its
/// abstract, anchor indication, is "indication". Throws UsageError for unknown names, of paths, cells and aggregates.
std::unique_ptr<PathLayer> make_path_layer(const PathEncoderOptions& options, Rng& rng);

/// Place of `name` among the known. Throws UsageError "unknown <kind> ..." where it is not.
std::size_t place_of(std::string_view kind, std::string_view name, std::span<const std::string_view> known);

}  // namespace cairn
