#include "tensor/storage.h"

#include <cstdint>
#include <vector>

#include "support/catch.h"

using namespace cairn;

TEST_CASE("storage: memory is aligned to 64 bytes and distinct, for no values as well", "[tensor]") {
  for (const Index size : {0, 1, 7, 1000}) {
    const auto a = Storage::allocate(size);
    const auto b = Storage::allocate(size);
    CHECK(a->size() == size);
    CHECK(reinterpret_cast<std::uintptr_t>(a->data()) % 64 == 0);
    CHECK(a->data() != b->data());
  }
}

#ifndef CAIRN_NO_POOL
TEST_CASE("storage: a released buffer serves the next request of its size, and no other", "[tensor]") {
  release_pooled_memory();
  auto first = Storage::allocate(12345);
  const Real* const place = first->data();
  const auto held = Storage::allocate(12345);
  CHECK(held->data() != place);
  first.reset();
  const auto other_size = Storage::allocate(54321);
  CHECK(other_size->data() != place);
  const auto again = Storage::allocate(12345);
  CHECK(again->data() == place);
}
#endif

TEST_CASE("storage: adopted memory is used in place and released once, after its last owner", "[tensor]") {
  std::vector<Real> foreign{1, 2, 3};
  int released = 0;
  {
    auto storage = Storage::adopt(foreign.data(), 3, [&] { ++released; });
    const auto second_owner = storage;
    CHECK(storage->data() == foreign.data());
    storage.reset();
    CHECK(released == 0);
  }
  CHECK(released == 1);
  const auto next = Storage::allocate(3);
  CHECK(next->data() != foreign.data());  // foreign memory never enters the pool
}
