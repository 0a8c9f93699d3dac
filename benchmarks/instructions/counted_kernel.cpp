#include "benchmarks/instructions/counted_kernel.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/error.h"

namespace cairn::benchmarks {

std::vector<CountedKernel> counted_kernels() {
  std::vector<CountedKernel> all;
  for (const auto group : {counted_propagations, counted_dense_kernels, counted_path_kernels, counted_offset_kernels,
                           counted_graph_kernels}) {
    std::vector<CountedKernel> kernels = group();
    std::move(kernels.begin(), kernels.end(), std::back_inserter(all));
  }
  return all;
}

CountedKernel counted_kernel(std::string_view name) {
  const std::vector<CountedKernel> all = counted_kernels();
  const auto found =
      std::find_if(all.begin(), all.end(), [=](const CountedKernel& kernel) { return kernel.name == name; });
  if (found == all.end()) throw UsageError(fmt::format("unknown kernel '{}'; --list names those there are", name));
  return *found;
}

}  // namespace cairn::benchmarks
