#pragma once

#include "kernels/row_sums.h"

namespace cairn::kernels {

/// A cache line: what a pick brings in at least.
constexpr Index strip_columns = 64 / static_cast<Index>(sizeof(Real));

/// Whether picks had better go over x by strips of columns, each copied first so that a cache holds it: every pick then
/// costs a line from the cache instead of a row from memory. So it is where rows are picked at random from a table that
/// no cache holds while a strip of it fits; not where hubs or neighboring rows are picked again and again, nor where
/// weights lie elsewhere and would be brought together for each strip. Judged by how often rows come again in a part
/// of the picks. 4 million picks of 200,000 rows of 128 values, 2 threads, 32 MiB of cache: 100 ms, by strips 62. Nor
/// where the cache is one of hundreds of MiB, across a whole processor, from which lines come no faster than from
/// memory: 5 million picks of 250,000 rows of 512 values, 260 MiB of cache: 330 ms, by strips 400.
/// cache_bytes: of the cache that threads share.
bool pays_in_strips(const RowPicks& picks, const SourceRows& x, Index cache_bytes);

/// Columns first .. first + columns - 1 of x: [x.rows, columns].
void copy_strip(const SourceRows& x, Index first, Index columns, Real* strip);

}  // namespace cairn::kernels
