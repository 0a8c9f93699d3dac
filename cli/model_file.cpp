#include "cli/model_file.h"

#include <fmt/format.h>

#include "autodiff/pass.h"
#include "core/error.h"
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

ModelFile::ModelFile(const std::string& path) : tensors_(read_safetensors(path)), model_(opened(tensors_, path)) {}

Tensor ModelFile::rows(const Dataset& dataset) const {
  const WithoutGradients without_gradients;
  return model_.model->embed(input_for(model_, tensors_, dataset), Pass::evaluation()).value();
}

}  // namespace cairn::cli
