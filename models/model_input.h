#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "graph/graph.h"
#include "kernels/propagation.h"
#include "nn/input.h"
#include "nn/kernel_attention.h"
#include "nn/position_input.h"
#include "position/coordinates.h"

namespace cairn {

/// What a model sees: features [N, F], the graph in the forms that its layers ask for, and for models that look from
/// anchors the positions. Copies share the prepared forms.
class ModelInput {
 public:
  /// Throws ShapeError unless the features have a row a node.
  ModelInput(Input features, Graph graph);

  const Input& features() const { return features_; }
  const Graph& graph() const { return graph_; }
  Index node_count() const { return graph_.node_count(); }
  /// Prepared at the first call, then kept.
  const Propagation& propagation(Normalization normalization) const;
  bool has_position() const { return position_.has_value(); }
  /// Throws ShapeError where there is none.
  const PositionInput& position() const;

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

 private:
  struct Prepared {
    std::mutex mutex;
    std::map<Normalization, Propagation> forms;
  };

  Input features_;
  Graph graph_;
  std::optional<PositionInput> position_;
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
