#include "benchmarks/memory_watch.h"

#include <malloc.h>

#include <cstdio>
#include <fstream>
#include <string>

#include "tensor/storage.h"

namespace cairn::benchmarks {

namespace {

/// A line of the process's status in bytes: "VmRSS:" held now, "VmHWM:" the highest; -1 where there is none.
double status_bytes(const std::string& key) {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    double kibibytes = -1;
    if (word == key && status >> kibibytes) return kibibytes * 1024;
  }
  return -1;
}

}  // namespace

MemoryWatch::MemoryWatch() {
  release_pooled_memory();
  ::malloc_trim(0);
  // 5 sets the highest back to what is held now: proc(5), clear_refs.
  std::ofstream clear("/proc/self/clear_refs");
  clear << "5" << std::flush;
  start_bytes_ = status_bytes("VmRSS:");
  is_noting_ = clear.good() && start_bytes_ >= 0;
}

std::optional<double> MemoryWatch::peak_bytes() const {
  if (!is_noting_) return std::nullopt;
  return status_bytes("VmHWM:") - start_bytes_;
}

}  // namespace cairn::benchmarks
