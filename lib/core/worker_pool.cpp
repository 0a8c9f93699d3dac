#include "core/worker_pool.h"

#include <utility>

namespace cairn::detail {

namespace {

// About 100 microseconds: longer than the serial work between two loops of a training step, where a helper that sleeps
// costs a system call to wake; far shorter than a time slice.
constexpr int spins_before_sleep = 4000;

void pause() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#else
  std::this_thread::yield();
#endif
}

constexpr std::uint32_t generation_of(std::uint64_t ticket) { return static_cast<std::uint32_t>(ticket >> 32); }
constexpr std::uint32_t left_of(std::uint64_t ticket) { return static_cast<std::uint32_t>(ticket); }
constexpr std::uint64_t make_ticket(std::uint32_t generation, std::uint32_t left) {
  return (static_cast<std::uint64_t>(generation) << 32) | left;
}

}  // namespace

WorkerPool& WorkerPool::instance() {
  static WorkerPool* const pool = new WorkerPool;
  return *pool;
}

bool WorkerPool::run(Index blocks, int helpers, const void* work, BlockCall call) {
  const std::unique_lock lock(busy_, std::try_to_lock);
  if (!lock) return false;
  start_helpers(helpers);
  work_ = work;
  call_ = call;
  failure_ = nullptr;
  failed_block_ = blocks;
  unfinished_.store(blocks, std::memory_order_relaxed);
  allowed_.store(helpers, std::memory_order_relaxed);
  const std::uint32_t generation = generation_of(ticket_.load(std::memory_order_relaxed)) + 1;
  ticket_.store(make_ticket(generation, static_cast<std::uint32_t>(blocks)));
  if (sleeping_.load() > 0) ticket_.notify_all();

  take_blocks(generation);
  for (int spin = 0; unfinished_.load(std::memory_order_acquire) > 0; ++spin) {
    if (spin < spins_before_sleep) {
      pause();
    } else {
      const Index left = unfinished_.load(std::memory_order_acquire);
      if (left > 0) unfinished_.wait(left);
    }
  }
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
  return true;
}

void WorkerPool::start_helpers(int count) {
  for (; started_ < count; ++started_) {
    std::thread([this, index = started_] { help(index); }).detach();
  }
}

void WorkerPool::help(int index) {
  std::uint32_t last = generation_of(ticket_.load()) - 1;
  while (true) {
    std::uint64_t ticket = ticket_.load(std::memory_order_acquire);
    for (int spin = 0; spin < spins_before_sleep && generation_of(ticket) == last; ++spin) {
      pause();
      ticket = ticket_.load(std::memory_order_acquire);
    }
    if (generation_of(ticket) == last) {
      sleeping_.fetch_add(1);
      // Blocks claimed by others change the ticket too; only another generation is news.
      for (ticket = ticket_.load(); generation_of(ticket) == last; ticket = ticket_.load()) ticket_.wait(ticket);
      sleeping_.fetch_sub(1);
    }
    last = generation_of(ticket);
    if (index < allowed_.load(std::memory_order_relaxed)) take_blocks(last);
  }
}

void WorkerPool::take_blocks(std::uint32_t generation) {
  std::uint64_t ticket = ticket_.load(std::memory_order_acquire);
  while (generation_of(ticket) == generation && left_of(ticket) > 0) {
    if (!ticket_.compare_exchange_weak(ticket, ticket - 1, std::memory_order_acq_rel, std::memory_order_acquire))
      continue;
    finish_block(static_cast<Index>(left_of(ticket)) - 1);
    ticket = ticket_.load(std::memory_order_acquire);
  }
}

void WorkerPool::finish_block(Index block) {
  try {
    call_(work_, block);
  } catch (...) {
    const std::lock_guard lock(failure_mutex_);
    if (block < failed_block_) {
      failed_block_ = block;
      failure_ = std::current_exception();
    }
  }
  if (unfinished_.fetch_sub(1, std::memory_order_acq_rel) == 1) unfinished_.notify_one();
}

}  // namespace cairn::detail
