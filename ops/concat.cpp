// Concat and stack: two shape rules over one pair of kernels, for which a new axis is no different from an old one.
// Kernels: backends/host/concat.cpp.
#include "ops/concat.h"

#include "core/error.h"
#include "core/op.h"
#include "core/registry.h"
#include "ops/axis_args.h"

namespace skew {
namespace {

void check_types(std::string_view op, Inputs xs) {
  if (xs.empty()) throw ValueError(text(op, ": expected at least one tensor"));
  for (const Tensor& x : xs)
    if (x.dtype() != xs[0].dtype())
      throw DtypeError(text(op, ": expected one number type, got ", xs[0].dtype(), " and ", x.dtype()));
}

struct ConcatOp : Op {
  ptrdiff_t axis;
  explicit ConcatOp(ptrdiff_t axis) : axis(axis) {}

  std::string_view name() const override { return "concat"; }
  Shape shape(Inputs in) const override {
    check_types("concat", in);
    const Shape& first = in[0].shape();
    const int at = first.axis(axis, "concat");
    ptrdiff_t length = 0;
    for (const Tensor& x : in) {
      const Shape& s = x.shape();
      if (s.rank() != first.rank() || !(s.with(at, first[at]) == first))
        throw ShapeError(text("concat: expected equal lengths but for axis ", axis, ", got ", first, " and ", s));
      length += s[at];
    }
    return first.with(at, length);
  }
  Tensor forward(Inputs in, Saved&) const override {
    const Shape y = shape(in);
    return concat_forward(in[0].device(), in, y.count(0, y.axis(axis, "concat")), y);
  }
  Tensors backward(const Tensor& dy, const Saved& saved, const Needs& needs) const override {
    return concat_backward(dy.device(), dy, dy.shape().count(0, dy.shape().axis(axis, "concat")), saved.shapes, needs);
  }
};

struct StackOp : Op {
  ptrdiff_t axis;
  explicit StackOp(ptrdiff_t axis) : axis(axis) {}

  std::string_view name() const override { return "stack"; }
  int at(const Shape& x) const {
    const ptrdiff_t rank = x.rank();
    if (axis < -rank - 1 || axis > rank)
      throw ShapeError(text("stack: expected an axis in ", -rank - 1, "..", rank, " for ", x, ", got ", axis));
    return int(axis < 0 ? axis + rank + 1 : axis);
  }
  Shape shape(Inputs in) const override {
    check_types("stack", in);
    const Shape& first = in[0].shape();
    for (const Tensor& x : in)
      if (!(x.shape() == first))
        throw ShapeError(text("stack: expected equal shapes, got ", first, " and ", x.shape()));
    if (first.rank() == Shape::max_rank)
      throw ShapeError(text("stack: expected at most ", Shape::max_rank - 1, " axes, got ", first));
    std::vector<ptrdiff_t> lengths(first.begin(), first.end());
    lengths.insert(lengths.begin() + at(first), ptrdiff_t(in.size()));
    return Shape(lengths);
  }
  Tensor forward(Inputs in, Saved&) const override {
    return concat_forward(in[0].device(), in, in[0].shape().count(0, at(in[0].shape())), shape(in));
  }
  Tensors backward(const Tensor& dy, const Saved& saved, const Needs& needs) const override {
    const Shape& x = saved.shapes[0];
    return concat_backward(dy.device(), dy, x.count(0, at(x)), saved.shapes, needs);
  }
};

// x0, x1, … as far as they go.
Tensors numbered(const NamedTensors& in, const char* op) {
  Tensors list = {input(in, "x0", op)};
  for (Tensor next; (next = optional_input(in, "x" + std::to_string(list.size()))).defined();) list.push_back(next);
  if (list.size() != in.size()) throw ValueError(text(op, ": expected inputs x0, x1, … without a gap"));
  return list;
}

bool register_joining(const char* name, const char* doc, const char* formula, const char* back,
                      Tensor (*op)(const Tensors&, ptrdiff_t)) {
  return register_op({.name = name,
                      .doc = doc,
                      .formula = formula,
                      .source = std::string("NumPy, ") + name,
                      .back = {{"x0", back}},
                      .arguments = field_list(AxisArg{}),
                      .slots = {&concat_forward, &concat_backward},
                      .differentiable = {"x0", "x1", "x2", "x3"},
                      .run = [=](const NamedTensors& in, const Args& args) -> NamedTensors {
                        return {{"y", op(numbered(in, name), args.read<AxisArg>(name).axis)}};
                      }});
}

const bool concat_registered = register_joining("concat", "Tensors one after the other along an axis.",
                                                "y = [x0, x1, …]", "its part of g", concat) &&
                               register_joining("stack", "Tensors of one shape along a new axis.",
                                                "y[…, k, …] = xk[…, …]", "its slice of g", stack);

}  // namespace

Tensor concat(const Tensors& xs, ptrdiff_t axis) { return skew::apply(std::make_unique<const ConcatOp>(axis), xs); }
Tensor stack(const Tensors& xs, ptrdiff_t axis) { return skew::apply(std::make_unique<const StackOp>(axis), xs); }

}  // namespace skew
