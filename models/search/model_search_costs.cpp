#include <algorithm>

#include "models/defaults.h"
#include "models/memory_plan.h"
#include "models/search/model_search.h"

namespace cairn {

namespace {

constexpr Index columns_an_axis = 16;  // of encodings, at widths that come from the data
constexpr Index axes = 32;             // anchors of encodings by default; eigenvectors and steps are fewer
constexpr Index rows_a_layer = 8;      // that an operation keeps for its gradient, with the gradients
constexpr Index passes = 2;            // a step holds one; what a buffer pool keeps of the other kind is as much

bool offers(const std::vector<std::string>& options, const char* name) {
  return std::find(options.begin(), options.end(), name) != options.end();
}

}  // namespace

Index planned_bytes(const Dataset& dataset, const ModelSearchOptions& options) {
  const Index row = dataset.node_count() * static_cast<Index>(sizeof(Real));
  Index operations = 0;
  for (const auto& layer : options.space.layers) operations += static_cast<Index>(layer.size());
  Index bytes = passes * row * options.supernet.width * rows_a_layer * operations;
  for (const std::string& position : options.space.position) {
    if (position == "none" || position == "gir") continue;
    const auto parts = static_cast<Index>(options.space.encoding.size() * options.space.augmentation.size());
    bytes += passes * parts * row * columns_an_axis * axes;
  }
  if (offers(options.space.position, "gir") && dataset.node_count() > 0) {
    bytes += plan_memory(dataset, with_settings(default_config("gcn+gir", options.task), options.settings)).peak_bytes;
  }
  return bytes;
}

}  // namespace cairn
