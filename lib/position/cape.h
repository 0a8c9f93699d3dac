#pragma once

#include <cstdint>
#include <span>

#include "core/rng.h"
#include "position/coordinates.h"

/// Continuous augmented positional embeddings: in training, coordinates are moved about before they are encoded, so
/// that what reads the encoding can rely on differences within a graph alone, and meets offsets, spacings and diameters
/// that its training graphs do not have.
/// Source: Likhomanenko, Xu, Synnaeve, Collobert and Rogozhnikov, NeurIPS 2021. Draws a graph and an axis, spacing and
/// signs are ours.
namespace cairn {

/// How far coordinates are moved in training. All shifts are half widths: U(-Dmax, Dmax), where some codes state the
/// full width. Zeros and a scale of 1 leave them as they are.
struct CapeOptions {
  Real global_shift = 0;      ///< Dmax, in units of the coordinates: one draw a graph and axis
  bool shared_shift = false;  ///< one draw a graph for all its axes instead
  Real local_shift = 0;       ///< emax, in units of `spacing`: one draw a node and axis; up to 0.5 order survives
  Real spacing = 1;           ///< of neighboring nodes in units of the coordinates: 1 for hops
  Real max_scale = 1;         ///< Lmax >= 1: one draw a graph, its logarithm uniform in +-log Lmax
  bool center = false;        ///< first takes off each graph's mean on each axis; also in evaluation
  bool flip_signs = false;    ///< our extension, for eigenvectors: one fair sign a graph and axis
};

/// Throws UsageError naming the member, unless shifts are at least 0, the scale at least 1, the spacing above 0, and
/// all are finite.
void check_cape_options(const CapeOptions& options);

/// What one step of training moves, so that it can be drawn, looked at, or given.
struct CapeDraws {
  Tensor sign;   ///< [G, K], +1 or -1
  Tensor shift;  ///< [G, K], in units of the coordinates
  Tensor local;  ///< [N, K], in units of the coordinates
  Tensor scale;  ///< [G]
};

/// Draws for coordinates of N nodes on K axes in G graphs. What a graph gets is a function of rng, of the graph's key
/// and, for local shifts, of a node's rank within its graph: neither other graphs nor their order change it. Does not
/// draw from rng, so a step is to bring its own (Rng(pass.draws(key))).
/// graph_keys: [G], or empty: a graph's number. Throws as check_cape_options, ShapeError for keys that are not G.
CapeDraws draw_cape(const CapeOptions& options, const Coordinates& coordinates, const Rng& rng,
                    std::span<const std::uint64_t> graph_keys = {});

/// p' = (sign p + shift + local) scale for what is known: shifts first, then the scale. What is not known stays 0 and
/// unknown. Throws ShapeError where the draws do not fit.
Coordinates cape(const Coordinates& coordinates, const CapeDraws& draws);

/// Each graph's mean over its known values taken off, axis by axis; sums in double, in the order of nodes.
Coordinates centered(const Coordinates& coordinates);

/// What a layer reads in training: centered where asked for, then moved by draw_cape's draws. Throws as draw_cape.
Coordinates cape_in_training(const Coordinates& coordinates, const CapeOptions& options, const Rng& rng,
                             std::span<const std::uint64_t> graph_keys = {});
/// What it reads in evaluation: centered where asked for, else the same values.
Coordinates cape_in_evaluation(const Coordinates& coordinates, const CapeOptions& options);

/// G: one more than the highest graph; 1 where graph_of_node is empty.
Index graph_count(const Coordinates& coordinates);

}  // namespace cairn
