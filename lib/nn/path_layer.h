#pragma once

#include <memory>
#include <span>
#include <string>

#include "autodiff/pass.h"
#include "nn/module.h"
#include "nn/position_input.h"

namespace cairn {

struct PathEncoderOptions {
  Index width = 32;                  // D, of a state
  Index out = 32;                    // columns of the result; with the scalar read-out the number of anchor slots K
  std::string cell = "affine";       // affine, linear, gated
  std::string aggregate = "mean";    // mean, sum (small graphs), scaled_sum
  bool path_counts = true;           // the log path count as a scalar input of the cell
  bool attributes = true;            // the nodes' own features as input of the cell, on the way (else on anchors alone)
  std::string read_out = "anchors";  // anchors, scalar, structure
  std::string paths = "all";         // what carries the states, a name of make_path_layer's table
};

/// States of all pairs of a node and an anchor slot.
struct PathStates {
  Variable table;                           // [N * K, D], row u * K + k for node u and slot k
  Index slot_count = 0;                     // K
  std::span<const std::int32_t> unreached;  // rows that no path joins; lives as long as the PositionInput
};

/// Gives each node a state an anchor.
class PathLayer : public Module {
 public:
  /// e: [N, D], the nodes' own inputs.
  virtual PathStates states(const PositionInput& position, const Variable& e, const Pass& pass) const = 0;
};

/// The layer named by options.paths:
///   all      - cells along all shortest paths (GIR-DAG);
///   distance - relu(f(1 / (distance + 1)) W_a e[a] + W e[u] + b), f a perceptron 1 -> D -> 1: what distance alone
///   says,
///              the control without paths (GIR-DIST). Of an anchor of several members the nearest one's e. Reads
///              neither cell nor aggregate nor path_counts.
/// The names and what they change are ours, after the variants that the method's notes list. Throws UsageError for
/// unknown names, of paths, cells and aggregates.
std::unique_ptr<PathLayer> make_path_layer(const PathEncoderOptions& options, Rng& rng);

/// Place of `name` among the known. Throws UsageError "unknown <kind> ..." where it is not.
std::size_t place_of(std::string_view kind, std::string_view name, std::span<const std::string_view> known);

}  // namespace cairn
