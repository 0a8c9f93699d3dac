#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/config.h"
#include "models/search/search_space.h"

/// cairn's own space: where a node is told from, how that is encoded, which layer stands at each depth, how both become
/// one. An architecture of it is a TrainConfig, so that `cairn train` runs it with the recipes that its models have.
namespace cairn {

/// The options of each decision, by name.
struct ModelSpace {
  std::vector<std::string> position = {"none", "distances", "spectral", "walk", "gir"};
  std::vector<std::string> encoding = {"raw", "gaussian", "rff", "lff"};  // of coordinates
  std::vector<std::string> augmentation = {"none", "cape"};               // likewise
  std::vector<std::vector<std::string>> layers;                           // of each depth, from the features on
  std::vector<std::string> fusion = {"concat", "sum", "gate"};            // --fusion late, sum, score
  std::vector<std::string> read_out = {"last", "all"};                    // --jump last, cat
};

/// What is searched where nothing else is asked for: three layers, of which the middle one may be left out, so that
/// the models of two and three alike layers are among its architectures.
ModelSpace default_model_space();

/// Decisions that have options: position, encoding, augmentation, layer, fusion, read_out.
std::span<const std::string_view> model_decisions();
/// The options that cairn knows for one of them. Throws UsageError for an unknown decision.
std::span<const std::string_view> known_options(std::string_view decision);
/// Throws UsageError "position: unknown option 'x'; known: ..." unless it is one of them.
void check_option(std::string_view decision, std::string_view option);

/// Decisions "position", "encoding", "augmentation", "layer 1" .., "fusion", "read-out"; where nodes are told from and
/// the layers are selected before what depends on them. Throws UsageError for unknown or repeated options, a decision
/// without any, no layers, and 'skip' as the first or the last layer, whose widths differ.
SearchSpace search_space(const ModelSpace& space);

/// The same model, with the first option wherever a decision is without effect: encoding and augmentation without
/// coordinates, fusion without positions, and skips moved behind the layers that are none.
Architecture canonical_architecture(const ModelSpace& space, const Architecture& architecture);

/// The option 'cape': training moves hops by as much as leaves their order, and by up to one for all nodes alike;
/// eigenvectors (of mean square 1) and probabilities by a little, the former with either sign.
void set_augmentation(TrainConfig& config);

/// The configuration that trains the architecture from the start: the defaults of its model, and what the architecture
/// says over them. Layers that are all alike are the model of that name, others a `stack`; skips are left out.
TrainConfig config_of(const ModelSpace& space, const Architecture& architecture, std::string_view task);

/// Models that users would otherwise have to choose from, with their defaults: those of `cairn bench position`.
std::vector<TrainConfig> fixed_models(std::string_view task);

}  // namespace cairn
