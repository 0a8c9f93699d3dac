#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "autodiff/pass.h"
#include "data/split.h"
#include "models/search/mixture.h"
#include "nn/module.h"

namespace cairn {

/// One network that holds every architecture of a space, with shared weights. With every decision taken it is that
/// architecture's discrete network.
class Supernet : public Module {
 public:
  virtual const SearchSpace& space() const = 0;
  /// Rows for the objective: [N, width].
  virtual Variable forward(const Mixture& mixture, const Pass& pass) const = 0;
};

/// A supernet with fresh weights; the same for the same rng.
using MakeSupernet = std::function<std::unique_ptr<Supernet>(const Rng& rng)>;

/// What the rows of a supernet are judged by.
class SearchObjective {
 public:
  SearchObjective() = default;
  SearchObjective(const SearchObjective&) = delete;
  SearchObjective& operator=(const SearchObjective&) = delete;
  virtual ~SearchObjective() = default;
  /// One value; gradients pass on every part, since options are weighed on the validation part.
  virtual Variable loss(const Variable& rows, Part part, const Pass& pass) const = 0;
  /// The higher the better.
  virtual double score(const Tensor& rows, Part part) const = 0;
};

/// Classes of nodes: cross entropy and accuracy. rows: [N, C], scores before softmax.
class NodeObjective : public SearchObjective {
 public:
  /// labels: [N], class or -1. Throws ShapeError for a node of the split without a class.
  NodeObjective(std::vector<std::int32_t> labels, Split split);
  Variable loss(const Variable& rows, Part part, const Pass& pass) const override;
  double score(const Tensor& rows, Part part) const override;

 private:
  std::vector<std::int32_t> labels_;
  Split split_;
};

}  // namespace cairn
