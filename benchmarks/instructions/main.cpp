#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <functional>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "benchmarks/instructions/counted_kernel.h"
#include "benchmarks/instructions/instruction_counts.h"
#include "core/error.h"
#include "core/parallel.h"
#include "kernels/vector_kernels.h"

/// The program that `./run instructions` calls: it runs one kernel to be counted, and compares what was counted.

/// What is counted, from its entry to its return: callgrind's --toggle-collect=cairn_counted_run finds it by its name.
extern "C" __attribute__((noinline)) void cairn_counted_run(const std::function<void()>& run) {
  run();
  asm volatile("" ::: "memory");  // a call, not a jump: something is left to do after it
}

namespace cairn::benchmarks {

namespace {

constexpr double tolerance = 0.03;

using kernels::VectorLevel;

VectorLevel level_of(std::string_view name) {
  if (name == "baseline") return VectorLevel::baseline;
  if (name == "avx2") return VectorLevel::avx2;
  throw UsageError(fmt::format("expected baseline or avx2, found '{}'", name));
}

/// A kernel and a level, as the counted run takes them. Levels above AVX2 are left out: callgrind knows none.
struct Job {
  std::string kernel;
  std::string vectors;
};

std::vector<Job> jobs() {
  std::vector<Job> all;
  for (const CountedKernel& kernel : counted_kernels()) {
    all.push_back({kernel.name, "baseline"});
    if (kernel.has_levels && kernels::best_vector_level() >= VectorLevel::avx2) all.push_back({kernel.name, "avx2"});
  }
  return all;
}

void run_once(std::string_view name, std::string_view vectors) {
  const VectorLevel level = level_of(vectors);
  if (level > kernels::best_vector_level()) throw UsageError(fmt::format("this processor has no {}", vectors));
  kernels::limit_vector_level(level);
  set_thread_count(1);
  const KernelRun run = counted_kernel(name).with_inputs();
  run();  // fills the pool of buffers, makes plans: what only a first run does
  cairn_counted_run(run);
}

/// Lines "kernel vectors instructions" from standard input, in the order of the table.
std::vector<InstructionCount> read_counted() {
  std::vector<InstructionCount> found;
  InstructionCount count;
  count.compiler = compiler_name();
  while (std::cin >> count.kernel >> count.vectors >> count.instructions) found.push_back(count);
  if (!std::cin.eof()) throw InputError("standard input", 0, "expected lines 'kernel vectors instructions'");
  std::vector<InstructionCount> ordered;
  for (const Job& job : jobs()) {
    for (const InstructionCount& each : found) {
      if (each.kernel == job.kernel && each.vectors == job.vectors) ordered.push_back(each);
    }
  }
  return ordered;
}

/// Those that this compiler has stored, and this processor can be compared with.
std::vector<InstructionCount> comparable(const std::vector<InstructionCount>& stored) {
  std::vector<InstructionCount> result;
  for (const InstructionCount& count : stored) {
    if (count.compiler == compiler_name() && level_of(count.vectors) <= kernels::best_vector_level()) {
      result.push_back(count);
    }
  }
  return result;
}

int compare(const std::string& path) {
  const CountComparison result = compare_counts(comparable(read_counts(path)), read_counted(), tolerance);
  fmt::print("{}", result.table);
  if (kernels::best_vector_level() < VectorLevel::avx2) fmt::print("AVX2 is not compared: this processor has none\n");
  for (const std::string& fault : result.faults) fmt::print("{}\n", fault);
  if (result.faults.empty()) return 0;
  fmt::print("Off by more than {:.0f} %. Where that is meant, more or fewer: ./run instructions --update\n",
             tolerance * 100);
  return 1;
}

int run(const std::vector<std::string>& words) {
  const std::string verb = words.empty() ? "" : words[0];
  if (verb == "--list" && words.size() == 1) {
    for (const Job& job : jobs()) fmt::print("{} {}\n", job.kernel, job.vectors);
  } else if (verb == "--run" && words.size() == 3) {
    run_once(words[1], words[2]);
  } else if (verb == "--stored" && words.size() == 2) {
    fmt::print("{}\n", comparable(read_counts(words[1])).size());
  } else if (verb == "--compiler" && words.size() == 1) {
    fmt::print("{}\n", compiler_name());
  } else if (verb == "--compare" && words.size() == 2) {
    return compare(words[1]);
  } else if (verb == "--update" && words.size() == 2) {
    write_counts(updated_counts(read_counts(words[1]), read_counted()), words[1]);
  } else {
    throw UsageError(
        "--list | --compiler | --stored FILE | --run KERNEL baseline|avx2\n"
        "--compare FILE | --update FILE, with lines 'kernel vectors instructions' on standard input");
  }
  return 0;
}

}  // namespace

}  // namespace cairn::benchmarks

int main(int count, char** words) {
  try {
    return cairn::benchmarks::run({words + 1, words + count});
  } catch (const std::exception& error) {
    fmt::print(stderr, "cairn_instructions: {}\n", error.what());
    return 2;
  }
}
