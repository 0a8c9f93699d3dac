#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

#include "data/synthetic.h"
#include "models/defaults.h"
#include "models/training.h"

/// What tests of models share.
namespace cairn::support {

/// Sparse bags of words, five blocks; features alone say little.
inline Dataset small_blocks(const std::string& options = "nodes=120,classes=3,features=30") {
  return make_synthetic("sbm:" + options, 1);
}

/// The defaults of a model, a few epochs of them.
inline TrainConfig short_config(std::string_view model, Index epochs = 6) {
  TrainConfig config = default_config(model);
  config.epochs = epochs;
  config.hidden = 4;
  config.heads = std::min<Index>(config.heads, 2);
  return config;
}

inline void finish(Training& training) {
  while (!training.done()) training.advance();
}

/// All that a run to its end leaves.
inline NamedTensors trained(const Dataset& dataset, const TrainConfig& config) {
  Training training(dataset, config);
  finish(training);
  return training.save();
}

/// Empty where both hold the same, else the name of the first difference.
inline std::string first_difference(const NamedTensors& a, const NamedTensors& b) {
  for (const auto& [name, text] : a.metadata) {
    const auto other = b.metadata.find(name);
    if (other == b.metadata.end() || other->second != text) return name;
  }
  for (const auto& [name, array] : a.arrays) {
    const auto other = b.arrays.find(name);
    if (other == b.arrays.end() || !(other->second.shape == array.shape) || other->second.values != array.values) {
      return name;
    }
  }
  if (a.arrays.size() != b.arrays.size() || a.metadata.size() != b.metadata.size()) return "number of entries";
  return "";
}

}  // namespace cairn::support
