// How a window slides over an image: the argument types that convolutions and poolings share.
#pragma once
#include <cstddef>

#include "core/fields.h"
#include "core/shape.h"

namespace skew {

// Two numbers for height and width; one number means both.
struct Pair {
  ptrdiff_t h = 1, w = 1;
  constexpr Pair() = default;
  constexpr Pair(ptrdiff_t both) : h(both), w(both) {}
  constexpr Pair(ptrdiff_t h, ptrdiff_t w) : h(h), w(w) {}
};

// Zeros around an image; one number means all four sides.
struct Pads {
  ptrdiff_t top = 0, bottom = 0, left = 0, right = 0;
  constexpr Pads() = default;
  constexpr Pads(ptrdiff_t all) : top(all), bottom(all), left(all), right(all) {}
  constexpr Pads(ptrdiff_t top, ptrdiff_t bottom, ptrdiff_t left, ptrdiff_t right)
      : top(top), bottom(bottom), left(left), right(right) {}
};

// Number of positions of a window along one axis: ⌊(length + before + after − dilation·(kernel−1) − 1)/stride⌋ + 1.
// Throws ShapeError naming `op` unless the dilated kernel fits, ValueError for stride, dilation or kernel < 1 or
// negative padding.
ptrdiff_t window_positions(const char* op, ptrdiff_t length, ptrdiff_t kernel, ptrdiff_t stride, ptrdiff_t before,
                           ptrdiff_t after, ptrdiff_t dilation);

// As fields (core/fields.h): "2,3" is height and width, "0,0,1,1" top, bottom, left and right, one number all of them.
void set_field(FieldName what, Pair& value, const std::string& text, const Range& range);
void set_field(FieldName what, Pads& value, const std::string& text, const Range& range);
void check_field(FieldName what, const Pair& value, const Range& range);
void check_field(FieldName what, const Pads& value, const Range& range);
std::string field_text(const Pair& value);
std::string field_text(const Pads& value);

}  // namespace skew
