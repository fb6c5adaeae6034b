// Arguments that several registry rows share: an axis, some axes, a shape. Typed code passes them as they are.
#pragma once
#include <vector>

#include "core/args.h"

namespace skew {

struct AxisArg {
  ptrdiff_t axis = 0;
  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("axis", self.axis, finite(), "negative: from the back");
  }
};

struct AxesArg {
  std::vector<ptrdiff_t> axes{};
  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("axes", self.axes, finite(), "negative: from the back");
  }
};

struct ShapeArg {
  std::vector<ptrdiff_t> shape{};
  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("shape", self.shape, at_least(-1), "of the result; -1: from x");
  }
};

}  // namespace skew
