#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "models/model.h"
#include "models/search/mixed_op.h"
#include "models/search/model_search_input.h"
#include "models/search/supernet.h"
#include "nn/linear.h"

namespace cairn {

struct ModelSupernetOptions {
  Index width = 32;  // D, of the rows that are mixed
  Real dropout = Real(0.5);
};

/// All architectures of a ModelSpace in one network, made of the modules of their models. Rows of the layers: the
/// features, dropped out and mapped to D columns, then a mix of layers at each depth (rows of one scale), the last one
/// or a linear map of all. Rows of the positions: of each source a mix over augmentations and encodings, each with
/// weights of its own (what training moves is another task), or of paths from anchors. Fusion, then a linear map to
/// what the task asks for: of both side by side (concat), of their sum, of their sum with learned shares (gate).
///
/// Ours, where one network must hold all: every layer has D columns, so that the first one reads a map of the features;
/// positions do not wait for layers as in a late fusion of classes.
class ModelSupernet : public Supernet {
 public:
  /// The input must outlive this.
  ModelSupernet(const ModelSearchInput& input, const ModelSpace& space, const ModelSupernetOptions& options,
                const Rng& rng);

  const SearchSpace& space() const override { return space_; }
  Variable forward(const Mixture& mixture, const Pass& pass) const override;
  void visit(const ParameterVisitor& visitor) const override;

 private:
  /// Encodings of one source of coordinates, or its paths.
  struct Source {
    std::string name;
    const PositionChoice* choice = nullptr;          // null: none
    std::vector<std::unique_ptr<Model>> parts = {};  // by augmentation, then encoding; of paths one
    std::vector<std::unique_ptr<Linear>> maps = {};  // null: a part has D columns already
  };
  struct Head {
    std::unique_ptr<Linear> rows;       // of the layers; of sum and gate of both
    std::unique_ptr<Linear> positions;  // concat
    Variable shares;                    // gate: [1, 2] before the softmax
  };

  void add_source(const std::string& position, const Rng& rng);
  Variable source_rows(const Source& source, const Mixture& mixture, const Pass& pass) const;
  /// Undefined where nothing but 'none' counts.
  Variable position_rows(const Mixture& mixture, const Pass& pass) const;
  Variable layer_rows(const Mixture& mixture, const Pass& pass) const;
  Variable fused(std::size_t option, const Variable& rows, const Variable& positions) const;

  const ModelSearchInput& input_;
  ModelSpace model_space_;
  SearchSpace space_;
  ModelSupernetOptions options_;
  std::uint64_t key_;  // of dropout
  std::unique_ptr<Linear> first_;
  std::vector<std::unique_ptr<MixedOp>> layers_;
  std::unique_ptr<Linear> all_;  // of the rows of all depths
  std::vector<Source> sources_;
  std::vector<Head> heads_;  // one an option of fusion
};

}  // namespace cairn
