#include "benchmarks/instructions/instruction_counts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "graph_io/output_file.h"
#include "graph_io/text_source.h"

namespace cairn::benchmarks {

namespace {

constexpr std::string_view header = "kernel,vectors,instructions,compiler";

InstructionCount read_count(const TextSource& source, std::string_view line) {
  std::array<std::string_view, 4> cells;
  std::size_t found = 0;
  for (std::size_t begin = 0; begin <= line.size(); ++found) {
    const std::size_t end = std::min(line.find(',', begin), line.size());
    if (found < cells.size()) cells[found] = line.substr(begin, end - begin);
    begin = end + 1;
  }
  if (found != cells.size()) source.fail("expected 4 cells, found {}", found);
  InstructionCount count{std::string(cells[0]), std::string(cells[1]), 0, std::string(cells[3])};
  const char* const end = cells[2].data() + cells[2].size();
  const auto [stop, fault] = std::from_chars(cells[2].data(), end, count.instructions);
  if (fault != std::errc() || stop != end || count.instructions <= 0) {
    source.fail("expected a number of instructions above 0, found '{}'", cells[2]);
  }
  return count;
}

const InstructionCount* find(std::span<const InstructionCount> counts, const InstructionCount& like) {
  const auto found = std::find_if(counts.begin(), counts.end(), [&](const InstructionCount& count) {
    return count.kernel == like.kernel && count.vectors == like.vectors;
  });
  return found == counts.end() ? nullptr : &*found;
}

}  // namespace

std::string compiler_name() {
#if defined(__x86_64__)
  constexpr std::string_view processors = "x86_64";
#elif defined(__aarch64__)
  constexpr std::string_view processors = "aarch64";
#else
  constexpr std::string_view processors = "other";
#endif
#ifdef __clang__
  return fmt::format("Clang {}.{}.{} {}", __clang_major__, __clang_minor__, __clang_patchlevel__, processors);
#else
  return fmt::format("GCC {}.{}.{} {}", __GNUC__, __GNUC_MINOR__, __GNUC_PATCHLEVEL__, processors);
#endif
}

std::vector<InstructionCount> read_counts(const std::filesystem::path& path) {
  TextSource source(path);
  std::vector<InstructionCount> counts;
  std::string_view line;
  if (!source.next_line(line) || line != header) source.fail("expected the header '{}'", header);
  while (source.next_line(line)) counts.push_back(read_count(source, line));
  return counts;
}

void write_counts(std::span<const InstructionCount> counts, const std::filesystem::path& path) {
  OutputFile file(path);
  file.write(fmt::format("{}\n", header));
  for (const InstructionCount& count : counts) {
    file.write(fmt::format("{},{},{},{}\n", count.kernel, count.vectors, count.instructions, count.compiler));
  }
  file.commit();
}

CountComparison compare_counts(std::span<const InstructionCount> stored, std::span<const InstructionCount> counted,
                               double tolerance) {
  CountComparison result;
  result.table = fmt::format("{:<34} {:<9} {:>12} {:>12} {:>7}\n", "kernel", "vectors", "stored", "counted", "ratio");
  const auto fault = [&](const InstructionCount& count, std::string_view text) {
    result.faults.push_back(fmt::format("{} ({}): {}", count.kernel, count.vectors, text));
  };
  for (const InstructionCount& count : counted) {
    const InstructionCount* const before = find(stored, count);
    if (before == nullptr) {
      result.table +=
          fmt::format("{:<34} {:<9} {:>12} {:>12} {:>7}\n", count.kernel, count.vectors, "-", count.instructions, "-");
      fault(count, "no count is stored");
      continue;
    }
    const double ratio = static_cast<double>(count.instructions) / static_cast<double>(before->instructions);
    const bool off = std::abs(ratio - 1) > tolerance;
    result.table += fmt::format("{:<34} {:<9} {:>12} {:>12} {:>7.4f}{}\n", count.kernel, count.vectors,
                                before->instructions, count.instructions, ratio, off ? "  <--" : "");
    if (off) {
      fault(count, fmt::format("{:.1f} % {} instructions than stored", std::abs(ratio - 1) * 100,
                               ratio > 1 ? "more" : "fewer"));
    }
  }
  for (const InstructionCount& before : stored) {
    if (find(counted, before) == nullptr) fault(before, "a count is stored, but nothing was counted");
  }
  return result;
}

std::vector<InstructionCount> updated_counts(std::span<const InstructionCount> stored,
                                             std::span<const InstructionCount> counted) {
  std::vector<InstructionCount> result;
  for (const InstructionCount& count : stored) {
    if (counted.empty() || count.compiler != counted.front().compiler) result.push_back(count);
  }
  result.insert(result.end(), counted.begin(), counted.end());
  return result;
}

}  // namespace cairn::benchmarks
