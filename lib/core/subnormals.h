#pragma once

namespace cairn {

/// Whether this thread's results that are too small for a normal number become 0, and operands that are count as 0.
/// Always false where the processor is none that cairn knows to ask.
bool flushes_subnormals();

/// While it lives, this thread flushes subnormal numbers, or does not; blocks of its loops do as it does, on whichever
/// thread they run. Weights that only decay, and an optimizer's moments of them, end among these numbers after some
/// thousand epochs, and each costs a processor a hundred times an ordinary one: cora's epochs took ten times as long.
class FlushSubnormals {
 public:
  explicit FlushSubnormals(bool flush = true);
  ~FlushSubnormals();
  FlushSubnormals(const FlushSubnormals&) = delete;
  FlushSubnormals& operator=(const FlushSubnormals&) = delete;

 private:
  bool before_;
};

}  // namespace cairn
