#pragma once

#include <algorithm>
#include <atomic>

#include "core/parallel.h"
#include "core/types.h"

namespace cairn::benchmarks {

/// Calls work(i) for 0 .. count - 1 over thread_count() threads, each call on one. A thread takes the next when it is
/// done with one: runs of a benchmark differ a hundredfold. No more are begun once stopped() is true, or one has
/// thrown, which is thrown again here.
template <class Work, class Stopped>
void share_out(Index count, const Stopped& stopped, const Work& work) {
  std::atomic<Index> next{0};
  std::atomic<bool> failed{false};
  parallel_blocks(std::min<Index>(thread_count(), count), 1, [&](Index, Index) {
    for (Index i = next++; i < count && !failed && !stopped(); i = next++) {
      try {
        work(i);
      } catch (...) {
        failed = true;
        throw;
      }
    }
  });
}

}  // namespace cairn::benchmarks
