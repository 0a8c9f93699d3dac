#include "core/large_pages.h"

#include <cstdint>

#ifdef __linux__
#include <sys/mman.h>
#include <unistd.h>
#endif

namespace cairn {

#ifdef __linux__
namespace {

/// madvise() over the whole pages of that size within the memory. What is refused changes nothing.
void advise_pages(void* memory, std::size_t bytes, std::uintptr_t page, int advice) {
  const auto start = reinterpret_cast<std::uintptr_t>(memory);
  const std::uintptr_t first = (start + page - 1) / page * page;
  const std::uintptr_t end = (start + bytes) / page * page;
  if (first < end) static_cast<void>(madvise(static_cast<char*>(memory) + (first - start), end - first, advice));
}

}  // namespace

void advise_large_pages(void* memory, std::size_t bytes) {
  advise_pages(memory, bytes, std::uintptr_t{2} << 20, MADV_HUGEPAGE);
}

void release_pages(void* memory, std::size_t bytes) {
  static const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  advise_pages(memory, bytes, page, MADV_DONTNEED);
}
#else
void advise_large_pages(void*, std::size_t) {}
void release_pages(void*, std::size_t) {}
#endif

}  // namespace cairn
