#include "core/parallel.h"

#include <atomic>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/error.h"
#include "support/catch.h"
#include "support/threads.h"

using namespace cairn;

TEST_CASE("parallel: every number is visited once, for any thread count and block", "[core][parallel]") {
  for (const int threads : {1, 2, 3, 8}) {
    const support::Threads scope(threads);
    for (const Index count : {0, 1, 7, 1000, 1001}) {
      for (const Index block : {1, 3, 1000, 5000}) {
        std::vector<int> visits(static_cast<std::size_t>(count), 0);
        parallel_blocks(count, block, [&](Index begin, Index end) {
          for (Index i = begin; i < end; ++i) ++visits[static_cast<std::size_t>(i)];
        });
        CHECK(visits == std::vector<int>(static_cast<std::size_t>(count), 1));
      }
    }
  }
}

TEST_CASE("parallel: the cut into blocks does not depend on the thread count", "[core][parallel]") {
  const auto cut = [](int threads) {
    const support::Threads scope(threads);
    std::vector<Index> end_of(4, -1);
    parallel_blocks(10, 3, [&](Index begin, Index end) { end_of[static_cast<std::size_t>(begin / 3)] = end; });
    return end_of;
  };
  CHECK(cut(1) == std::vector<Index>{3, 6, 9, 10});
  CHECK(cut(2) == cut(1));
  CHECK(cut(5) == cut(1));
}

TEST_CASE("parallel: the exception of the first failing block arrives, whatever the others do", "[core][parallel]") {
  for (const int threads : {1, 2, 4}) {
    const support::Threads scope(threads);
    try {
      parallel_blocks(100, 1, [](Index begin, Index) {
        if (begin % 10 == 7) throw std::runtime_error(std::to_string(begin));
      });
      FAIL("nothing was thrown");
    } catch (const std::runtime_error& error) {
      CHECK(std::string(error.what()) == "7");
    }
  }
}

TEST_CASE("parallel: a loop works again after one that threw", "[core][parallel]") {
  const support::Threads scope(2);
  CHECK_THROWS_AS(parallel_blocks(10, 1, [](Index, Index) { throw std::runtime_error("x"); }), std::runtime_error);
  std::atomic<Index> sum{0};
  parallel_blocks(10, 1, [&](Index begin, Index) { sum += begin; });
  CHECK(sum == 45);
}

TEST_CASE("parallel: a loop inside a loop visits everything, and its exception passes through both",
          "[core][parallel]") {
  const support::Threads scope(3);
  std::vector<int> visits(100, 0);
  parallel_blocks(10, 1, [&](Index row, Index) {
    parallel_blocks(10, 1, [&](Index column, Index) { ++visits[static_cast<std::size_t>(10 * row + column)]; });
  });
  CHECK(visits == std::vector<int>(100, 1));
  CHECK_THROWS_AS(
      parallel_blocks(4, 1,
                      [](Index, Index) { parallel_blocks(4, 1, [](Index, Index) { throw ShapeError("inner"); }); }),
      ShapeError);
}

TEST_CASE("parallel: fewer than one thread is refused and changes nothing", "[core][parallel]") {
  const support::Threads scope(2);
  CHECK_THROWS_AS(set_thread_count(0), UsageError);
  CHECK_THROWS_AS(set_thread_count(-3), UsageError);
  CHECK(thread_count() == 2);
}

TEST_CASE("block_rows: a block holds about the asked number of values, and at least 16 rows", "[core][parallel]") {
  CHECK(block_rows(1) == 16384);
  CHECK(block_rows(64) == 256);
  CHECK(block_rows(1 << 20) == 16);
  CHECK(block_rows(0) == 16384);
}
