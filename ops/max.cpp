// Max as argmax followed by picking; only the picking is recorded, so the gradient needs nothing but the indices.
// Kernels: backends/host/max.cpp.
#include "ops/max.h"

#include "core/error.h"
#include "core/op.h"
#include "core/registry.h"
#include "ops/reduce.h"

namespace skew {
namespace {

// Where x is reduced, and the shape of the result.
struct Place {
  Extents extents;
  Shape result;
};

Place place_of(const char* op, const Shape& s, const MaxArgs& args) {
  const int axis = args.axis ? s.axis(*args.axis, op) : -1;
  std::vector<ptrdiff_t> lengths;
  for (int k = 0; k < s.rank(); ++k) {
    const bool reduced = axis < 0 || k == axis;
    if (!reduced || args.keepdim) lengths.push_back(reduced ? 1 : s[k]);
  }
  const Place place{axis < 0 ? Extents{1, s.count(), 1} : along(s, axis), Shape(lengths)};
  if (place.extents.n == 0 && place.result.count() > 0)
    throw ShapeError(text(op, ": expected at least one element to choose from, got ", s));
  return place;
}

struct ArgmaxOp : Op {
  MaxArgs args;
  explicit ArgmaxOp(const MaxArgs& args) : args(args) {}
  std::string_view name() const override { return "argmax"; }
  Shape shape(Inputs in) const override { return place_of("argmax", in[0].shape(), args).result; }
  Tensor forward(Inputs in, Saved&) const override {
    const Place place = place_of("argmax", in[0].shape(), args);
    return argmax_forward(in[0].device(), in[0], place.extents, place.result);
  }
  Tensors backward(const Tensor&, const Saved&, const Needs&) const override { return {Tensor()}; }
};

// Takes x and the indices of its largest elements.
struct MaxOp : Op {
  MaxArgs args;
  explicit MaxOp(const MaxArgs& args) : args(args) {}
  std::string_view name() const override { return "max"; }
  Shape shape(Inputs in) const override { return place_of("max", in[0].shape(), args).result; }
  Tensor forward(Inputs in, Saved& saved) const override {
    saved.keep(in[1]);
    return pick_forward(in[0].device(), in[0], in[1], place_of("max", in[0].shape(), args).extents);
  }
  Tensors backward(const Tensor& dy, const Saved& saved, const Needs&) const override {
    const Shape& s = saved.shapes[0];
    return {pick_backward(dy.device(), dy, saved[0], place_of("max", s, args).extents, s), {}};
  }
};

// max takes `axes` as the other reductions do, but one of them.
MaxArgs max_args(const Args& args) {
  const auto a = args.read<ReduceArgs>("max");
  if (a.axes && a.axes->size() != 1)
    throw ValueError(text("max: expected one axis, or null for all, got ", a.axes->size(), "; apply it once an axis"));
  return {a.axes ? std::optional(a.axes->front()) : std::nullopt, a.keepdim};
}

const bool max_registered =
    register_op({.name = "max",
                 .doc = "The largest element along an axis, and its index; the first on ties.",
                 .formula = "y = x[indices], indices = argmax x",
                 .source = "PyTorch, max",
                 .back = {{"x", "g at indices, 0 elsewhere"}},
                 .arguments = field_list(ReduceArgs{}),
                 .slots = {&argmax_forward, &pick_forward, &pick_backward},
                 .run = [](const NamedTensors& in, const Args& args) -> NamedTensors {
                   const MaxResult r = max(input(in, "x", "max"), max_args(args));
                   return {{"y", r.y}, {"indices", r.indices}};
                 }}) &&
    register_op({.name = "argmax",
                 .doc = "The index of the largest element along an axis; the first on ties.",
                 .formula = "y = min {i : x[i] = max x}",
                 .source = "NumPy, argmax",
                 .inputs = {"x"},
                 .arguments = field_list(MaxArgs{}),
                 .slots = {&argmax_forward},
                 .differentiable = {},
                 .run = [](const NamedTensors& in, const Args& args) -> NamedTensors {
                   return {{"y", argmax(input(in, "x", "argmax"), args.read<MaxArgs>("argmax"))}};
                 }});

}  // namespace

Tensor argmax(const Tensor& x, const MaxArgs& args) {
  const NoGrad off;
  return apply(ArgmaxOp(args), {x});
}

MaxResult max(const Tensor& x, const MaxArgs& args) {
  const Place place = place_of("max", x.shape(), args);
  const Tensor indices = argmax_forward(x.device(), x.to(Layout{}), place.extents, place.result);
  return {apply(MaxOp(args), {x, indices}), indices};
}

}  // namespace skew
