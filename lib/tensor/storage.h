#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "core/types.h"

namespace cairn {

/// Where the bytes of a Storage lie.
enum class Device : std::uint8_t { host };

/// A run of Real values that tensors share: our own memory (from a pool, so that a steady training epoch asks the
/// system for nothing large) or foreign memory with its deleter.
class Storage {
 public:
  /// Uninitialized memory for `size` values, 64-byte aligned.
  static std::shared_ptr<Storage> allocate(Index size);
  /// Memory that somebody else owns; `release` is called once the last tensor lets go.
  static std::shared_ptr<Storage> adopt(Real* values, Index size, std::function<void()> release);

  Storage(const Storage&) = delete;
  Storage& operator=(const Storage&) = delete;
  ~Storage();

  Real* data() const { return values_; }
  Index size() const { return size_; }
  Device device() const { return Device::host; }
  /// Whether the memory came from allocate().
  bool is_own() const { return !release_; }

 private:
  Storage(Real* values, Index size, std::function<void()> release);

  Real* values_;
  Index size_;
  std::function<void()> release_;  // empty: the memory goes back to the pool
};

/// Returns the pool's idle memory to the system.
void release_pooled_memory();

}  // namespace cairn
