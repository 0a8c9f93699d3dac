#pragma once

#include "models/model.h"
#include "nn/linear.h"
#include "nn/path_encoder.h"

namespace cairn {

/// GIR (PathEncoder) and its variants, GIR-DIST among them, as a model by itself.
class PathModel : public Model {
 public:
  PathModel(Index in, Index slots, const PathEncoderOptions& options, Rng rng) : encoder_(in, slots, options, rng) {}
  /// In an evaluation for which the input has batches, [N, out_width()] by these: rows of nodes that are not judged
  /// are 0.
  Variable embed(const ModelInput& input, const Pass& pass) const override;
  Index out_width() const override { return encoder_.out_width(); }
  std::optional<BatchForm> batch_form() const override;
  void visit(const ParameterVisitor& visitor) const override { visitor("encoder", encoder_); }

 private:
  Variable in_batches(const ModelInput& input) const;

  PathEncoder encoder_;
};

/// Random vectors in place of positions: a fixed normal row a node, through a linear map. What a fusion gains with
/// them, it gains from more columns alone.
class RandomVectors : public Model {
 public:
  RandomVectors(Index nodes, Index width, Rng rng);
  Variable embed(const ModelInput& input, const Pass& pass) const override;
  Index out_width() const override { return map_.out_width(); }
  void visit(const ParameterVisitor& visitor) const override;

 private:
  Variable vectors_;  // [N, width], a buffer: it travels with the model
  Linear map_;
};

/// A trained vector a node, without features or edges: what can be known of a node from its labels alone.
class FreeVectors : public Model {
 public:
  FreeVectors(Index nodes, Index width, Rng rng);
  Variable embed(const ModelInput& input, const Pass& pass) const override;
  Index out_width() const override { return vectors_.value().columns(); }
  void visit(const ParameterVisitor& visitor) const override { visitor("vectors", vectors_); }

 private:
  Variable vectors_;  // [N, width]
};

}  // namespace cairn
