#include "cli/model_file.h"

#include <fmt/format.h>

#include "autodiff/pass.h"
#include "core/error.h"
#include "core/subnormals.h"
#include "graph_io/safetensors.h"

namespace cairn::cli {

namespace {
SavedModel opened(const NamedTensors& tensors, const std::string& path) {
  try {
    return load_model(tensors);
  } catch (const Error& error) {  // of any kind: the fault is in the file
    throw InputError(path, 0, fmt::format("expected a model of cairn: {}", error.what()));
  }
}
}  // namespace

ModelFile::ModelFile(const std::string& path)
    : path_(path), tensors_(read_safetensors(path)), model_(opened(tensors_, path)) {}

Tensor ModelFile::rows(const Dataset& dataset, const std::optional<Coordinates>& given) const {
  if (dataset.graph.directed() != model_.directed) {  // some formats say it themselves
    const auto kind = [](bool directed) { return directed ? "directed" : "undirected"; };
    throw InputError(dataset.name, 0,
                     fmt::format("expected {} edges, which the model was trained on, found {} ones",
                                 kind(model_.directed), kind(dataset.graph.directed())));
  }
  const WithoutGradients without_gradients;
  const ModelInput input = [&] {
    try {
      return input_for(model_, tensors_, dataset, given);
    } catch (const InputError&) {  // of the dataset
      throw;
    } catch (const UsageError&) {  // of the paths
      throw;
    } catch (const Error& error) {
      throw InputError(path_, 0, fmt::format("expected a model of cairn: {}", error.what()));
    }
  }();
  const FlushSubnormals flush;  // as in training
  return model_.model->embed(input, Pass::evaluation()).value();
}

}  // namespace cairn::cli
