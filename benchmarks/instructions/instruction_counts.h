#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cairn::benchmarks {

/// Instructions of one run of a kernel.
struct InstructionCount {
  std::string kernel;
  std::string vectors;  // the level that ran: baseline or avx2
  std::int64_t instructions = 0;
  std::string compiler;  // what built the kernel: counts belong to a compiler
};

/// The compiler of this program, its version and the processors it builds for: "GCC 12.2.0 x86_64".
std::string compiler_name();

/// Lines "kernel,vectors,instructions,compiler" below a header, in their order. Throws InputError with the line.
std::vector<InstructionCount> read_counts(const std::filesystem::path& path);
/// Throws OutputError.
void write_counts(std::span<const InstructionCount> counts, const std::filesystem::path& path);

struct CountComparison {
  std::string table;                // a line a kernel: both counts, their ratio, and what is wrong
  std::vector<std::string> faults;  // a line for each kernel that is off, has no stored count or was not counted
};

/// Each count against the stored one of the same kernel and vectors, whatever the compilers: the caller has picked.
/// tolerance: share of the stored count that may be missing or added.
CountComparison compare_counts(std::span<const InstructionCount> stored, std::span<const InstructionCount> counted,
                               double tolerance);

/// What is stored once the counts are taken over: those of other compilers, then `counted`.
std::vector<InstructionCount> updated_counts(std::span<const InstructionCount> stored,
                                             std::span<const InstructionCount> counted);

}  // namespace cairn::benchmarks
