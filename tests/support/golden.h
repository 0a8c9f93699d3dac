#pragma once

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "graph/graph.h"
#include "support/places.h"
#include "tensor/tensor.h"

/// Files of tests/golden, which make_golden.py there works out in float64 with another tool.
namespace cairn::support {

using Json = nlohmann::json;

inline Json golden(const std::string& file) {
  std::ifstream stream(std::string(tests_folder()) + "/golden/" + file);
  return Json::parse(stream);
}

/// Nested arrays of numbers, none empty.
inline Tensor tensor_of(const Json& json) {
  Shape shape;
  for (const Json* level = &json; level->is_array(); level = &level->front()) {
    shape.append(static_cast<Index>(level->size()));
  }
  Tensor tensor(shape);
  Index next = 0;
  const auto copy = [&](const auto& self, const Json& level) -> void {
    if (!level.is_array()) {
      tensor.data()[next++] = static_cast<Real>(level.get<double>());
      return;
    }
    for (const Json& part : level) self(self, part);
  };
  copy(copy, json);
  return tensor;
}

inline Graph graph_of(const Json& json) {
  std::vector<Edge> edges;
  for (const Json& edge : json.at("edges")) {
    edges.push_back({edge[0].get<NodeId>(), edge[1].get<NodeId>(), edge[2].get<Real>()});
  }
  return Graph::from_edges(json.at("nodes").get<Index>(), edges,
                           {.directed = json.at("directed").get<bool>(), .weighted = true});
}

/// Values here are below 20 and come from sums of tens of terms: 1e-10 leaves double a factor of a thousand. In float
/// the same sums err by about 20 * 6e-8 a term.
constexpr double golden_tolerance = sizeof(Real) == sizeof(double) ? 1e-10 : 1e-4;
/// Of formulas: in double a script's sums of a few terms below 10 leave 1e-14; float as all golden files.
constexpr double formula_tolerance = sizeof(Real) == sizeof(double) ? 1e-12 : golden_tolerance;

}  // namespace cairn::support
