#include "core/parallel.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <limits>
#include <thread>

#include "core/error.h"
#include "core/subnormals.h"
#include "core/worker_pool.h"

namespace cairn {

namespace {
constexpr int most_threads = 1024;
std::atomic<int> chosen_threads{0};  // 0: a thread a processor
thread_local bool inside_loop = false;

/// Marks the thread as inside a loop, so that loops within run on it alone.
class InsideLoop {
 public:
  InsideLoop() : before_(inside_loop) { inside_loop = true; }
  ~InsideLoop() { inside_loop = before_; }
  InsideLoop(const InsideLoop&) = delete;
  InsideLoop& operator=(const InsideLoop&) = delete;

 private:
  bool before_;
};

struct Loop {
  Index count;
  Index block;
  const void* work;
  detail::BlockFunction call;
  bool flushes;  // as the calling thread does: results depend on no thread

  void run(Index b) const { call(work, b * block, std::min(count, (b + 1) * block)); }
};
}  // namespace

int thread_count() {
  const int chosen = chosen_threads.load(std::memory_order_relaxed);
  if (chosen > 0) return chosen;
  static const int processors = std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, most_threads);
  return processors;
}

void set_thread_count(int count) {
  if (count < 1 || count > most_threads) {
    throw UsageError(fmt::format("threads: expected 1 to {}, found {}", most_threads, count));
  }
  chosen_threads.store(count, std::memory_order_relaxed);
}

namespace detail {

void run_blocks(Index count, Index block, const void* work, BlockFunction call) {
  const Loop loop{count, block, work, call, flushes_subnormals()};
  const Index blocks = (count + block - 1) / block;
  const int helpers = static_cast<int>(std::min<Index>(blocks, thread_count())) - 1;
  const bool shared = helpers > 0 && !inside_loop && blocks <= std::numeric_limits<std::int32_t>::max();
  if (shared && WorkerPool::instance().run(blocks, helpers, &loop, [](const void* f, Index b) {
        const InsideLoop inside;
        const auto* own = static_cast<const Loop*>(f);
        const FlushSubnormals flush(own->flushes);
        own->run(b);
      })) {
    return;
  }
  for (Index b = 0; b < blocks; ++b) loop.run(b);
}

}  // namespace detail

}  // namespace cairn
