#include "core/cache_size.h"

#include "support/catch.h"

using namespace cairn;

TEST_CASE("cache size: what systems write is read, and nothing else", "[core]") {
  CHECK(parsed_cache_size("48K") == 48 * 1024);
  CHECK(parsed_cache_size("266240K") == 260 * 1024 * 1024);
  CHECK(parsed_cache_size("32M") == 32 * 1024 * 1024);
  CHECK(parsed_cache_size("512") == 512);
  for (const auto* text : {"", "K", "-4K", "0K", "12KB", "a few"}) CHECK_FALSE(parsed_cache_size(text).has_value());
}

TEST_CASE("cache size: a shared cache is found or assumed", "[core]") { CHECK(shared_cache_bytes() >= 1024 * 1024); }
