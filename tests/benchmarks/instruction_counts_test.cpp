#include "benchmarks/instructions/instruction_counts.h"

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "benchmarks/instructions/counted_kernel.h"
#include "core/error.h"
#include "support/catch.h"
#include "support/temporary_folder.h"

using namespace cairn;
using namespace cairn::benchmarks;

namespace {

InstructionCount count_of(std::string kernel, std::int64_t instructions, std::string vectors = "baseline") {
  return {std::move(kernel), std::move(vectors), instructions, "GCC 1.2.3 x86_64"};
}

}  // namespace

TEST_CASE("counted_kernels: names are unique, without blanks and commas, and each runs twice", "[benchmarks]") {
  std::set<std::string> names;
  for (const CountedKernel& kernel : counted_kernels()) {
    CAPTURE(kernel.name);
    CHECK(names.insert(kernel.name).second);
    CHECK(kernel.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos);
    const KernelRun run = kernel.with_inputs();
    run();
    CHECK_NOTHROW(run());
  }
  CHECK(names.size() >= 55);
  CHECK(counted_kernel("adam").name == "adam");
  CHECK_THROWS_AS(counted_kernel("eve"), UsageError);
}

TEST_CASE("compare_counts: a count is off by more than the tolerance, up or down, and says which kernel",
          "[benchmarks]") {
  const std::vector<InstructionCount> stored{count_of("a", 1000), count_of("b", 1000), count_of("c", 1000),
                                             count_of("d", 1000), count_of("d", 500, "avx2")};
  const std::vector<InstructionCount> counted{count_of("a", 1029), count_of("b", 1031), count_of("c", 969),
                                              count_of("d", 1000), count_of("d", 486, "avx2")};
  const CountComparison found = compare_counts(stored, counted, 0.03);
  CHECK(found.faults == std::vector<std::string>{"b (baseline): 3.1 % more instructions than stored",
                                                 "c (baseline): 3.1 % fewer instructions than stored"});
  CHECK(found.table.find("1.0310  <--") != std::string::npos);
  CHECK(found.table.find("1.0290\n") != std::string::npos);
  CHECK(compare_counts(stored, stored, 0.03).faults.empty());
}

TEST_CASE("compare_counts: neither a new kernel nor one that is gone passes", "[benchmarks]") {
  const std::vector<InstructionCount> stored{count_of("a", 1000), count_of("a", 1000, "avx2")};
  const std::vector<InstructionCount> counted{count_of("a", 1000), count_of("b", 7)};
  CHECK(compare_counts(stored, counted, 0.03).faults ==
        std::vector<std::string>{"b (baseline): no count is stored",
                                 "a (avx2): a count is stored, but nothing was counted"});
}

TEST_CASE("updated_counts: what other compilers counted stays", "[benchmarks]") {
  InstructionCount other = count_of("a", 900);
  other.compiler = "Clang 1.2.3 x86_64";
  const std::vector<InstructionCount> stored{count_of("a", 1000), other, count_of("gone", 5)};
  const std::vector<InstructionCount> counts = updated_counts(stored, std::vector{count_of("a", 1100)});
  REQUIRE(counts.size() == 2);
  CHECK(counts[0].compiler == other.compiler);
  CHECK(counts[0].instructions == 900);
  CHECK(counts[1].instructions == 1100);
}

TEST_CASE("read_counts: what was written comes back, and a bad line is named", "[benchmarks]") {
  const support::TemporaryFolder folder;
  const auto path = folder / "counts.csv";
  write_counts(std::vector{count_of("a", 1000), count_of("b", 123456789012, "avx2")}, path);
  const std::vector<InstructionCount> counts = read_counts(path);
  REQUIRE(counts.size() == 2);
  CHECK(counts[1].kernel == "b");
  CHECK(counts[1].vectors == "avx2");
  CHECK(counts[1].instructions == 123456789012);
  CHECK(counts[1].compiler == "GCC 1.2.3 x86_64");

  const std::string header = "kernel,vectors,instructions,compiler\n";
  const auto fails_with = [&](const std::string& text, const std::string& message) {
    CAPTURE(text);
    CHECK_THROWS_WITH(read_counts(folder.write("bad.csv", text)), Catch::Contains(message));
  };
  fails_with("kernel,count\n", "bad.csv:1: expected the header");
  fails_with(header + "a,avx2,1\n", "bad.csv:2: expected 4 cells, found 3");
  fails_with(header + "a,avx2,1,GCC,12\n", "bad.csv:2: expected 4 cells, found 5");
  fails_with(header + "a,avx2,1,GCC\nb,avx2,1.5,GCC\n",
             "bad.csv:3: expected a number of instructions above 0, found '1.5'");
  fails_with(header + "a,avx2,0,GCC\n", "found '0'");
}
