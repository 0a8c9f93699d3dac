#pragma once

#include <map>
#include <memory>
#include <mutex>

#include "graph/graph.h"
#include "kernels/propagation.h"
#include "nn/input.h"

namespace cairn {

/// What a model sees: features [N, F] and the graph in the forms that its layers ask for. Copies share the prepared
/// forms.
class ModelInput {
 public:
  /// Throws ShapeError unless the features have a row a node.
  ModelInput(Input features, Graph graph);

  const Input& features() const { return features_; }
  const Graph& graph() const { return graph_; }
  Index node_count() const { return graph_.node_count(); }
  /// Prepared at the first call, then kept.
  const Propagation& propagation(Normalization normalization) const;

 private:
  struct Prepared {
    std::mutex mutex;
    std::map<Normalization, Propagation> forms;
  };

  Input features_;
  Graph graph_;
  std::shared_ptr<Prepared> prepared_;
};

}  // namespace cairn
