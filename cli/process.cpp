#include "cli/process.h"

#include <malloc.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "kernels/blas_core.h"
#include "tensor/storage.h"

namespace cairn::cli {

namespace {

constexpr const char* guard_variable = "CAIRN_RESTARTED";

volatile std::sig_atomic_t noted = 0;

extern "C" void note_signal(int signal) {
  noted = signal;
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
}

void set_action(void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;  // a write under way goes on
  sigemptyset(&action.sa_mask);
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
}

/// A line of the process's status, in bytes; -1: there is none.
std::int64_t status_bytes(const char* pattern) {
  std::FILE* status = std::fopen("/proc/self/status", "r");
  if (status == nullptr) return -1;
  char line[256];
  long kibibytes = -1;
  while (kibibytes < 0 && std::fgets(line, sizeof line, status) != nullptr) {
    if (std::sscanf(line, pattern, &kibibytes) != 1) kibibytes = -1;
  }
  std::fclose(status);
  return kibibytes < 0 ? -1 : std::int64_t{kibibytes} * 1024;
}

}  // namespace

void restart_with_blas_settings(char** arguments) {
  ::prctl(PR_SET_NAME, "cairn");  // a restart through /proc/self/exe is called "exe"
  if (std::getenv(guard_variable) != nullptr) {
    ::unsetenv(guard_variable);  // nothing that we start should inherit it
    return;
  }
  // One thread a call: its own threading changes the bits of results and loses on narrow shapes.
  const char* threads = std::getenv("OPENBLAS_NUM_THREADS");
  const bool one_thread = threads != nullptr && std::strcmp(threads, "1") == 0;
  const std::string core(kernels::preferred_openblas_core());
  if (one_thread && core.empty()) return;
  ::setenv("OPENBLAS_NUM_THREADS", "1", 1);
  if (!core.empty()) ::setenv("OPENBLAS_CORETYPE", core.c_str(), 1);
  ::setenv(guard_variable, "1", 1);
  ::execv("/proc/self/exe", arguments);
  ::unsetenv(guard_variable);  // not allowed: slower, not wrong
}

std::int64_t peak_memory_bytes() {
  // The kernel's getrusage also counts what the process held before exec: a large program that starts us would show.
  if (const std::int64_t bytes = status_bytes("VmHWM: %ld"); bytes >= 0) return bytes;
  struct rusage usage {};
  ::getrusage(RUSAGE_SELF, &usage);
  return std::int64_t{usage.ru_maxrss} * 1024;
}

std::int64_t resident_memory_bytes() {
  const std::int64_t bytes = status_bytes("VmRSS: %ld");
  return bytes >= 0 ? bytes : peak_memory_bytes();
}

void give_back_memory() {
  release_pooled_memory();
#ifdef __GLIBC__
  ::malloc_trim(0);
#endif
}

InterruptGuard::InterruptGuard() {
  noted = 0;
  set_action(note_signal);
}

InterruptGuard::~InterruptGuard() { set_action(SIG_DFL); }

int noted_signal() { return noted; }

}  // namespace cairn::cli
