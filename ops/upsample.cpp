// Upsampling: nearest is a rearrangement, bilinear has kernels of its own.
// Kernels: backends/host/upsample.cpp.
#include "ops/upsample.h"

#include "core/error.h"
#include "core/op.h"
#include "core/registry.h"
#include "ops/rearrange.h"

namespace skew {
namespace {

Shape upsampled_shape(const Shape& x, const UpsampleArgs& args) {
  if (x.rank() != 4) throw ShapeError(text("upsample: expected x of rank 4 (N, C, H, W), got ", x));
  if (x[2] < 1 || x[3] < 1) throw ShapeError(text("upsample: expected images of at least 1×1, got ", x));
  if (args.output.h < 1 || args.output.w < 1)
    throw ValueError(text("upsample: expected an output of at least 1×1, got ", args.output.h, "×", args.output.w));
  if (args.align_corners && args.mode == Interpolation::nearest)
    throw ValueError("upsample: expected align_corners only with bilinear, got nearest");
  return x.with(2, args.output.h).with(3, args.output.w);
}

struct BilinearOp : Op {
  UpsampleArgs args;
  explicit BilinearOp(const UpsampleArgs& args) : args(args) {}

  std::string_view name() const override { return "upsample"; }
  Shape shape(Inputs in) const override { return upsampled_shape(in[0].shape(), args); }
  Tensor forward(Inputs in, Saved&) const override { return bilinear_forward(in[0].device(), in[0], args); }
  Tensors backward(const Tensor& dy, const Saved& saved, const Needs&) const override {
    return {bilinear_backward(dy.device(), dy, saved.shapes[0], args)};
  }
};

const bool upsample_registered =
    register_op({.name = "upsample",
                 .doc = "Images enlarged by interpolation: nearest or bilinear.",
                 .formula = "y[i, j] = x[⌊i·H/H′⌋, ⌊j·W/W′⌋], or the weighted mean of the four pixels around",
                 .source = "PyTorch, torch.nn.functional.interpolate",
                 .back = {{"x", "Σ g over the pixels that read it, with their weights"}},
                 .arguments = field_list(UpsampleArgs{}),
                 .slots = {&bilinear_forward, &bilinear_backward, &rearrange_forward, &rearrange_backward},
                 .run = [](const NamedTensors& in, const Args& args) -> NamedTensors {
                   if (!args.has("output")) throw ValueError("upsample: expected output = [height, width]");
                   return {{"y", upsample(input(in, "x", "upsample"), args.read<UpsampleArgs>("upsample"))}};
                 }});

}  // namespace

Tensor upsample(const Tensor& x, const UpsampleArgs& args) {
  if (args.mode == Interpolation::bilinear) return apply(BilinearOp(args), {x});
  const Shape &s = x.shape(), y = upsampled_shape(s, args);
  Rearrangement r = unchanged(s);
  for (const int axis : {2, 3})
    replace_axis(r, s, axis, y[axis], [&](ptrdiff_t i) { return ptrdiff_t(__int128(i) * s[axis] / y[axis]); });
  return rearrange("upsample", x, std::move(r));
}

}  // namespace skew
