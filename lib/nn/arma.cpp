#include "nn/arma.h"

namespace cairn {

Variable Arma::forward(const Propagation& propagation, const Input& x, const Pass& pass) const {
  return relu(TwoWeightLayer::forward(propagation, x, pass));
}

}  // namespace cairn
