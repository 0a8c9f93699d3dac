#include "models/model_input.h"

#include <fmt/format.h>

#include <utility>

namespace cairn {

ModelInput::ModelInput(Input features, Graph graph)
    : features_(std::move(features)), graph_(std::move(graph)), prepared_(std::make_shared<Prepared>()) {
  if (rows_of(features_) != graph_.node_count()) {
    throw ShapeError(
        fmt::format("model input: {} rows of features, {} nodes", rows_of(features_), graph_.node_count()));
  }
}

const Propagation& ModelInput::propagation(Normalization normalization) const {
  const std::lock_guard lock(prepared_->mutex);
  const auto found = prepared_->forms.find(normalization);
  if (found != prepared_->forms.end()) return found->second;
  return prepared_->forms.emplace(normalization, Propagation::from_graph(graph_, normalization)).first->second;
}

}  // namespace cairn
