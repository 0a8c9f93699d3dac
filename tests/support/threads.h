#pragma once

#include "core/parallel.h"

namespace cairn::support {

/// So many threads until the end of the scope.
class Threads {
 public:
  explicit Threads(int count) : before_(thread_count()) { set_thread_count(count); }
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;
  ~Threads() { set_thread_count(before_); }

 private:
  int before_;
};

}  // namespace cairn::support
