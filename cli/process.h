#pragma once

#include <cstdint>

namespace cairn::cli {

/// OpenBLAS reads its settings when it is loaded, before main() can set them: sets them and starts the program anew in
/// the same process, once. Returns where nothing needs to be set, or where the system does not allow it.
void restart_with_blas_settings(char** arguments);

/// Most memory that this process ever held, in bytes, and what it holds now.
std::int64_t peak_memory_bytes();
std::int64_t resident_memory_bytes();
/// Gives what is held and not used back to the system: what reading a file took, for example.
void give_back_memory();

/// While one lives, the first SIGINT or SIGTERM is only noted; a second one ends the process as usual.
class InterruptGuard {
 public:
  InterruptGuard();
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;
};

/// The signal that was noted; 0: none.
int noted_signal();

}  // namespace cairn::cli
