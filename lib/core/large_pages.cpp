#include "core/large_pages.h"

#include <cstdint>

#ifdef __linux__
#include <sys/mman.h>
#include <unistd.h>
#endif

namespace cairn {

void advise_large_pages(void* memory, std::size_t bytes) {
#ifdef __linux__
  constexpr std::uintptr_t page = std::uintptr_t{2} << 20;
  const auto start = reinterpret_cast<std::uintptr_t>(memory);
  const std::uintptr_t first = (start + page - 1) / page * page;
  const std::uintptr_t end = (start + bytes) / page * page;
  // Advice alone: refused, it changes nothing.
  if (first < end) static_cast<void>(madvise(static_cast<char*>(memory) + (first - start), end - first, MADV_HUGEPAGE));
#else
  static_cast<void>(memory);
  static_cast<void>(bytes);
#endif
}

void release_pages(void* memory, std::size_t bytes) {
#ifdef __linux__
  static const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  const auto start = reinterpret_cast<std::uintptr_t>(memory);
  const std::uintptr_t first = (start + page - 1) / page * page;
  const std::uintptr_t end = (start + bytes) / page * page;
  if (first < end) static_cast<void>(madvise(static_cast<char*>(memory) + (first - start), end - first, MADV_DONTNEED));
#else
  static_cast<void>(memory);
  static_cast<void>(bytes);
#endif
}

}  // namespace cairn
