// A part of a tensor along one axis, with a step. Copies; the part does not share x's memory.
#pragma once
#include <optional>

#include "core/fields.h"
#include "core/tensor.h"
#include "ops/rearrange.h"

namespace skew {

// As in Python: start inclusive, stop exclusive, negative ones count from the back, ends outside x are moved to its
// ends, absent means from or to the end.
struct SliceArgs {
  ptrdiff_t axis = 0;
  std::optional<ptrdiff_t> start, stop;
  ptrdiff_t step = 1;  // ≥ 1; to reverse, see flip
  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("axis", self.axis, finite(), "negative: from the back");
    visit("start", self.start, finite(), "first index; auto: 0");
    visit("stop", self.stop, finite(), "index behind the last; auto: the end");
    visit("step", self.step, at_least(1), "between indices");
  }
};

// y[…, i, …] = x[…, start + i·step, …]. Throws ShapeError for an axis x lacks, ValueError for a step < 1.
Tensor slice(const Tensor& x, const SliceArgs& args);

}  // namespace skew
