// Walking several row-major tensors that broadcast to one shape: from the number of an element of the result to its
// place in each operand. Passed to kernels by value.
#pragma once
#include <array>

#include "backends/cuda/port.h"
#include "core/shape.h"

namespace skew::gpu {

// Strides of `operands` tensors along the axes of a shape; 0 along an axis that an operand is stretched along.
template <int operands> struct Walk {
  int64_t rank = 0;
  int64_t length[Shape::max_rank] = {};
  int64_t stride[operands][Shape::max_rank] = {};

  // place[o]: where element k lies in operand o.
  __device__ void at(ptrdiff_t k, ptrdiff_t (&place)[operands]) const {
    for (int o = 0; o < operands; ++o) place[o] = 0;
    for (int64_t axis = rank - 1; axis >= 0; --axis) {
      const ptrdiff_t here = k % length[axis];
      k /= length[axis];
      for (int o = 0; o < operands; ++o) place[o] += here * stride[o][axis];
    }
  }
};

// Each shape broadcasts to `out`.
template <class... S> Walk<sizeof...(S)> walk_of(const Shape& out, const S&... shapes) {
  Walk<sizeof...(S)> walk;
  walk.rank = out.rank();
  for (int axis = 0; axis < out.rank(); ++axis) walk.length[axis] = out[axis];
  int o = 0;
  for (const Shape& shape : {shapes...}) {
    int64_t step = 1;
    for (int axis = shape.rank() - 1; axis >= 0; --axis) {
      walk.stride[o][axis + out.rank() - shape.rank()] = shape[axis] == 1 ? 0 : step;
      step *= shape[axis];
    }
    ++o;
  }
  return walk;
}

}  // namespace skew::gpu
