#pragma once

#include <optional>
#include <string>

#include "data/dataset.h"
#include "models/saved_model.h"
#include "tensor/named_tensors.h"

namespace cairn::cli {

/// A model file, opened for use.
class ModelFile {
 public:
  /// Throws InputError naming the file where it holds no model of ours.
  explicit ModelFile(const std::string& path);

  const SavedModel& model() const { return model_; }
  const NamedTensors& tensors() const { return tensors_; }
  /// What the model gives for every node, [N, columns]. given: coordinates, where it was trained with some from a file.
  /// Throws InputError where the dataset or the file does not fit.
  Tensor rows(const Dataset& dataset, const std::optional<Coordinates>& given = std::nullopt) const;

 private:
  std::string path_;
  NamedTensors tensors_;
  SavedModel model_;
};

}  // namespace cairn::cli
