// The dropout layer: a rate and the mode of the module.
#include "models/modules/dropout.h"

#include "core/error.h"
#include "ops/dropout.h"

namespace skew {

Dropout::Dropout(double rate) : rate_(rate) {
  if (!(rate >= 0 && rate < 1)) throw ValueError(text("Dropout: expected a rate in [0, 1), got ", rate));
}

Tensor Dropout::forward(const Tensor& x) { return dropout(x, DropoutArgs{.rate = rate_, .training = training()}); }

}  // namespace skew
