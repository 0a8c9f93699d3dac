#include "models/model_input.h"

#include <fmt/format.h>

#include <utility>

#include "core/error.h"

namespace cairn {

namespace {
void require_rows(const Input& features, Index nodes) {
  if (rows_of(features) != nodes) {
    throw ShapeError(fmt::format("model input: {} rows of features, {} nodes", rows_of(features), nodes));
  }
}
}  // namespace

ModelInput::ModelInput(Input features, Graph graph)
    : features_(std::move(features)), graph_(std::move(graph)), prepared_(std::make_shared<Prepared>()) {
  require_rows(features_, node_count());
  const auto* dense = std::get_if<Variable>(&features_);
  if (dense != nullptr && !dense->wants_gradient()) prepared_->constant = dense->value();
}

ModelInput ModelInput::of_batch(Input features, Index row_count, std::vector<Propagation> blocks) {
  Index rows = rows_of(features);
  for (const Propagation& block : blocks) {
    if (block.source_count() != rows || block.target_count() > rows) {
      throw ShapeError(fmt::format("batch: a block of {} sources and {} targets follows {} rows", block.source_count(),
                                   block.target_count(), rows));
    }
    rows = block.target_count();
  }
  if (row_count != rows) throw ShapeError(fmt::format("batch: {} nodes, but {} rows", row_count, rows));
  const Index nodes = rows_of(features);
  ModelInput input(std::move(features), Graph::from_edges(nodes, {}));
  input.batch_ = std::make_shared<const Batch>(Batch{.row_count = row_count, .blocks = std::move(blocks)});
  return input;
}

ModelInput ModelInput::of_path_batch(Input features, PositionInput batch) {
  const Index nodes = rows_of(features);
  ModelInput input = ModelInput(std::move(features), Graph::from_edges(nodes, {})).with_position(std::move(batch));
  input.batch_ = std::make_shared<const Batch>(Batch{.row_count = input.position().row_count()});
  return input;
}

ModelInput ModelInput::of_parts(std::vector<ModelInput> parts) {
  if (parts.empty()) throw ShapeError("batch: expected inputs of several models, found none");
  const Index rows = parts.front().row_count();
  for (const ModelInput& part : parts) {
    if (part.row_count() != rows) {
      throw ShapeError(fmt::format("batch: inputs of {} and {} nodes side by side", rows, part.row_count()));
    }
  }
  ModelInput input = parts.front();
  input.batch_ = std::make_shared<const Batch>(Batch{.row_count = rows, .parts = std::move(parts)});
  return input;
}

const ModelInput& ModelInput::part(std::size_t place) const {
  if (batch_ == nullptr || batch_->parts.empty()) return *this;
  if (place >= batch_->parts.size()) {
    throw ShapeError(fmt::format("batch: model {} of several, found {} inputs", place, batch_->parts.size()));
  }
  return batch_->parts[place];
}

const Propagation& ModelInput::propagation(Normalization normalization, std::size_t place) const {
  if (batch_ == nullptr) return propagation(normalization);
  if (place >= batch_->blocks.size()) {
    throw ShapeError(fmt::format("batch: layer {} reads arcs, found {} blocks", place, batch_->blocks.size()));
  }
  return batch_->blocks[place];
}

const Propagation& ModelInput::propagation(Normalization normalization) const {
  if (batch_ != nullptr) throw ShapeError("model input: a batch has blocks for layers, not the whole graph");
  const std::lock_guard lock(prepared_->mutex);
  const auto found = prepared_->forms.find(normalization);
  if (found != prepared_->forms.end()) return found->second;
  Propagation form = Propagation::from_graph(graph_, normalization);
  if (prepared_->constant.defined()) form = form.keeping(prepared_->constant);
  return prepared_->forms.emplace(normalization, std::move(form)).first->second;
}

const PositionInput& ModelInput::position() const {
  if (!position_) throw ShapeError("model input: a model that looks from anchors was given none");
  return *position_;
}

const std::shared_ptr<const Coordinates>& ModelInput::coordinates() const {
  if (coordinates_ == nullptr) throw ShapeError("model input: an encoding was given no coordinates to read");
  return coordinates_;
}

const AttentionInput& ModelInput::attention() const {
  if (attention_ == nullptr) throw ShapeError("model input: attention was not told who hears whom");
  return *attention_;
}

ModelInput ModelInput::with_attention(AttentionInput attention) const {
  if (attention.op == nullptr || attention.op->node_count() != node_count()) {
    throw ShapeError(fmt::format("model input: attention over {} nodes, {} nodes",
                                 attention.op == nullptr ? 0 : attention.op->node_count(), node_count()));
  }
  ModelInput changed = *this;
  changed.attention_ = std::make_shared<const AttentionInput>(std::move(attention));
  return changed;
}

ModelInput ModelInput::with_path_batches(PathBatches batches) const {
  if (batches.size < 1) throw UsageError(fmt::format("path batches: expected at least 1 node, found {}", batches.size));
  ModelInput changed = *this;
  changed.path_batches_ = std::move(batches);
  return changed;
}

ModelInput ModelInput::judged_at(std::span<const NodeId> nodes) const {
  ModelInput changed = *this;
  if (!path_batches_) return changed;
  changed.path_batches_->nodes =
      nodes.empty() ? nullptr : std::make_shared<const std::vector<NodeId>>(nodes.begin(), nodes.end());
  return changed;
}

ModelInput ModelInput::with_coordinates(Coordinates coordinates) const {
  if (coordinates.node_count() != node_count()) {
    throw ShapeError(
        fmt::format("model input: coordinates of {} nodes, {} nodes", coordinates.node_count(), node_count()));
  }
  ModelInput changed = *this;
  changed.coordinates_ = std::make_shared<const Coordinates>(std::move(coordinates));
  return changed;
}

ModelInput ModelInput::with_features(Input features) const {
  require_rows(features, node_count());
  ModelInput changed = *this;
  changed.features_ = std::move(features);
  return changed;
}

ModelInput ModelInput::with_position(PositionInput position) const {
  if (position.node_count() != node_count()) {
    throw ShapeError(fmt::format("model input: positions of {} nodes, {} nodes", position.node_count(), node_count()));
  }
  ModelInput changed = *this;
  changed.position_.emplace(std::move(position));
  return changed;
}

}  // namespace cairn
