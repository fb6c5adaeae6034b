// What all poolings share: the window's arguments and the rule for the size of the result.
// Read next: ops/max_pool.h, ops/avg_pool.h.
#pragma once
#include "core/args.h"
#include "core/shape.h"
#include "ops/window.h"

namespace skew {

struct PoolArgs {
  Pair kernel, stride;
  Pair padding = 0;               // on both sides, at most half the kernel
  Pair dilation = 1;              // max_pool only
  bool ceil_mode = false;         // round the number of windows up; one that would start behind the image is dropped
  bool count_include_pad = true;  // avg_pool only
};

// (N, C, H, W) → (N, C, H_out, W_out). Throws ShapeError or ValueError naming `op`; also when a window would lie in the
// padding altogether.
Shape pool_shape(const char* op, const Shape& x, const PoolArgs& args);

// One window that covers the image of x; throws ShapeError naming `op` unless that is (N, C, H ≥ 1, W ≥ 1).
PoolArgs whole_image(const char* op, const Shape& x);

// A registry row's arguments; the stride is the kernel unless given.
PoolArgs pool_args(const Args& args, const char* op);

}  // namespace skew
