// A worker (common/turns.py): Eigen's product of a sparse matrix in compressed rows and dense rows.
//   spmm_eigen FOLDER THREADS WIDTH...
// Files, cases and results as in spmm_cairn.cpp.

#include <Eigen/SparseCore>
#include <exception>
#include <map>
#include <string>

#include "benchmarks/peers/common/worker.h"

namespace {

using Sparse = Eigen::SparseMatrix<float, Eigen::RowMajor, std::int32_t>;
using Dense = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Sparse read_matrix(const std::string& folder) {
  const auto offsets = peers::read_raw<std::int64_t>(folder + "/offsets.i64");
  const std::vector<std::int32_t> narrow(offsets.begin(), offsets.end());
  const auto targets = peers::read_raw<std::int32_t>(folder + "/targets.i32");
  const auto weights = peers::read_raw<float>(folder + "/weights.f32");
  const auto nodes = static_cast<Eigen::Index>(offsets.size()) - 1;
  return Eigen::Map<const Sparse>(nodes, nodes, static_cast<Eigen::Index>(targets.size()), narrow.data(),
                                  targets.data(), weights.data());
}

void run(int argc, char** argv) {
  const std::string folder = argv[1];
  Eigen::setNbThreads(std::stoi(argv[2]));
  const Sparse matrix = read_matrix(folder);
  std::map<std::string, Dense> inputs;
  std::map<std::string, Dense> results;
  for (int i = 3; i < argc; ++i) {
    const std::string width = argv[i];
    const auto x = peers::read_raw<float>(folder + "/x_" + width + ".f32");
    inputs[width] = Eigen::Map<const Dense>(x.data(), matrix.cols(), std::stol(width));
    results[width] = Dense::Zero(matrix.rows(), std::stol(width));
  }
  const std::string name = "Eigen " + std::to_string(EIGEN_WORLD_VERSION) + "." + std::to_string(EIGEN_MAJOR_VERSION) +
                           "." + std::to_string(EIGEN_MINOR_VERSION);
  peers::serve(
      "\"name\": \"" + name + "\"",
      [&](const std::string& width) { results[width].noalias() = matrix * inputs[width]; },
      [&](const std::string& width) {
        const Dense& y = results.at(width);
        return std::span<const float>(y.data(), static_cast<std::size_t>(y.size()));
      });
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::cerr << "usage: spmm_eigen FOLDER THREADS WIDTH...\n";
    return 2;
  }
  try {
    run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "spmm_eigen: " << error.what() << "\n";
    return 1;
  }
  return 0;
}
