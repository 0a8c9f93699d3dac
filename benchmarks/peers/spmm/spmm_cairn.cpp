// A worker (common/turns.py): cairn's product of a sparse matrix and dense rows.
//   spmm_cairn FOLDER THREADS WIDTH...
// FOLDER holds offsets.i64, targets.i32, weights.f32 and x_WIDTH.f32. A case is a width; its result is y, float.

#include <fmt/format.h>

#include <exception>
#include <map>
#include <string>
#include <utility>

#include "benchmarks/machine.h"
#include "benchmarks/peers/common/worker.h"
#include "core/parallel.h"
#include "kernels/propagation.h"

namespace {

using namespace cairn;

Propagation read_matrix(const std::string& folder) {
  auto offsets = peers::read_raw<EdgeId>(folder + "/offsets.i64");
  const auto nodes = static_cast<Index>(offsets.size()) - 1;
  return Propagation(nodes, nodes, std::move(offsets), peers::read_raw<NodeId>(folder + "/targets.i32"),
                     peers::read_raw<Real>(folder + "/weights.f32"));
}

/// Seconds in which rows of `width` numbers come in for every arc, as fast as this machine gathers them.
double gather_seconds(const Propagation& matrix, Index width) {
  const Index row_bytes = width * static_cast<Index>(sizeof(Real));
  const Index lines = (row_bytes + 63) / 64;
  return static_cast<double>(matrix.arc_count() * lines * 64) /
         benchmarks::measure_gather(matrix.source_count(), row_bytes, false);
}

void run(int argc, char** argv) {
  const std::string folder = argv[1];
  set_thread_count(std::stoi(argv[2]));
  const Propagation matrix = read_matrix(folder);
  std::map<std::string, Tensor> inputs;
  std::map<std::string, Tensor> results;
  std::string limits;
  for (int i = 3; i < argc; ++i) {
    const std::string width = argv[i];
    inputs.emplace(width, Tensor(Shape{matrix.source_count(), std::stol(width)},
                                 peers::read_raw<Real>(folder + "/x_" + width + ".f32")));
    limits += fmt::format("{}\"{}\": {}", limits.empty() ? "" : ", ", width, gather_seconds(matrix, std::stol(width)));
  }
  peers::serve(
      fmt::format("\"name\": \"cairn\", \"gather_seconds\": {{{}}}", limits),
      [&](const std::string& width) { results[width] = kernels::propagate(matrix, inputs.at(width)); },
      [&](const std::string& width) { return std::as_const(results.at(width)).values(); });
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    fmt::print(stderr, "usage: spmm_cairn FOLDER THREADS WIDTH...\n");
    return 2;
  }
  try {
    run(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "spmm_cairn: {}\n", error.what());
    return 1;
  }
  return 0;
}
