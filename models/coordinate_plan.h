#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "data/dataset.h"
#include "models/config.h"
#include "nn/position_input.h"
#include "position/cape.h"
#include "position/coordinates.h"
#include "position/encodings.h"

namespace cairn {

/// Kinds of coordinates that a run may read:
///
///   distances  hops (or lengths, with --weighted-paths) from the anchors
///   inverse    1 / (1 + d)
///   unit       d over the largest
///   spectral   eigenvectors of the normalized Laplacian, each component its own, mean square 1
///   walk       probabilities of a random walk to be back after 1, 2, .. steps
///   degree     the logarithm of 1 + the degree
///   given      what the caller brings, as from a file
///
std::span<const std::string_view> coordinate_kinds();
/// Whether coordinates of that kind are measured from anchors. Throws UsageError for an unknown kind.
bool measured_from_anchors(std::string_view coordinates);
/// Whether anything of a configuration looks from anchors: a part of its model, or the coordinates of its encodings.
bool looks_from_anchors(const TrainConfig& config);

/// Where every node of a dataset is, as a configuration says it. position: needed where coordinates are measured from
/// anchors; given: for kind `given`, of the dataset's nodes.
/// Throws UsageError where `given` brings none, ShapeError where they are not of the dataset's nodes, and as the
/// coordinates themselves (anchor_coordinates.h, spectral.h, random_walk.h).
Coordinates make_coordinates(const TrainConfig& config, const Dataset& dataset, const PositionInput* position,
                             const std::optional<Coordinates>& given = std::nullopt);

/// How training moves coordinates, and evaluation centers them. Throws UsageError for values that make no sense.
CapeOptions cape_options(const TrainConfig& config);

/// The width that stands for --encoding-width 0: as suggested_width finds it, for hops; else an eighth of what lies
/// between the axes' ends; 1 where no axis has a range. Throws as check_coordinates.
double width_from_data(const TrainConfig& config, const Coordinates& coordinates);

/// An encoding by name as the configuration wants it, its seed left to the caller. Width 0: to come from the data.
EncodingOptions encoding_options(std::string_view name, const TrainConfig& config);

/// An encoding by name, as the configuration wants it, fitted to the coordinates. --encoding-width 0:
/// width_from_data(). seed: of frequencies, noise and landmarks. Throws as make_encoding.
std::shared_ptr<const Encoding> fit_encoding(std::string_view name, const TrainConfig& config,
                                             const Coordinates& coordinates, std::uint64_t seed);

}  // namespace cairn
