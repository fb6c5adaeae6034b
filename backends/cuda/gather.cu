// Reading single elements or rows by index, and adding gradients back to them. A bad index is read as 0 and refused at
// the next readback. On the way back a thread runs along one line of indices alone, so that the sums have one order.
#include "ops/gather.h"

#include "backends/cuda/each.cuh"
#include "backends/cuda/loss.cuh"

namespace skew::gpu {
namespace {

// Throws what the other devices throw at once: the element and its index.
int64_t* index_cell(const char* op, const Tensor& index, ptrdiff_t length) {
  return refusal_cell([=](ptrdiff_t element) {
    throw ValueError(text(op, ": expected indices in 0..", length - 1, ", got ", index.host().data<int64_t>()[element],
                          " at element ", element));
  });
}
__device__ ptrdiff_t checked(int64_t index, ptrdiff_t length, ptrdiff_t element, int64_t* cell) {
  if (index >= 0 && index < length) return ptrdiff_t(index);
  note(cell, element);
  return 0;
}

// ---- gather: one index an element
// The lines of an index tensor along `axis`, and where they lie in x, whose other lengths may be larger.
struct Lines {
  int rank = 0, axis = 0;
  ptrdiff_t index_length[Shape::max_rank] = {}, x_stride[Shape::max_rank] = {};
  ptrdiff_t length = 0, count = 0;  // of x along the axis; of indices along the axis

  Lines(const Shape& index, const Shape& x, int axis)
      : rank(x.rank()), axis(axis), length(x[axis]), count(index[axis]) {
    for (int a = 0; a < rank; ++a) {
      index_length[a] = index[a];
      x_stride[a] = x.count(a + 1, x.rank());
    }
  }
  // Where in x element k of the index tensor would read with index 0.
  __device__ ptrdiff_t base(ptrdiff_t k) const {
    ptrdiff_t at = 0;
    for (int a = rank - 1; a >= 0; --a) {
      if (a != axis) at += k % index_length[a] * x_stride[a];
      k /= index_length[a];
    }
    return at;
  }
};

template <class T>
void read_as(const Tensor& x, const Tensor& index, const Lines& lines, const Tensor& y, int64_t* cell) {
  const T* const xs = read<T>(x);
  const int64_t* const at = read<int64_t>(index);
  T* const ys = fill<T>(y);
  each("gather", y.count(), [=] __device__(ptrdiff_t k) {
    ys[k] = xs[lines.base(k) + checked(at[k], lines.length, k, cell) * lines.x_stride[lines.axis]];
  });
}
Tensor read_elements(const Tensor& x, const Tensor& index, int axis) {
  Tensor y = Tensor::empty(index.shape(), x.dtype(), x.device());
  const Lines lines(index.shape(), x.shape(), axis);
  int64_t* const cell = index_cell("gather", index, lines.length);
  visit(x.dtype(), [&](auto zero) { read_as<decltype(zero)>(x, index, lines, y, cell); });
  return y;
}

Tensor add_elements(const Tensor& dy, const Tensor& index, int axis, const Shape& x) {
  Tensor dx = Tensor::zeros(x, dy.dtype(), dy.device());
  if (dy.count() == 0) return dx;
  const Lines lines(index.shape(), x, axis);
  const ptrdiff_t inner = index.shape().count(axis + 1, x.rank());
  const float* const dys = read(dy);
  const int64_t* const at = read<int64_t>(index);
  float* const dxs = fill(dx);
  each("gather", dy.count() / lines.count, [=] __device__(ptrdiff_t line) {
    const ptrdiff_t first = line / inner * lines.count * inner + line % inner, base = lines.base(first);
    for (ptrdiff_t j = 0; j < lines.count; ++j) {
      const ptrdiff_t k = first + j * inner;
      if (at[k] >= 0 && at[k] < lines.length) dxs[base + at[k] * lines.x_stride[lines.axis]] += dys[k];
    }
  });
  return dx;
}

// ---- index_select and embedding: one index a row
template <class T>
void read_rows_as(const Tensor& x, const Tensor& index, const Extents& e, const Tensor& y, int64_t* cell) {
  const ptrdiff_t count = index.count();
  const T* const xs = read<T>(x);
  const int64_t* const at = read<int64_t>(index);
  T* const ys = fill<T>(y);
  each("index_select", y.count(), [=] __device__(ptrdiff_t i) {
    const ptrdiff_t row = i / e.inner, k = row % count;
    ys[i] = xs[(row / count * e.n + checked(at[k], e.n, k, cell)) * e.inner + i % e.inner];
  });
}
Tensor read_rows(const char* op, const Tensor& x, const Tensor& index, const Extents& e, const Shape& shape) {
  Tensor y = Tensor::empty(shape, x.dtype(), x.device());
  int64_t* const cell = index_cell(op, index, e.n);
  visit(x.dtype(), [&](auto zero) { read_rows_as<decltype(zero)>(x, index, e, y, cell); });
  return y;
}

Tensor add_back_rows(const Tensor& dy, const Tensor& index, const Extents& e, const Shape& x, ptrdiff_t skip) {
  Tensor dx = Tensor::zeros(x, dy.dtype(), dy.device());
  const ptrdiff_t count = index.count();
  const float* const dys = read(dy);
  const int64_t* const at = read<int64_t>(index);
  float* const dxs = fill(dx);
  each("index_select", e.lines(), [=] __device__(ptrdiff_t column) {
    const ptrdiff_t outer = column / e.inner, i = column % e.inner;
    for (ptrdiff_t k = 0; k < count; ++k) {
      const ptrdiff_t row = ptrdiff_t(at[k]);
      if (row != skip && row >= 0 && row < e.n)
        dxs[(outer * e.n + row) * e.inner + i] += dys[(outer * count + k) * e.inner + i];
    }
  });
  return dx;
}

const bool filled = on_cuda(gather_forward, read_elements) && on_cuda(gather_backward, add_elements) &&
                    on_cuda(select_rows, read_rows) && on_cuda(add_rows, add_back_rows);

}  // namespace
}  // namespace skew::gpu
