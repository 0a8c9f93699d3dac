#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Kernels on small inputs that never change, so that their instructions can be counted and compared with those of
/// another day. Results are not looked at: that is what tests and timings do.
namespace cairn::benchmarks {

/// One run of a kernel over inputs that it holds. A run leaves as much to do for the next one.
using KernelRun = std::function<void()>;

struct CountedKernel {
  std::string name;                        // of letters, digits and '-'
  bool has_levels = true;                  // whether some of its loops are compiled once a level of vector instructions
  std::function<KernelRun()> with_inputs;  // draws the inputs, the same ones at each call
};

/// All of them; names are unique.
std::vector<CountedKernel> counted_kernels();
/// The one of that name. Throws UsageError, with a hint at --list, where there is none.
CountedKernel counted_kernel(std::string_view name);

/// Their groups.
std::vector<CountedKernel> counted_propagations();    // sums over arcs and over stored features, edge attention
std::vector<CountedKernel> counted_dense_kernels();   // products, value by value, losses, optimizers
std::vector<CountedKernel> counted_path_kernels();    // distances, items, the path pass, random walks
std::vector<CountedKernel> counted_offset_kernels();  // transforms, Toeplitz products, kernelized attention
std::vector<CountedKernel> counted_graph_kernels();   // generation, compressed rows, parsing

}  // namespace cairn::benchmarks
