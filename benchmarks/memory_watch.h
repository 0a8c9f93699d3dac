#pragma once

#include <optional>

namespace cairn::benchmarks {

/// The most memory that the process holds while something runs, over what it held when the watch began.
class MemoryWatch {
 public:
  /// Gives idle buffers back to the system, so that what runs next has to ask for all that it needs, and starts anew to
  /// note the highest.
  MemoryWatch();

  /// Bytes above the start at the highest; nothing where the system does not start its notes anew (Linux does).
  std::optional<double> peak_bytes() const;

 private:
  bool is_noting_;
  double start_bytes_;
};

}  // namespace cairn::benchmarks
