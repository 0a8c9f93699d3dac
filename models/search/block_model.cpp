#include "models/search/block_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/rng.h"
#include "graph/generate.h"

namespace cairn {

namespace {

/// The first `count` of `shuffled` from `begin` on, ascending.
std::vector<NodeId> part(const std::vector<NodeId>& shuffled, Index begin, Index count) {
  std::vector<NodeId> nodes(shuffled.begin() + begin, shuffled.begin() + begin + count);
  std::sort(nodes.begin(), nodes.end());
  return nodes;
}

}  // namespace

Dataset contextual_block_model(const BlockModelOptions& options, std::uint64_t seed) {
  if (options.classes < 1 || options.nodes < options.classes || options.features < 1 || options.train < 1 ||
      options.validation < 1 || options.train + options.validation >= options.nodes) {
    throw UsageError(fmt::format("block model: {} nodes do not make {} classes, {} training and {} validation nodes",
                                 options.nodes, options.classes, options.train, options.validation));
  }
  const Rng rng = Rng(seed).split("contextual block model");
  std::vector<Index> sizes;
  for (Index c = 0; c < options.classes; ++c) {
    sizes.push_back(options.nodes * (c + 1) / options.classes - options.nodes * c / options.classes);
  }
  std::vector<double> probabilities(static_cast<std::size_t>(options.classes * options.classes), options.across);
  for (Index c = 0; c < options.classes; ++c) {
    probabilities[static_cast<std::size_t>(c * options.classes + c)] = options.within;
  }
  Dataset dataset;
  dataset.name = "contextual block model";
  Rng edges = rng.split("edges");
  dataset.graph = block_model_graph(sizes, probabilities, edges);
  dataset.ids = IdMap::range(options.nodes);
  for (Index c = 0; c < options.classes; ++c) {
    dataset.class_names.push_back(std::to_string(c));
    dataset.labels.insert(dataset.labels.end(), static_cast<std::size_t>(sizes[static_cast<std::size_t>(c)]),
                          static_cast<std::int32_t>(c));
  }

  Rng mean_draws = rng.split("means");
  Tensor means(Shape{options.classes, options.features});
  for (Real& value : means.values()) value = mean_draws.normal();
  Rng noise_draws = rng.split("noise");
  Tensor features(Shape{options.nodes, options.features});
  for (Index u = 0; u < options.nodes; ++u) {
    const auto mean = std::as_const(means).row(dataset.labels[static_cast<std::size_t>(u)]);
    for (std::size_t f = 0; f < mean.size(); ++f) {
      features.row(u)[f] = mean[f] + static_cast<Real>(options.noise) * noise_draws.normal();
    }
  }
  dataset.features = std::move(features);

  std::vector<NodeId> shuffled(static_cast<std::size_t>(options.nodes));
  std::iota(shuffled.begin(), shuffled.end(), NodeId{0});
  Rng split = rng.split("split");
  for (Index i = options.nodes; i > 1; --i) {
    std::swap(shuffled[static_cast<std::size_t>(i - 1)], shuffled[static_cast<std::size_t>(split.below(i))]);
  }
  const Index seen = options.train + options.validation;
  dataset.splits.push_back({.train = part(shuffled, 0, options.train),
                            .validation = part(shuffled, options.train, options.validation),
                            .test = part(shuffled, seen, options.nodes - seen)});
  return dataset;
}

}  // namespace cairn
