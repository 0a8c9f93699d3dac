#pragma once

#include <memory>

#include "core/types.h"

namespace cairn {

/// Threads that parallel loops may use, the calling one among them: at first the processors this process may run on.
/// Results never depend on it.
int thread_count();
/// 1 <= count <= 1024, else UsageError. Takes effect at the next loop.
void set_thread_count(int count);

namespace detail {
using BlockFunction = void (*)(const void* work, Index begin, Index end);
void run_blocks(Index count, Index block, const void* work, BlockFunction call);
}  // namespace detail

/// Calls work(begin, end) for the blocks [0, block), [block, 2 block), ... of 0 .. count - 1, in any order, on any
/// thread. The blocks depend on `count` and `block` alone: work that owns its rows, or leaves one partial result a
/// block, gives the same bits for any number of threads. An exception from a block is thrown again here (that of the
/// first such block). A loop in a loop, or beside another thread's, runs on the calling thread. See subnormals.h, too.
template <class Work>
void parallel_blocks(Index count, Index block, const Work& work) {
  detail::run_blocks(count, block, std::addressof(work),
                     [](const void* f, Index begin, Index end) { (*static_cast<const Work*>(f))(begin, end); });
}

/// Rows of `width` numbers that make a block of about `values` numbers: large enough to pay for a thread's start.
constexpr Index block_rows(Index width, Index values = 16384) {
  const Index rows = width > 0 ? values / width : values;
  return rows < 16 ? 16 : rows;
}

}  // namespace cairn
