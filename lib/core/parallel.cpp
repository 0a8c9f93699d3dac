#include "core/parallel.h"

#include <omp.h>

#include <atomic>
#include <exception>

#include "core/error.h"

namespace cairn {

namespace {
std::atomic<int> chosen_threads{0};  // 0: what OpenMP offers
}

int thread_count() {
  const int chosen = chosen_threads.load(std::memory_order_relaxed);
  return chosen > 0 ? chosen : omp_get_max_threads();
}

void set_thread_count(int count) {
  if (count < 1) throw UsageError("threads: expected at least 1");
  chosen_threads.store(count, std::memory_order_relaxed);
}

namespace detail {

void run_blocks(Index count, Index block, const void* work, BlockFunction call) {
  const Index blocks = (count + block - 1) / block;
  const auto run = [=](Index b) { call(work, b * block, count < (b + 1) * block ? count : (b + 1) * block); };
  const int threads = static_cast<int>(blocks < thread_count() ? blocks : thread_count());
  if (threads <= 1 || omp_in_parallel() != 0) {
    for (Index b = 0; b < blocks; ++b) run(b);
    return;
  }
  std::exception_ptr failure;
  Index failed_block = blocks;
#pragma omp parallel for schedule(dynamic, 1) num_threads(threads)
  for (Index b = 0; b < blocks; ++b) {
    try {
      run(b);
    } catch (...) {
#pragma omp critical(cairn_failure)
      if (b < failed_block) {
        failed_block = b;
        failure = std::current_exception();
      }
    }
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace detail

}  // namespace cairn
