// How a window slides over an image: the argument types that convolutions and poolings share.
#pragma once
#include <cstddef>

#include "core/args.h"
#include "core/shape.h"

namespace skew {

// Two numbers for height and width; one number means both.
struct Pair {
  ptrdiff_t h = 1, w = 1;
  constexpr Pair(ptrdiff_t both) : h(both), w(both) {}
  constexpr Pair(ptrdiff_t h, ptrdiff_t w) : h(h), w(w) {}
};

// Zeros around an image; one number means all four sides.
struct Pads {
  ptrdiff_t top = 0, bottom = 0, left = 0, right = 0;
  constexpr Pads(ptrdiff_t all) : top(all), bottom(all), left(all), right(all) {}
  constexpr Pads(ptrdiff_t top, ptrdiff_t bottom, ptrdiff_t left, ptrdiff_t right)
      : top(top), bottom(bottom), left(left), right(right) {}
};

// Number of positions of a window along one axis: ⌊(length + before + after − dilation·(kernel−1) − 1)/stride⌋ + 1.
// Throws ShapeError naming `op` unless the dilated kernel fits, ValueError for stride, dilation or kernel < 1 or
// negative padding.
ptrdiff_t window_positions(const char* op, ptrdiff_t length, ptrdiff_t kernel, ptrdiff_t stride, ptrdiff_t before,
                           ptrdiff_t after, ptrdiff_t dilation);

// `name` as [h, w] (or one number a list of length 1); throws ValueError naming `op`.
Pair pair_of(const Args& args, const char* name, const char* op, Pair otherwise);
Pads pads_of(const Args& args, const char* name, const char* op);  // [top, bottom, left, right]

}  // namespace skew
