#pragma once

#include <memory>

#include "kernels/path_pass.h"
#include "position/path_items.h"
#include "position/path_sampler.h"

namespace cairn {

/// The items of all anchors as a path pass walks over them: row u * K + k of its state table is node u and slot k of
/// the anchors. Takes the items over, so that their lists are not held twice. anchors: those the items were built from.
std::shared_ptr<const kernels::PathPlan> make_path_plan(PathItems items, const AnchorSet& anchors);

/// The drawn paths of a batch as a path pass walks over them; node inputs have a row for each of paths.nodes. Takes the
/// lists over. Throws UsageError where the state table has 2^31 rows or more.
std::shared_ptr<const kernels::PathPlan> make_path_plan(SampledPaths paths);

/// Two plans of the same nodes as one whose slots are those of `a`, then those of `b`. Siblings where both list them.
/// Throws ShapeError where their nodes differ in number.
std::shared_ptr<const kernels::PathPlan> side_by_side(const kernels::PathPlan& a, const kernels::PathPlan& b);

}  // namespace cairn
