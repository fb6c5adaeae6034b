// Weights of a convolution: made, started, shown.
#include "models/modules/conv2d.h"

#include "core/error.h"
#include "models/modules/init.h"

namespace skew {

Conv2d::Conv2d(ptrdiff_t in, ptrdiff_t out, const Conv2dArgs& args) : args_(args) {
  const Pair kernel = args.kernel;
  const ptrdiff_t groups = args.groups;
  if (in < 1 || out < 1 || kernel.h < 1 || kernel.w < 1 || groups < 1)
    throw ValueError(text("Conv2d: expected channels, kernel and groups ≥ 1, got ", in, " → ", out, ", ", kernel.h, "×",
                          kernel.w, ", groups ", groups));
  if (in % groups || out % groups)
    throw ValueError(text("Conv2d: expected channels divisible by groups ", groups, ", got ", in, " → ", out));
  weight = Tensor::empty({out, in / groups, kernel.h, kernel.w}).set_requires_grad();
  kaiming_uniform(weight);
  if (!args.bias) return;
  bias = Tensor::empty({out}).set_requires_grad();
  init_bias(bias, weight.shape());
}

}  // namespace skew
