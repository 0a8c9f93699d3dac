// Stands alone, and is tested in bad_files_test.cpp: where GCC sees new here and a use of it, it warns of free().
#include "graph_io/held_memory.h"

#include <malloc.h>

#include <atomic>
#include <cstdlib>
#include <new>

namespace {
std::atomic<std::size_t> held{0};
std::atomic<std::size_t> peak{0};
}  // namespace

void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  void* memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) return nullptr;
  const std::size_t now = held += malloc_usable_size(memory);
  std::size_t before = peak;
  while (now > before && !peak.compare_exchange_weak(before, now)) {
  }
  return memory;
}
void* operator new(std::size_t size) {
  void* memory = operator new(size, std::nothrow);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void operator delete(void* memory) noexcept {
  if (memory != nullptr) held -= malloc_usable_size(memory);
  std::free(memory);
}
// The arrays' own forms too: a sanitizer brings some that do not go through the ones above.
void* operator new[](std::size_t size) { return operator new(size); }
void operator delete(void* memory, std::size_t) noexcept { operator delete(memory); }
void operator delete[](void* memory) noexcept { operator delete(memory); }
void operator delete[](void* memory, std::size_t) noexcept { operator delete(memory); }

std::size_t start_peak() {
  const std::size_t now = held;
  peak = now;
  return now;
}

std::size_t peak_bytes() { return peak; }
