#include "core/held_memory.h"

#include "support/catch.h"

using namespace cairn;

TEST_CASE("held memory: the peak is the most that was held at once since it was restarted", "[core]") {
  const auto before = held_memory();
  restart_held_peak();
  note_held(700);
  note_held(300);
  note_held(-900);
  note_held(500);
  CHECK(held_memory() == before + 600);
  CHECK(peak_held_memory() == before + 1000);
  restart_held_peak();
  CHECK(peak_held_memory() == before + 600);
  note_held(-600);
  CHECK(held_memory() == before);
  CHECK(peak_held_memory() == before + 600);
}
