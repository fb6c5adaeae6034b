#include "models/modules/dropout.h"

#include "core/error.h"
#include "core/random.h"
#include "ops/dropout.h"

namespace skew {

Dropout::Dropout(double rate) : rate_(rate) {
  if (!(rate >= 0 && rate < 1)) throw ValueError(text("Dropout: expected a rate in [0, 1), got ", rate));
}

Tensor Dropout::forward(const Tensor& x) {
  if (!training() || rate_ == 0) return x;
  const Generator g = default_generator();
  default_generator() = Generator(g.seed(), g.stream(), g.position() + uint64_t(x.count()));
  return dropout(x, {rate_, g.seed(), g.stream(), g.position()});
}

}  // namespace skew
