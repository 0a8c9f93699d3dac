#pragma once

#include <memory>
#include <mutex>

#include "models/model.h"
#include "nn/learnable_fourier.h"
#include "nn/linear.h"
#include "position/cape.h"
#include "position/encoding.h"

namespace cairn {

/// Coordinates as an encoding is to read them in a pass: in training moved by CAPE, else as they are; centered where
/// asked for. All encodings of a model see the same ones. What does not change from pass to pass is kept.
class MovedCoordinates {
 public:
  explicit MovedCoordinates(const CapeOptions& options);

  /// Whether training moves them: else at() gives the same for every pass over an input.
  bool moves(const Pass& pass) const { return pass.is_training() && is_moved_; }
  std::shared_ptr<const Coordinates> at(const ModelInput& input, const Pass& pass) const;

 private:
  CapeOptions options_;
  bool is_moved_;
};

/// A fixed encoding of coordinates through one linear map, z_u = encode(p_u) W + b.
class EncodingModel : public Model {
 public:
  EncodingModel(std::shared_ptr<const Encoding> encoding, Index width, const CapeOptions& cape, Rng rng);
  Variable embed(const ModelInput& input, const Pass& pass) const override;
  Index out_width() const override { return map_.out_width(); }
  void visit(const ParameterVisitor& visitor) const override { visitor("map", map_); }

 private:
  Variable rows(const ModelInput& input, const Pass& pass) const;

  std::shared_ptr<const Encoding> encoding_;
  MovedCoordinates coordinates_;
  Linear map_;
  mutable std::mutex mutex_;
  mutable std::shared_ptr<const Coordinates> encoded_;  // whose rows are kept
  mutable Variable rows_;
};

/// Learnable Fourier features of coordinates, through a linear map where their columns are not those asked for.
class FourierModel : public Model {
 public:
  /// options.width is worked out from `width`: the next multiple of the groups.
  FourierModel(LearnableFourierOptions options, Index width, const CapeOptions& cape, Rng rng);
  Variable embed(const ModelInput& input, const Pass& pass) const override;
  Index out_width() const override { return map_ ? map_->out_width() : features_.out_width(); }
  void visit(const ParameterVisitor& visitor) const override;

 private:
  MovedCoordinates coordinates_;
  LearnableFourier features_;
  std::unique_ptr<Linear> map_;  // null: none is needed
};

}  // namespace cairn
