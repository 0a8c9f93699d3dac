#include "models/model.h"

namespace cairn {

Index parameter_count(const Module& module) {
  Index count = 0;
  for (const NamedParameter& parameter : parameters_of(module)) {
    if (parameter.kind != ParameterKind::buffer) count += parameter.value.value().size();
  }
  return count;
}

}  // namespace cairn
