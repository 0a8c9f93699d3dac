#include "models/search/supernet.h"

#include <fmt/format.h>

#include <utility>

#include "autodiff/ops_loss.h"
#include "core/error.h"
#include "data/metrics.h"

namespace cairn {

NodeObjective::NodeObjective(std::vector<std::int32_t> labels, Split split)
    : labels_(std::move(labels)), split_(std::move(split)) {
  for (const Part part : {Part::train, Part::validation, Part::test}) {
    for (const NodeId node : split_.of(part)) {
      const auto place = static_cast<std::size_t>(node);
      if (node < 0 || place >= labels_.size() || labels_[place] < 0) {
        throw ShapeError(fmt::format("search: node {} of the {} part has no class", node, to_string(part)));
      }
    }
  }
}

Variable NodeObjective::loss(const Variable& rows, Part part, const Pass&) const {
  return cross_entropy(rows, labels_, split_.of(part));
}

double NodeObjective::score(const Tensor& rows, Part part) const {
  return classification_metrics(rows, labels_, split_.of(part)).accuracy;
}

}  // namespace cairn
