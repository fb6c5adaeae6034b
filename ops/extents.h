// A row-major tensor seen as outer × n × inner around the axes that an op works along: softmax, sums, concat, gather.
#pragma once
#include "core/shape.h"

namespace skew {

struct Extents {
  ptrdiff_t outer = 1, n = 1, inner = 1;  // element (o, j, i) lies at (o·n + j)·inner + i
  ptrdiff_t lines() const { return outer * inner; }
};

// Axes [first, last) in the middle.
inline Extents around(const Shape& s, int first, int last) {
  return {s.count(0, first), s.count(first, last), s.count(last, s.rank())};
}
inline Extents along(const Shape& s, int axis) { return around(s, axis, axis + 1); }

}  // namespace skew
