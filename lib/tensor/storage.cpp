#include "tensor/storage.h"

#include <cstdlib>
#include <map>
#include <mutex>
#include <new>
#include <utility>
#include <vector>

#include "core/large_pages.h"

namespace cairn {

namespace {

constexpr std::size_t alignment = 64;  // a cache line, and the widest vector register
// Where a table is far larger than the pages a processor remembers, rows picked at random cost a walk each.
constexpr std::size_t fewest_bytes_of_large_pages = std::size_t{8} << 20;

std::size_t rounded_bytes(Index size) {
  const std::size_t bytes = static_cast<std::size_t>(size) * sizeof(Real);
  return bytes == 0 ? alignment : (bytes + alignment - 1) / alignment * alignment;
}

void* system_memory(std::size_t bytes) {
  void* memory = std::aligned_alloc(alignment, bytes);
  if (memory == nullptr) throw std::bad_alloc();
  if (bytes >= fewest_bytes_of_large_pages) advise_large_pages(memory, bytes);
  return memory;
}

/// Idle buffers by exact size: an epoch asks for the sizes of the epoch before it, so exact matches are the rule.
class BufferPool {
 public:
  void* take(std::size_t bytes) {
    if (!enabled) return system_memory(bytes);
    {
      const std::lock_guard lock(mutex_);
      const auto found = idle_.find(bytes);
      if (found != idle_.end() && !found->second.empty()) {
        void* memory = found->second.back();
        found->second.pop_back();
        idle_bytes_ -= bytes;
        return memory;
      }
    }
    return system_memory(bytes);
  }

  void give(void* memory, std::size_t bytes) {
    if (enabled) {
      const std::lock_guard lock(mutex_);
      if (idle_bytes_ + bytes <= most_idle_bytes) {
        idle_[bytes].push_back(memory);
        idle_bytes_ += bytes;
        return;
      }
    }
    std::free(memory);
  }

  void clear() {
    const std::lock_guard lock(mutex_);
    for (auto& [bytes, buffers] : idle_) {
      for (void* memory : buffers) std::free(memory);
    }
    idle_.clear();
    idle_bytes_ = 0;
  }

 private:
#ifdef CAIRN_NO_POOL
  static constexpr bool enabled = false;  // the address sanitizer sees a use after release only if release is real
#else
  static constexpr bool enabled = true;
#endif
  static constexpr std::size_t most_idle_bytes = std::size_t{4} << 30;

  std::mutex mutex_;
  std::map<std::size_t, std::vector<void*>> idle_;
  std::size_t idle_bytes_ = 0;
};

BufferPool& pool() {
  static BufferPool* const instance = new BufferPool;  // never destroyed: static tensors may be released after it
  return *instance;
}

}  // namespace

Storage::Storage(Real* values, Index size, std::function<void()> release)
    : values_(values), size_(size), release_(std::move(release)) {}

std::shared_ptr<Storage> Storage::allocate(Index size) {
  auto* values = static_cast<Real*>(pool().take(rounded_bytes(size)));
  return std::shared_ptr<Storage>(new Storage(values, size, nullptr));
}

std::shared_ptr<Storage> Storage::adopt(Real* values, Index size, std::function<void()> release) {
  return std::shared_ptr<Storage>(new Storage(values, size, std::move(release)));
}

Storage::~Storage() {
  if (release_) {
    release_();
  } else {
    pool().give(values_, rounded_bytes(size_));
  }
}

void release_pooled_memory() { pool().clear(); }

}  // namespace cairn
