#include "optim/schedule.h"

#include "core/error.h"
#include "support/catch.h"

namespace cairn {
namespace {

TEST_CASE("schedule: constant stays at one", "[optim]") {
  for (const Index epoch : {0, 1, 50, 100}) CHECK(rate_share({.name = "constant"}, epoch, 100) == 1);
}

TEST_CASE("schedule: step drops by its factor every so many epochs", "[optim]") {
  const ScheduleOptions options{.name = "step", .every = 10, .factor = 0.5};
  CHECK(rate_share(options, 0, 100) == 1);
  CHECK(rate_share(options, 9, 100) == 1);
  CHECK(rate_share(options, 10, 100) == 0.5);
  CHECK(rate_share(options, 29, 100) == 0.25);
  CHECK(rate_share(options, 30, 100) == 0.125);
}

TEST_CASE("schedule: cosine goes from one over the middle to its floor", "[optim]") {
  const ScheduleOptions options{.name = "cosine", .floor = 0.1};
  CHECK(rate_share(options, 0, 100) == Approx(1));
  CHECK(rate_share(options, 50, 100) == Approx(0.55));
  CHECK(rate_share(options, 100, 100) == Approx(0.1));
  for (Index epoch = 0; epoch < 100; ++epoch) {
    CHECK(rate_share(options, epoch + 1, 100) < rate_share(options, epoch, 100));
  }
  CHECK(rate_share(options, 0, 0) == Approx(1));
}

TEST_CASE("schedule: unknown names and values out of range are refused", "[optim]") {
  CHECK_THROWS_WITH(rate_share({.name = "linear"}, 0, 10), Catch::Contains("constant, step, cosine"));
  CHECK_THROWS_AS(rate_share({.name = "step", .every = 0}, 0, 10), UsageError);
  CHECK_THROWS_AS(rate_share({.name = "step", .factor = 0}, 0, 10), UsageError);
  CHECK_THROWS_AS(rate_share({.name = "step", .factor = 1.5}, 0, 10), UsageError);
  CHECK_THROWS_AS(rate_share({.name = "cosine", .floor = -0.1}, 0, 10), UsageError);
  CHECK_THROWS_AS(rate_share({.name = "cosine", .floor = 1.1}, 0, 10), UsageError);
}

}  // namespace
}  // namespace cairn
