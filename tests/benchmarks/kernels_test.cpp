#include "benchmarks/kernels.h"

#include <algorithm>
#include <cmath>

#include "support/catch.h"

using namespace cairn::benchmarks;

TEST_CASE("time_kernels: every kernel passes its verification and is timed against a limit", "[benchmarks]") {
  KernelBenchOptions options;
  options.smoke = true;
  const std::vector<KernelTiming> timings = time_kernels(options);
  CHECK(timings.size() >= 25);
  for (const KernelTiming& timing : timings) {
    CAPTURE(timing.name, timing.size);
    CHECK(timing.min_seconds > 0);
    CHECK(timing.min_seconds <= timing.median_seconds);
    CHECK(timing.median_seconds <= timing.max_seconds);
    CHECK(timing.bytes > 0);
    CHECK(timing.operations > 0);
    CHECK(std::isfinite(timing.share_of_limit));
    CHECK((timing.limit == "memory" || timing.limit == "gather" || timing.limit == "product"));
  }
}

TEST_CASE("format_timings: a line a kernel below the line of titles", "[benchmarks]") {
  const KernelTiming timing{"propagate", "3 nodes", 0.002, 0.001, 0.004, 4e6, 8e6, 0.5, "gather"};
  const std::string text = format_timings({timing, timing});
  CHECK(std::count(text.begin(), text.end(), '\n') == 3);
  CHECK(text.find("propagate  3 nodes") != std::string::npos);
  CHECK(text.find("2.0000") != std::string::npos);  // milliseconds
  CHECK(text.find(" 50%  gather") != std::string::npos);
}
