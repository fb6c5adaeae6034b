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

Interpolation parse_mode(const std::string& word) {
  if (word == "nearest") return Interpolation::nearest;
  if (word == "bilinear") return Interpolation::bilinear;
  throw ValueError(text("upsample: ", unknown_word("mode", word, {"nearest", "bilinear"})));
}

Sample sample(Shape x, double h, double w, const char* mode, ArgValue align_corners = nullptr) {
  return {{{"x", x}},
          {{"output", std::vector<double>{h, w}},
           {"mode", std::string(mode)},
           {"align_corners", std::move(align_corners)}}};
}

const bool rows = register_op(
    {.name = "upsample",
     .doc = "Images enlarged by interpolation: nearest or bilinear.",
     .formula = "y[i, j] = x[⌊i·H/H′⌋, ⌊j·W/W′⌋], or the weighted mean of the four pixels around",
     .source = "PyTorch, torch.nn.functional.interpolate",
     .slots = {&bilinear_forward, &bilinear_backward, &rearrange_forward, &rearrange_backward},
     .differentiable = {"x"},
     .run = [](const NamedTensors& in, const Args& args) -> NamedTensors {
       args.only("upsample", {"output", "mode", "align_corners"});
       if (!args.has("output")) throw ValueError("upsample: expected output = [height, width]");
       return {{"y", upsample(input(in, "x", "upsample"), {.output = pair_of(args, "output", "upsample", 1),
                                                           .mode = parse_mode(args.word("mode", "nearest")),
                                                           .align_corners = args.flag("align_corners", false)})}};
     },
     .samples = {sample({1, 2, 3, 4}, 6, 8, "nearest"), sample({1, 2, 3, 4}, 5, 7, "nearest"),
                 sample({2, 1, 6, 6}, 3, 4, "nearest"), sample({1, 1, 1, 1}, 3, 2, "nearest"),
                 sample({0, 2, 3, 3}, 6, 6, "nearest"), sample({1, 2, 3, 4}, 6, 8, "bilinear", false),
                 sample({1, 2, 3, 4}, 6, 8, "bilinear", true), sample({1, 2, 5, 5}, 3, 2, "bilinear", false),
                 sample({1, 2, 5, 5}, 3, 2, "bilinear", true), sample({1, 1, 2, 2}, 1, 1, "bilinear", true),
                 sample({1, 1, 1, 1}, 3, 3, "bilinear", false), sample({0, 1, 2, 2}, 4, 4, "bilinear", false),
                 sample({2, 2, 1, 3}, 4, 1, "bilinear", true)},
     .refused = {sample({1, 2, 3}, 6, 8, "nearest"), sample({1, 2, 3, 3}, 0, 8, "nearest"),
                 sample({1, 2, 0, 3}, 6, 8, "bilinear"), sample({1, 2, 3, 3}, 6, 8, "cubic"),
                 sample({1, 2, 3, 3}, 6, 8, "nearest", true)}});

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
