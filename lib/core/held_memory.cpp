#include "core/held_memory.h"

#include <atomic>

namespace cairn {

namespace {
// Operator new may run before any constructor does.
constinit std::atomic<std::int64_t> held{0};
constinit std::atomic<std::int64_t> peak{0};
constinit std::atomic<bool> is_new_noted{false};
}  // namespace

std::int64_t held_memory() { return held.load(std::memory_order_relaxed); }
std::int64_t peak_held_memory() { return peak.load(std::memory_order_relaxed); }
void restart_held_peak() { peak.store(held_memory(), std::memory_order_relaxed); }

void note_held(std::int64_t bytes) noexcept {
  const std::int64_t now = held.fetch_add(bytes, std::memory_order_relaxed) + bytes;
  if (bytes <= 0) return;
  std::int64_t before = peak.load(std::memory_order_relaxed);
  while (now > before && !peak.compare_exchange_weak(before, now, std::memory_order_relaxed)) {
  }
}

bool new_is_noted() { return is_new_noted.load(std::memory_order_relaxed); }
void say_new_is_noted() noexcept { is_new_noted.store(true, std::memory_order_relaxed); }

}  // namespace cairn
