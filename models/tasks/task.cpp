#include "models/tasks/task.h"

#include "core/error.h"

namespace cairn {

Variable Task::batch_loss(const Variable&, std::span<const NodeId>, const Pass&) const {
  throw ShapeError("task: its loss is not one of single nodes, and has no batches");
}

}  // namespace cairn
