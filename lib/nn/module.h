#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "autodiff/parameter.h"
#include "core/rng.h"

namespace cairn {

class Module;

/// Collects parameters under the prefix of the modules on the way to them.
class ParameterVisitor {
 public:
  explicit ParameterVisitor(std::vector<NamedParameter>& found) : found_(found) {}

  void operator()(std::string_view name, const Variable& value, ParameterKind kind = ParameterKind::weight,
                  Real rate_scale = 1) const;
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
