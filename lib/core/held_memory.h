#pragma once

#include <cstddef>
#include <cstdint>

namespace cairn {

/// Memory that this process holds, as those who take it from the system say: the pool of tensors (which keeps what is
/// given back to it), and in the `cairn` program operator new as well. The same for the same work, where what the
/// system counts depends on its pages and on whatever ran before.
///
/// Bytes that are held now.
std::int64_t held_memory();
/// The most that was held at once since the start of the process, or since the last restart.
std::int64_t peak_held_memory();
/// Starts to note a new peak, from what is held now.
void restart_held_peak();

/// Notes `bytes` as taken from the system; below 0: given back.
void note_held(std::int64_t bytes) noexcept;

/// Whether what operator new hands out is noted too.
bool new_is_noted();
/// To be called once by a program whose operator new notes what it hands out.
void say_new_is_noted() noexcept;

}  // namespace cairn
