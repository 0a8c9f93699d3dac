#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "autodiff/gradient_check.h"
#include "autodiff/ops_dense.h"
#include "autodiff/ops_elementwise.h"
#include "support/catch.h"
#include "support/gradient_inputs.h"
#include "support/tensors.h"
#include "support/threads.h"

/// Tables of functions whose gradients are compared with central differences.
namespace cairn::support {

using Inputs = std::span<const Variable>;

struct GradientRow {
  std::string name;
  std::function<Variable(Inputs)> f;
  std::vector<Tensor> at;
};

/// Gradients of the sum of squares of f; input `only` alone is a parameter (all of them for -1).
inline std::vector<Tensor> gradients_of_squares(const GradientRow& row, int only) {
  std::vector<Variable> inputs;
  for (const Tensor& tensor : row.at) {
    const bool wanted = only < 0 || only == static_cast<int>(inputs.size());
    inputs.push_back(wanted ? Variable::parameter(tensor.clone()) : Variable::constant(tensor.clone()));
  }
  backward(sum(square(row.f(inputs))));
  std::vector<Tensor> gradients;
  for (const Variable& input : inputs) gradients.push_back(input.grad());
  return gradients;
}

/// Gradients and results have the same bits for 1, 2 and 3 threads.
inline void check_threads(const GradientRow& row) {
  INFO(row.name);
  const auto run = [&](int threads) {
    const Threads limit(threads);
    std::vector<Tensor> results = gradients_of_squares(row, -1);
    std::vector<Variable> inputs;
    for (const Tensor& tensor : row.at) inputs.push_back(Variable::constant(tensor));
    results.push_back(row.f(inputs).value());
    return results;
  };
  const std::vector<Tensor> alone = run(1);
  for (const int threads : {2, 3}) {
    const std::vector<Tensor> again = run(threads);
    for (std::size_t i = 0; i < alone.size(); ++i) CHECK(same_bits(alone[i], again[i]));
  }
}

inline void check_row(const GradientRow& row) {
  INFO(row.name);
  for (const Tensor& tensor : row.at) UNSCOPED_INFO("at " << to_string(tensor.shape()));
  const GradientCheck check = check_gradients(row.f, row.at, gradient_tolerance);
  INFO("worst " << check.worst_difference << " at " << check.worst_place);
  CHECK(check.passed);

  // A rule works out only what is wanted: leaving inputs out must not change what the others receive.
  if (row.at.size() < 2) return;
  const std::vector<Tensor> all = gradients_of_squares(row, -1);
  for (std::size_t k = 0; k < row.at.size(); ++k) {
    const std::vector<Tensor> alone = gradients_of_squares(row, static_cast<int>(k));
    INFO("input " << k << " alone");
    for (std::size_t i = 0; i < alone.size(); ++i) {
      if (i != k) {
        CHECK(!alone[i].defined());
      } else if (alone[i].defined() || all[i].defined()) {
        REQUIRE(alone[i].shape() == all[i].shape());
        CHECK(std::equal(alone[i].values().begin(), alone[i].values().end(), all[i].values().begin()));
      }
    }
  }
}

inline void check_rows(const std::vector<GradientRow>& rows) {
  for (const GradientRow& row : rows) check_row(row);
}

}  // namespace cairn::support
