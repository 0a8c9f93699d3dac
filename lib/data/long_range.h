/// @file
/// Tasks that only those solve who see far: many graphs, in each of which a node is asked what another one, far away,
/// carries: length - 1, length / 2, or rows + columns - 2 hops away. Whatever lies nearer is the same in all graphs, or
/// tells nothing of the answer.
#pragma once

#include "core/rng.h"
#include "data/dataset.h"

namespace cairn {

/// Classes that carry and ring-transfer ask for: nobody who cannot see the source is right more often than one in four.
inline constexpr Index carried_classes = 4;

/// Columns of the sparse features [N, 6] of all three tasks: what a node carries (columns 0 .. 3), whether it is asked,
/// and a column of its own for nodes that are neither. Values are 1.
enum class LongRangeColumn : std::int32_t { first_class = 0, asked = 4, plain = 5, count = 6 };

/// Paths: one end carries a class, the other is asked for it and has it as its label; nobody else has one. Which end
/// carries is drawn; ids run along the path. Classes are as frequent as each other, and each graph belongs to one part
/// of the split (60 % train, 20 % validation, 20 % test). length: nodes of a path, at least 2; graphs: at least 5.
/// Throws UsageError for less, and for more nodes than a graph can have.
Dataset carry_dataset(Index length, Index graphs, Rng& rng);

/// Rings: a drawn node carries a class, and the node length / 2 places on is asked for it. length: at least 3.
/// Otherwise as carry_dataset.
Dataset ring_transfer_dataset(Index length, Index graphs, Rng& rng);

/// Grids: two opposite corners (which of the two pairs is drawn) carry one of two classes each and are asked whether
/// both carry the same; half of them do, and what a corner itself carries says nothing. rows, columns: at least 2.
/// Otherwise as carry_dataset.
Dataset corners_dataset(Index rows, Index columns, Index graphs, Rng& rng);

}  // namespace cairn
