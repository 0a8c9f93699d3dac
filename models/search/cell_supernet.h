#pragma once

#include <memory>
#include <vector>

#include "models/search/cell_shapes.h"
#include "models/search/mixed_op.h"
#include "models/search/supernet.h"
#include "nn/linear.h"

namespace cairn {

struct CellOptions {
  Index width = 64;
  Index classes = 0;
  Index heads = 4;  // gat
  Real dropout = Real(0.5);
};

/// The cell of NAS-Bench-Graph as a supernet over cell_space(). The features, dropped out and mapped to the width, are
/// the raw input h_0. A node's input is a mix of those before it, each (but the raw one) after batch normalization,
/// ReLU and dropout, which all readers share; its row is a mix of the operations. Node j is an output to the extent
/// that nobody reads it, prod over i of (1 - weight of j among the inputs of i): outputs side by side -> ReLU -> linear
/// map [N, classes]. With all decisions taken, nodes that are read are left out of the output.
///
/// Ours, where one network must hold all cells: the map before the cell (the table's networks have none, and a node of
/// the first shape reads the features themselves), and statistics of the batch in evaluation too, as running ones would
/// belong to the mixture and not to what is left after masking.
class CellSupernet : public Supernet {
 public:
  CellSupernet(ModelInput input, const CellOptions& options, const Rng& rng);

  const SearchSpace& space() const override { return space_; }
  Variable forward(const Mixture& mixture, const Pass& pass) const override;
  void visit(const ParameterVisitor& visitor) const override;

 private:
  struct Affine {
    Variable gain;  // [D]
    Variable bias;  // [D]
  };
  Variable prepared(const Variable& h, std::size_t node, const Pass& pass) const;

  ModelInput input_;
  CellOptions options_;
  SearchSpace space_;
  std::uint64_t key_;
  std::unique_ptr<Linear> before_;
  std::vector<std::unique_ptr<MixedOp>> nodes_;
  std::vector<Affine> norms_;                   // of the rows of nodes 1 .. 3, which others may read
  std::vector<std::unique_ptr<Linear>> after_;  // a node: its rows of one map of all outputs
  Variable bias_;                               // [classes]
};

}  // namespace cairn
