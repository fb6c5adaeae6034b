// Dropout (Srivastava et al., JMLR 2014): elements set to 0 at random, the others enlarged so that the mean stays.
// Which ones is a function of seed and position, so the way back draws them anew instead of keeping a mask.
// The module that advances the generator: models/modules/dropout.h.
#pragma once
#include "core/kernel.h"
#include "core/tensor.h"

namespace skew {

struct DropoutArgs {
  double rate = 0.5;                             // of elements set to 0, in [0, 1)
  uint64_t seed = 0, stream = 0, position = 0;  // of the first word drawn, see core/random.h
};

// y[i] = x[i] / (1 − rate) where philox_uniform(seed, stream, position + i) ≥ rate, else 0; i counts row-major.
// Throws ValueError unless 0 ≤ rate < 1.
Tensor dropout(const Tensor& x, const DropoutArgs& args);

// ---- slot; the adjoint is the same function
inline constinit Kernel<Tensor(const Tensor& x, const DropoutArgs&)> dropout_forward{"dropout_forward"};

}  // namespace skew
