#include "tensor/storage.h"

#include <cstdint>
#include <vector>

#include "core/held_memory.h"
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

TEST_CASE("storage: what is taken from the system is noted as held until it is given back there", "[tensor]") {
  release_pooled_memory();
  const auto before = held_memory();
  constexpr Index size = 4096;
  const auto bytes = size * static_cast<Index>(sizeof(Real));
  auto first = Storage::allocate(size);
  const auto second = Storage::allocate(size);
  CHECK(held_memory() == before + 2 * bytes);
  first.reset();
#ifndef CAIRN_NO_POOL
  CHECK(held_memory() == before + 2 * bytes);  // idle, but ours
#endif
  release_pooled_memory();
  CHECK(held_memory() == before + bytes);
  std::vector<Real> foreign(10);
  const auto adopted = Storage::adopt(foreign.data(), 10, [] {});
  CHECK(held_memory() == before + bytes);
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

TEST_CASE("storage: a full pool keeps what was given back last, and forgets the oldest", "[tensor]") {
  release_pooled_memory();
  constexpr Index gibibyte =
      (Index{1} << 30) / static_cast<Index>(sizeof(Real));  // address space: hardly a page is touched
  const auto give_back = [](Index size, Real mark) {
    const auto storage = Storage::allocate(size);
    storage->data()[0] = mark;
  };
  give_back(3 * gibibyte, 3);
  give_back(2 * gibibyte, 2);
  // New pages from the system hold zeros.
  CHECK(Storage::allocate(2 * gibibyte)->data()[0] == Real(2));
  CHECK(Storage::allocate(3 * gibibyte)->data()[0] == Real(0));
  release_pooled_memory();
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
