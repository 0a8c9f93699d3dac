#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "graph/graph.h"
#include "kernels/propagation.h"
#include "nn/input.h"
#include "nn/kernel_attention.h"
#include "nn/position_input.h"
#include "position/coordinates.h"

namespace cairn {

/// How nodes are judged by models that look along paths, where no list of all paths is to be held: by batches of them.
struct PathBatches {
  Index size = 0;                                              // nodes at a time
  Index fan_out = 0;                                           // predecessors drawn of each pair; 0: all
  std::shared_ptr<const std::vector<NodeId>> nodes = nullptr;  // that are judged; null: all
};

/// What a model sees: features [N, F], the graph in the forms that its layers ask for, and for models that look from
/// anchors the positions. Copies share the prepared forms.
class ModelInput {
 public:
  /// Throws ShapeError unless the features have a row a node.
  ModelInput(Input features, Graph graph);

  /// What a batch of nodes needs of an input: rows of features, those of the batch's `row_count` nodes first, and for
  /// each layer that reads arcs, from the features on, its block, whose sources are the rows that come into the layer.
  /// The graph has no arcs. Throws ShapeError unless rows and blocks fit each other.
  static ModelInput of_batch(Input features, Index row_count, std::vector<Propagation> blocks);

  /// Likewise for a model that looks along paths: a row of features for each node on them.
  static ModelInput of_path_batch(Input features, PositionInput batch);
  /// Of one batch, what each of several models needs. Throws ShapeError unless all are to give as many rows.
  static ModelInput of_parts(std::vector<ModelInput> parts);
  /// What model number `place` of several sees: in a batch an input of its own, else this one.
  const ModelInput& part(std::size_t place) const;

  const Input& features() const { return features_; }
  const Graph& graph() const { return graph_; }
  Index node_count() const { return graph_.node_count(); }
  /// Rows that a model is to give: one a node, or of a batch its own.
  Index row_count() const { return batch_ == nullptr ? node_count() : batch_->row_count; }
  /// Prepared at the first call, then kept. Throws ShapeError in a batch, which has blocks alone.
  const Propagation& propagation(Normalization normalization) const;
  /// What layer number `place` of those that read arcs is given: in a batch its block, else propagation(normalization).
  /// Throws ShapeError where the batch has none.
  const Propagation& propagation(Normalization normalization, std::size_t place) const;
  bool has_position() const { return position_.has_value(); }
  /// Throws ShapeError where there is none.
  const PositionInput& position() const;

  /// Evaluation along paths goes by batches; null: all nodes at once.
  const PathBatches* path_batches() const { return path_batches_ ? &*path_batches_ : nullptr; }

  bool has_coordinates() const { return coordinates_ != nullptr; }
  /// What encodings read. Throws ShapeError where there is none.
  const std::shared_ptr<const Coordinates>& coordinates() const;

  bool has_attention() const { return attention_ != nullptr; }
  /// Who hears whom in kernelized attention. Throws ShapeError where there is none.
  const AttentionInput& attention() const;

  /// The same input with other features, with positions, with coordinates, or with attention. Throw ShapeError unless
  /// they fit the nodes.
  ModelInput with_features(Input features) const;
  ModelInput with_position(PositionInput position) const;
  ModelInput with_coordinates(Coordinates coordinates) const;
  ModelInput with_attention(AttentionInput attention) const;
  /// The same input, evaluated by batches along paths. Throws UsageError for a size below 1.
  ModelInput with_path_batches(PathBatches batches) const;
  /// The same input, for an evaluation that reads the rows of these nodes alone. Empty: of all.
  ModelInput judged_at(std::span<const NodeId> nodes) const;

 private:
  struct Prepared {
    std::mutex mutex;
    std::map<Normalization, Propagation> forms;
    Tensor constant;  // features that the forms keep products of; undefined: none
  };

  struct Batch {
    Index row_count = 0;
    std::vector<Propagation> blocks = {};
    std::vector<ModelInput> parts = {};
  };

  Input features_;
  Graph graph_;
  std::shared_ptr<const Batch> batch_;  // null: all nodes
  std::optional<PositionInput> position_;
  std::optional<PathBatches> path_batches_;
  std::shared_ptr<const Coordinates> coordinates_;   // null: none
  std::shared_ptr<const AttentionInput> attention_;  // null: none
  std::shared_ptr<Prepared> prepared_;
};

/// Where a trainer takes its input from, step by step.
class InputSource {
 public:
  InputSource() = default;
  InputSource(const InputSource&) = delete;
  InputSource& operator=(const InputSource&) = delete;
  virtual ~InputSource() = default;
  /// The input of a step, the same whenever it is asked for; valid until the next call.
  virtual const ModelInput& at(Index step) = 0;
};

/// The same input at every step.
class FixedInput : public InputSource {
 public:
  explicit FixedInput(ModelInput input) : input_(std::move(input)) {}
  const ModelInput& at(Index) override { return input_; }

 private:
  ModelInput input_;
};

}  // namespace cairn
