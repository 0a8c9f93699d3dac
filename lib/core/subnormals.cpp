#include "core/subnormals.h"

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

namespace cairn {

namespace {

#if defined(__x86_64__)
constexpr unsigned flush_bits = 1U << 15 | 1U << 6;  // of MXCSR: results flushed to 0, operands taken as 0

void set_flushes(bool flush) {
  const unsigned others = _mm_getcsr() & ~flush_bits;
  _mm_setcsr(flush ? others | flush_bits : others);
}
#else
void set_flushes(bool) {}
#endif

}  // namespace

bool flushes_subnormals() {
#if defined(__x86_64__)
  return (_mm_getcsr() & flush_bits) == flush_bits;
#else
  return false;
#endif
}

FlushSubnormals::FlushSubnormals(bool flush) : before_(flushes_subnormals()) {
  if (flush != before_) set_flushes(flush);
}

FlushSubnormals::~FlushSubnormals() {
  if (flushes_subnormals() != before_) set_flushes(before_);
}

}  // namespace cairn
