#include "autodiff/rectified.h"

#include "kernels/elementwise.h"

namespace cairn {

Reads reads_of(const Reads& before, Rectified rectified) {
  return rectified == Rectified::yes ? before.and_output() : before;
}

void add_row_gradient(BackwardStep& step, std::size_t place, Rectified rectified) {
  if (rectified == Rectified::no) {
    if (step.wants(place)) kernels::add_column_sums(step.upstream(), step.gradient(place));
    return;
  }
  Tensor unwanted;
  if (!step.wants(place)) unwanted = Tensor(step.shape(place));
  kernels::rectify_back(step.output(), step.used_up_upstream(), unwanted.defined() ? unwanted : step.gradient(place));
  step.release_output();
}

}  // namespace cairn
