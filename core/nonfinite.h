// Looking for NaN and Inf. oneDNN's relu and max-pool swallow NaN, so a finite loss proves nothing:
// the training step asks these about loss, gradients and statistics before it writes anything.
#pragma once
#include <string>

#include "core/error.h"
#include "core/tensor.h"

namespace skew {

// The first op in a forward pass whose result is not finite.
struct NonFiniteError : Error {
  NonFiniteError(const std::string& message, std::string op, std::string scope, ptrdiff_t sample)
      : Error(message), op(std::move(op)), scope(std::move(scope)), sample(sample) {}
  std::string op, scope;
  ptrdiff_t sample;  // index along the first axis, −1 for a scalar
};

bool all_finite(const Tensor& t);                                // true for integer tensors and undefined ones
bool all_finite(Inputs tensors);                                 // of one device: one pass over all of them
void throw_if_not_finite(const Tensor& t, std::string_view op);  // NonFiniteError naming op, Scope::path() and sample

// The sample (index along the first axis) that holds the element of largest magnitude: where a sum overflowed.
ptrdiff_t largest_sample(const Tensor& t);

}  // namespace skew
