// Times cairn's Laplacian eigenvectors beside Spectra's Lanczos solver on one graph, in turns, and writes the graph for
// scipy_eigsh.py. Built and run by compare.sh.
//   compare NAME EDGES.csv|rmat COUNT RUNS FOLDER
// A line a solver: graph, nodes, arcs, solver, seconds (median, least, most), largest residual |L x - value x|.

#include <fmt/format.h>

#include <Spectra/MatOp/SparseSymMatProd.h>
#include <Spectra/MatOp/SparseSymShiftSolve.h>
#include <Spectra/SymEigsShiftSolver.h>
#include <Spectra/SymEigsSolver.h>
#include <Eigen/SparseCore>
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <span>
#include <string>
#include <vector>

#include "core/parallel.h"
#include "graph/generate.h"
#include "graph_io/edge_list.h"
#include "position/component_graphs.h"
#include "position/spectral.h"

namespace {

using namespace cairn;
using Sparse = Eigen::SparseMatrix<double>;

constexpr double tolerance = 1e-6;
// Sparse factors of graphs without small cuts fill memory: shift and invert where there are few arcs a node alone.
constexpr Index factored_arcs_a_node = 4;

/// 2^19 nodes drawn, of which those with edges make a component of about 200,000 nodes and 4 million arcs.
Graph rmat() {
  Rng rng(1);
  return rmat_graph(19, 4, rng);
}

Graph largest_component(const Graph& graph) {
  const ComponentGraphs parts(without_directions(graph));
  return parts.graph(parts.components().largest());
}

/// D^-1/2 A D^-1/2.
Sparse normalized(const Graph& graph) {
  std::vector<Eigen::Triplet<double>> entries;
  for (Index u = 0; u < graph.node_count(); ++u) {
    const auto own = static_cast<NodeId>(u);
    for (const NodeId v : graph.neighbors(own)) {
      entries.emplace_back(own, v, 1 / std::sqrt(static_cast<double>(graph.degree(own) * graph.degree(v))));
    }
  }
  Sparse matrix(graph.node_count(), graph.node_count());
  matrix.setFromTriplets(entries.begin(), entries.end());
  return matrix;
}

/// values: of the matrix, not of the Laplacian.
double residual(const Sparse& matrix, const Eigen::VectorXd& values, const Eigen::MatrixXd& vectors) {
  return (matrix * vectors - vectors * values.asDiagonal()).colwise().norm().maxCoeff();
}

/// Runs of one solver on one graph.
struct Timing {
  std::string solver;
  std::vector<double> seconds;
  double residual = 0;
};

class Clock {
 public:
  double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count(); }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

void run_cairn(const Graph& graph, const Sparse& matrix, Index count, Timing& timing) {
  const Clock clock;
  const LaplacianEigenvectors found = laplacian_eigenvectors(graph, {.count = count, .tolerance = tolerance});
  timing.seconds.push_back(clock.seconds());
  using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const Eigen::MatrixXd vectors = Eigen::Map<const RowMajor>(found.vectors.data(), found.node_count, count);
  const Eigen::VectorXd values = 1 - Eigen::Map<const Eigen::VectorXd>(found.values.data(), count).array();
  timing.residual = std::max(timing.residual, residual(matrix, values, vectors));
}

/// The largest of D^-1/2 A D^-1/2; one more than cairn's, since the first is not left out.
void run_lanczos(const Graph& graph, const Sparse& checked, Index count, Timing& timing) {
  const Clock clock;
  const Sparse matrix = normalized(graph);
  Spectra::SparseSymMatProd<double> product(matrix);
  Spectra::SymEigsSolver<Spectra::SparseSymMatProd<double>> solver(product, count + 1, 2 * count + 3);
  solver.init();
  solver.compute(Spectra::SortRule::LargestAlge, 10000, tolerance);
  timing.seconds.push_back(clock.seconds());
  timing.residual = std::max(timing.residual, residual(checked, solver.eigenvalues(), solver.eigenvectors()));
}

/// Those of L nearest to a little below 0, by a sparse factorization.
void run_shift_invert(const Graph& graph, const Sparse& checked, Index count, Timing& timing) {
  const Clock clock;
  Sparse identity(graph.node_count(), graph.node_count());
  identity.setIdentity();
  const Sparse laplacian = identity - normalized(graph);
  Spectra::SparseSymShiftSolve<double> solve(laplacian);
  Spectra::SymEigsShiftSolver<Spectra::SparseSymShiftSolve<double>> solver(solve, count + 1, 2 * count + 3, -0.01);
  solver.init();
  solver.compute(Spectra::SortRule::LargestMagn, 10000, tolerance);
  timing.seconds.push_back(clock.seconds());
  const Eigen::VectorXd values = 1 - solver.eigenvalues().array();
  timing.residual = std::max(timing.residual, residual(checked, values, solver.eigenvectors()));
}

template <class T>
void write_raw(const std::string& path, std::span<const T> values) {
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(values.data()), static_cast<std::streamsize>(values.size_bytes()));
}

void print(const std::string& name, const Graph& graph, Timing timing) {
  std::sort(timing.seconds.begin(), timing.seconds.end());
  fmt::print("{:12} {:7} nodes {:8} arcs  {:28} {:8.3f} s ({:.3f} to {:.3f})  residual {:.1e}\n", name,
             graph.node_count(), graph.arc_count(), timing.solver, timing.seconds[timing.seconds.size() / 2],
             timing.seconds.front(), timing.seconds.back(), timing.residual);
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) {
    fmt::print(stderr, "usage: compare NAME EDGES.csv|rmat COUNT RUNS FOLDER\n");
    return 2;
  }
  const std::string name = argv[1];
  const std::string source = argv[2];
  const Index count = std::stol(argv[3]);
  const int runs = std::stoi(argv[4]);
  const std::string folder = argv[5];
  const Graph graph = largest_component(source == "rmat" ? rmat() : read_edge_list(source).graph);
  write_raw(folder + "/" + name + ".offsets", graph.offsets());
  write_raw(folder + "/" + name + ".targets", graph.targets());

  const Sparse matrix = normalized(graph);
  Timing own{fmt::format("cairn, {} threads", thread_count()), {}, 0};
  Timing lanczos{"Spectra, Lanczos", {}, 0};
  Timing inverted{"Spectra, shift and invert", {}, 0};
  const bool few_arcs = graph.arc_count() <= factored_arcs_a_node * graph.node_count();
  for (int run = 0; run < runs; ++run) {
    run_cairn(graph, matrix, count, own);
    run_lanczos(graph, matrix, count, lanczos);
    if (few_arcs) run_shift_invert(graph, matrix, count, inverted);
  }
  print(name, graph, own);
  print(name, graph, lanczos);
  if (few_arcs) print(name, graph, inverted);
  return 0;
}
