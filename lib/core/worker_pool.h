#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <mutex>
#include <thread>

#include "core/types.h"

namespace cairn::detail {

/// Threads that help with the blocks of one loop at a time.
///
/// Blocks are claimed one by one, and the caller claims as well: it waits only for blocks that a helper has begun. A
/// helper that the system does not run just then costs nothing, where the barrier of an OpenMP region waits for every
/// thread of the team (on a busy machine that made a training run of 2 seconds take a minute). After a fork() the child
/// has no helpers, and its loops run on the caller alone.
class WorkerPool {
 public:
  using BlockCall = void (*)(const void* work, Index block);

  /// Never destroyed: helpers may still look at it while the process ends.
  static WorkerPool& instance();

  /// Calls call(work, b) for every b below `blocks`, with up to `helpers` threads beside the calling one. Returns
  /// false, with nothing done, where another thread has a loop under way. Throws again the exception of the lowest
  /// block that threw.
  bool run(Index blocks, int helpers, const void* work, BlockCall call);

 private:
  void start_helpers(int count);
  [[noreturn]] void help(int index);
  /// Claims blocks of loop `generation` until none is left.
  void take_blocks(std::uint32_t generation);
  void finish_block(Index block);

  std::mutex busy_;
  int started_ = 0;  // helpers; guarded by busy_

  // Generation of the loop in the high half, blocks yet to be claimed in the low one: a block is claimed by one
  // compare-and-swap, which fails for a helper that was asleep while the next loop began.
  std::atomic<std::uint64_t> ticket_{0};
  std::atomic<int> allowed_{0};  // helpers that may take part in this loop
  std::atomic<int> sleeping_{0};
  std::atomic<Index> unfinished_{0};

  // Of the loop under way: written before its ticket, read after a claim.
  const void* work_ = nullptr;
  BlockCall call_ = nullptr;

  std::mutex failure_mutex_;
  std::exception_ptr failure_;
  Index failed_block_ = 0;
};

}  // namespace cairn::detail
