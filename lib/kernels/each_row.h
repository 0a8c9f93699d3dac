#pragma once

#include "core/parallel.h"

namespace cairn::kernels {

/// work(row) for all rows, in parallel; the work of a row touches about `width` values.
template <class Work>
void each_row(Index rows, Index width, const Work& work) {
  parallel_blocks(rows, block_rows(width), [&](Index begin, Index end) {
    for (Index row = begin; row < end; ++row) work(row);
  });
}

}  // namespace cairn::kernels
