// Weights of a fully connected layer: made, started, shown.
#include "models/modules/linear.h"

#include "core/error.h"
#include "models/modules/init.h"

namespace skew {

Linear::Linear(ptrdiff_t in, ptrdiff_t out, const LinearOptions& options) {
  if (in < 1 || out < 1) throw ValueError(text("Linear: expected lengths ≥ 1, got ", in, " → ", out));
  weight = Tensor::empty({out, in}).set_requires_grad();
  kaiming_uniform(weight);
  if (!options.bias) return;
  bias = Tensor::empty({out}).set_requires_grad();
  init_bias(bias, weight.shape());
}

}  // namespace skew
