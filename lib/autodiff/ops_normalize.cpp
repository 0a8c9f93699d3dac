#include "autodiff/ops_normalize.h"

#include <utility>

#include "autodiff/ops_dense.h"
#include "autodiff/ops_elementwise.h"
#include "kernels/elementwise.h"
#include "kernels/normalize.h"
#include "kernels/shape_check.h"

namespace cairn {

Variable softmax(Variable x) {
  kernels::require_matrix("softmax", x.value());
  Tensor y = Tensor::uninitialized(x.shape());
  kernels::softmax_rows(x.value(), y);
  return make_operation("softmax", std::move(y), {std::move(x)}, Reads::output(), [](BackwardStep& step) {
    kernels::add_softmax_gradient(step.output(), step.upstream(), step.gradient(0));
  });
}

Variable log_softmax(Variable x) {
  kernels::require_matrix("log_softmax", x.value());
  Tensor y = Tensor::uninitialized(x.shape());
  kernels::log_softmax_rows(x.value(), y);
  return make_operation("log_softmax", std::move(y), {std::move(x)}, Reads::output(), [](BackwardStep& step) {
    kernels::add_log_softmax_gradient(step.output(), step.upstream(), step.gradient(0));
  });
}

Variable normalize_rows(Variable x, Real epsilon) {
  Tensor inverse_deviation;
  Tensor y = kernels::normalize_rows(x.value(), epsilon, inverse_deviation);
  return make_operation(
      "normalize_rows", std::move(y), {std::move(x)}, Reads::output(), [inverse_deviation](BackwardStep& step) {
        kernels::add_normalize_rows_gradient(step.output(), inverse_deviation, step.upstream(), step.gradient(0));
      });
}

Variable normalize_columns(Variable x, Real epsilon, Tensor& batch_mean, Tensor& batch_variance) {
  const kernels::ColumnStatistics statistics = kernels::column_statistics(x.value(), epsilon);
  batch_mean = statistics.mean;
  batch_variance = statistics.variance;
  Tensor y = kernels::normalize_columns(x.value(), statistics);
  return make_operation("normalize_columns", std::move(y), {std::move(x)}, Reads::output(),
                        [inverse_deviation = statistics.inverse_deviation](BackwardStep& step) {
                          kernels::add_normalize_columns_gradient(step.output(), inverse_deviation, step.upstream(),
                                                                  step.gradient(0));
                        });
}

Variable with_unit_rows(const Variable& x) {
  const Variable length = sqrt(shift(sum_rows(square(x)), Real(1e-12)));
  return multiply_column(x, divide(Variable::constant(Tensor(length.shape(), 1)), length));
}

}  // namespace cairn
