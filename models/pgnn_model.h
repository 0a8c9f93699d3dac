#pragma once

#include "models/config.h"
#include "models/model.h"
#include "nn/pgnn.h"

namespace cairn {

/// P-GNN as a model: [N, K] positions. It runs on anchors of any kind; sets redrawn at each epoch are the published
/// ones.
class PgnnModel : public Model {
 public:
  PgnnModel(Index in, Index slots, const TrainConfig& config, Rng rng)
      : slots_(slots),
        pgnn_(in, {.hidden = config.hidden, .layers = config.layers, .dropout = static_cast<Real>(config.dropout)},
              rng) {}
  Variable embed(const ModelInput& input, const Pass& pass) const override {
    return pgnn_.forward(input.position(), input.features(), pass);
  }
  Index out_width() const override { return slots_; }
  void visit(const ParameterVisitor& visitor) const override { visitor("pgnn", pgnn_); }

 private:
  Index slots_;
  Pgnn pgnn_;
};

}  // namespace cairn
