// Stands alone: where GCC sees new here and a use of it, it warns of free(). What tensors do not hold is held in
// vectors (the graph, its transposes, lists of paths), and a plan of memory has to count them too.
#include <malloc.h>

#include <cstdlib>
#include <new>

#include "core/held_memory.h"

#ifndef CAIRN_NO_POOL  // else a sanitizer is to see new and delete itself

namespace {

// Thousands of small pieces between two that matter: they are noted together. Off by at most so much a thread.
constexpr std::int64_t most_unnoted = std::int64_t{1} << 16;
constinit thread_local std::int64_t unnoted = 0;

void note(std::int64_t bytes) noexcept {
  unnoted += bytes;
  if (unnoted < most_unnoted && unnoted > -most_unnoted) return;
  cairn::note_held(unnoted);
  unnoted = 0;
}

// NOLINTNEXTLINE(cert-err58-cpp): nothing can throw
[[maybe_unused]] const bool said = [] {
  cairn::say_new_is_noted();
  return true;
}();

}  // namespace

void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  void* memory = std::malloc(size == 0 ? 1 : size);
  if (memory != nullptr) note(static_cast<std::int64_t>(malloc_usable_size(memory)));
  return memory;
}
void* operator new(std::size_t size) {
  void* memory = operator new(size, std::nothrow);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void operator delete(void* memory) noexcept {
  if (memory != nullptr) note(-static_cast<std::int64_t>(malloc_usable_size(memory)));
  std::free(memory);
}
void* operator new[](std::size_t size) { return operator new(size); }
void operator delete(void* memory, std::size_t) noexcept { operator delete(memory); }
void operator delete[](void* memory) noexcept { operator delete(memory); }
void operator delete[](void* memory, std::size_t) noexcept { operator delete(memory); }

#endif
