#include "tensor/storage.h"

#include <cstdint>
#include <cstdlib>
#include <map>
#include <mutex>
#include <new>
#include <utility>
#include <vector>

#include "core/held_memory.h"
#include "core/large_pages.h"

namespace cairn {

namespace {

constexpr std::size_t alignment = 64;  // a cache line, and the widest vector register
// Where a table is far larger than the pages a processor remembers, rows picked at random cost a walk each.
constexpr std::size_t fewest_bytes_of_large_pages = std::size_t{4} << 20;

std::size_t rounded_bytes(Index size) {
  const std::size_t bytes = static_cast<std::size_t>(size) * sizeof(Real);
  return bytes == 0 ? alignment : (bytes + alignment - 1) / alignment * alignment;
}

void* system_memory(std::size_t bytes) {
  void* memory = std::aligned_alloc(alignment, bytes);
  if (memory == nullptr) throw std::bad_alloc();
  note_held(static_cast<std::int64_t>(bytes));
  if (bytes >= fewest_bytes_of_large_pages) advise_large_pages(memory, bytes);
  return memory;
}

void give_to_system(void* memory, std::size_t bytes) {
  note_held(-static_cast<std::int64_t>(bytes));
  std::free(memory);
}

/// Idle buffers by exact size: an epoch asks for the sizes of the epoch before it, so exact matches are the rule. Where
/// there are too many, those of the sizes go first that nobody has asked for or given back for longest.
class BufferPool {
 public:
  void* take(std::size_t bytes) {
    if (!enabled) return system_memory(bytes);
    {
      const std::lock_guard lock(mutex_);
      const auto found = idle_.find(bytes);
      if (found != idle_.end()) {
        found->second.last_use = ++uses_;
        if (!found->second.buffers.empty()) {
          void* memory = found->second.buffers.back();
          found->second.buffers.pop_back();
          idle_bytes_ -= bytes;
          return memory;
        }
      }
    }
    return system_memory(bytes);
  }

  void give(void* memory, std::size_t bytes) {
    if (!enabled || bytes > most_idle_bytes) return give_to_system(memory, bytes);
    const std::lock_guard lock(mutex_);
    Idle& own = idle_[bytes];
    own.buffers.push_back(memory);
    own.last_use = ++uses_;
    idle_bytes_ += bytes;
    while (idle_bytes_ > most_idle_bytes) forget_oldest();
  }

  void clear() {
    const std::lock_guard lock(mutex_);
    for (auto& [bytes, idle] : idle_) {
      for (void* memory : idle.buffers) give_to_system(memory, bytes);
    }
    idle_.clear();
    idle_bytes_ = 0;
  }

 private:
  /// Buffers of one size, and when such a one was last taken or given.
  struct Idle {
    std::vector<void*> buffers;
    std::uint64_t last_use = 0;
  };

  /// Frees a buffer of the size that has not been used for longest.
  void forget_oldest() {
    auto oldest = idle_.end();
    for (auto it = idle_.begin(); it != idle_.end();) {
      if (it->second.buffers.empty()) {
        it = idle_.erase(it);
        continue;
      }
      if (oldest == idle_.end() || it->second.last_use < oldest->second.last_use) oldest = it;
      ++it;
    }
    give_to_system(oldest->second.buffers.back(), oldest->first);
    oldest->second.buffers.pop_back();
    idle_bytes_ -= oldest->first;
  }

#ifdef CAIRN_NO_POOL
  static constexpr bool enabled = false;  // the address sanitizer sees a use after release only if release is real
#else
  static constexpr bool enabled = true;
#endif
  static constexpr std::size_t most_idle_bytes = std::size_t{4} << 30;

  std::mutex mutex_;
  std::map<std::size_t, Idle> idle_;
  std::size_t idle_bytes_ = 0;
  std::uint64_t uses_ = 0;
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
