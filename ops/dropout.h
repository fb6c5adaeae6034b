// Dropout (Srivastava et al., JMLR 2014): elements set to 0 at random while training. The mask is not stored: element i
// is dropped where word offset + i of a Philox stream says so, which the way back asks again. 1 or 64 threads, one
// device or another: the same elements.
#pragma once
#include <cstdint>

#include "core/fields.h"
#include "core/kernel.h"
#include "core/tensor.h"

namespace skew {

struct DropoutArgs {
  double rate = 0.5;  // in [0, 1]
  bool training = true;
  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("rate", self.rate, between(0, 1), "share of elements that become 0");
    visit("training", self.training, any_text(), "false: y is x");
  }
};

// Where the mask comes from.
struct DropoutDraw {
  double rate;
  uint64_t seed, stream, offset;
};

// y = x/(1 − rate) where kept, 0 where dropped; x itself when not training or for rate 0. Reserves one word an element
// of default_generator(). Throws ValueError for a rate outside [0, 1].
Tensor dropout(const Tensor& x, const DropoutArgs& args = {});
// The same with a given mask; any rate in [0, 1].
Tensor dropout_drawn(const Tensor& x, const DropoutDraw& draw);

// ---- slot; dx is the same function of dy
inline constinit Kernel<Tensor(const Tensor& x, const DropoutDraw&)> dropout_forward{"dropout_forward"};

}  // namespace skew
