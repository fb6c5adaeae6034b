// The op behind permute, slice, flip, roll, pad and nearest upsampling. It has no row in the registry: they have.
#include "ops/rearrange.h"

#include "core/op.h"

namespace skew {
namespace {

struct RearrangeOp : Op {
  const char* op;
  Rearrangement r;
  RearrangeOp(const char* op, Rearrangement r) : op(op), r(std::move(r)) {}

  std::string_view name() const override { return op; }
  Shape shape(Inputs) const override { return r.shape; }
  Tensor forward(Inputs in, Saved&) const override { return rearrange_forward(in[0].device(), in[0], r); }
  Tensors backward(const Tensor& dy, const Saved& saved, const Needs&) const override {
    return {rearrange_backward(dy.device(), dy, r, saved.shapes[0])};
  }
};

}  // namespace

std::vector<ptrdiff_t> axis_table(const Shape& x, int axis, ptrdiff_t length,
                                  const std::function<ptrdiff_t(ptrdiff_t)>& source) {
  const ptrdiff_t stride = x.count(axis + 1, x.rank());
  std::vector<ptrdiff_t> table(static_cast<size_t>(length));
  for (ptrdiff_t i = 0; i < length; ++i) {
    const ptrdiff_t index = source(i);
    table[size_t(i)] = index < 0 ? -1 : index * stride;
  }
  return table;
}

Rearrangement unchanged(const Shape& x) {
  Rearrangement r{x, {}, 0};
  for (int axis = 0; axis < x.rank(); ++axis)
    r.from.push_back(axis_table(x, axis, x[axis], [](ptrdiff_t i) { return i; }));
  return r;
}

void replace_axis(Rearrangement& r, const Shape& x, int axis, ptrdiff_t length,
                  const std::function<ptrdiff_t(ptrdiff_t)>& source) {
  r.shape = r.shape.with(axis, length);  // first: it refuses lengths no memory can hold
  r.from[size_t(axis)] = axis_table(x, axis, length, source);
}

Tensor rearrange(const char* op, const Tensor& x, Rearrangement r) { return apply(RearrangeOp(op, std::move(r)), {x}); }

}  // namespace skew
