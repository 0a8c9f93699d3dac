#pragma once

#include "models/search/supernet.h"
#include "models/tasks/task.h"

namespace cairn {

/// What a task asks of rows: its loss on each part, and the score that its best epoch is found by.
class TaskObjective : public SearchObjective {
 public:
  /// The task must outlive this.
  explicit TaskObjective(const Task& task) : task_(task) {}
  Variable loss(const Variable& rows, Part part, const Pass& pass) const override {
    return task_.part_loss(rows, part, pass);
  }
  double score(const Tensor& rows, Part part) const override { return task_.quality(task_.evaluate(rows, part)).score; }

 private:
  const Task& task_;
};

}  // namespace cairn
