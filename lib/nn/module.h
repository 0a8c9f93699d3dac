#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "autodiff/variable.h"
#include "core/rng.h"

namespace cairn {

/// How an optimizer treats a parameter.
enum class ParameterKind : std::uint8_t {
  weight,  // trained, weight decay applies
  bias,    // trained without decay (biases, gains)
  buffer   // a running statistic: kept with the model, never trained
};

struct NamedParameter {
  std::string name;  // "layers.0.weight"
  Variable value;
  ParameterKind kind = ParameterKind::weight;
  Real rate_scale = 1;  // of the learning rate
};

class Module;

/// Collects parameters under the prefix of the modules on the way to them.
class ParameterVisitor {
 public:
  explicit ParameterVisitor(std::vector<NamedParameter>& found) : found_(found) {}

  void operator()(std::string_view name, const Variable& value, ParameterKind kind = ParameterKind::weight) const;
  /// All parameters of a part, named "<prefix>.<name>".
  void operator()(std::string_view prefix, const Module& part) const;

 private:
  ParameterVisitor(std::vector<NamedParameter>& found, std::string prefix)
      : found_(found), prefix_(std::move(prefix)) {}

  std::vector<NamedParameter>& found_;
  std::string prefix_;
};

/// Something with parameters.
class Module {
 public:
  Module() = default;
  Module(const Module&) = delete;
  Module& operator=(const Module&) = delete;
  virtual ~Module() = default;

  /// Names every parameter once. Optimizer, checkpoint and summary read this one list.
  virtual void visit(const ParameterVisitor& visitor) const = 0;
};

std::vector<NamedParameter> parameters_of(const Module& module);

/// A parameter [in, out], uniform in +-sqrt(6 / (in + out)). Source: Glorot and Bengio, AISTATS 2010, eq. 16.
Variable glorot_parameter(Index in, Index out, Rng& rng);
/// A parameter of one value throughout.
Variable constant_parameter(const Shape& shape, Real value);

}  // namespace cairn
