#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "models/config.h"
#include "models/model.h"
#include "position/encoding.h"

namespace cairn {

/// What a model must know of the data that it is built for.
struct ModelExtents {
  Index in = 0;                    // columns of the features
  Index out = 0;                   // columns to give: classes, or the width of an embedding
  Index nodes = 0;                 // of the graph it is trained on, for models with a vector a node
  Index slots = 0;                 // K, columns of anchors, for models that look from anchors
  Index depth = 0;                 // highest level of the paths to train along, 0: not known
  std::string features = "given";  // what they are, as in FeaturePlan
  Index axes = 0;                  // of the coordinates, for models that encode them
  double length_scale = 1;         // of these, for frequencies that are drawn
  /// Fitted encodings by name, for the parts that are encodings.
  std::map<std::string, std::shared_ptr<const Encoding>, std::less<>> encodings = {};
  Index attention_biases = 0;  // of the operator, for models that attend
};

/// The model that a configuration describes: of one kind, or parts joined by + and fused.
/// kernel-attention beside one kind of layers is their global half, and both are one part. Where classes are learned
/// (task node) it gives `out` columns, else its parts' embeddings of `out` columns, but for read-out scalar, which
/// gives slots * anchor_width. The same parameters for the same rng, whatever else was built before. Throws UsageError
/// for unknown names.
std::unique_ptr<Model> make_model(const TrainConfig& config, const ModelExtents& extents, const Rng& rng);

}  // namespace cairn
