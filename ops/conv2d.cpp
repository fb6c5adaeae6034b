// Convolution as an op: shapes are checked, slots are called, three gradients come back.
// Read next: backends/reference/conv2d.cpp (the definition as loops).
#include "ops/conv2d.h"

#include <algorithm>

#include "core/error.h"
#include "core/op.h"
#include "core/registry.h"
#include "ops/channel_bias.h"
#include "ops/conv2d_engines.h"

namespace skew {
namespace {

void check_channels(const char* op, ptrdiff_t channels, ptrdiff_t groups, const Shape& w, ptrdiff_t grouped) {
  if (groups < 1 || channels % groups || grouped % groups)
    throw ShapeError(text(op, ": expected input and output channels divisible by groups, got ", channels, ", ", grouped,
                          " and ", groups));
  if (w.rank() != 4) throw ShapeError(text(op, ": expected weights of rank 4, got ", w));
}

// w has rank 4.
void check_kernel(const char* op, const Shape& w, Pair kernel) {
  if ((kernel.h && kernel.h != w[2]) || (kernel.w && kernel.w != w[3]))
    throw ShapeError(text(op, ": expected weights with a ", kernel.h, "×", kernel.w, " kernel, got ", w));
}

void check_bias(const char* op, const Tensor& b, ptrdiff_t channels) {
  if (b.defined() && !(b.shape() == Shape{channels}))
    throw ShapeError(text(op, ": expected a bias of shape [", channels, "] (the output channels), got ", b.shape()));
}

struct Conv2dOp : Op {
  Conv2dArgs args;
  explicit Conv2dOp(const Conv2dArgs& args) : args(args) {}

  std::string_view name() const override { return "conv2d"; }
  Reads reads() const override { return Reads::any; }

  Shape shape(Inputs in) const override {
    const Shape y = conv2d_shape(in[0].shape(), in[1].shape(), args);
    check_bias("conv2d", in[2], y[1]);
    return y;
  }
  Tensor forward(Inputs in, Saved& saved) const override {
    Tensor y = conv2d_forward(in[0].device(), in[0], in[1], in[2], args);
    saved.keep(in[0]);
    saved.keep(in[1]);
    return y;
  }
  Tensors backward(const Tensor& dy, const Saved& saved, const Needs& needs) const override {
    Tensors grads(3);
    if (needs[0]) grads[0] = conv2d_backward_data(dy.device(), dy, saved[1], saved.shapes[0], args);
    if (needs[1] || needs[2]) {
      ConvWeightGradients g = conv2d_backward_weights(dy.device(), dy, saved[0], saved[1], args, needs[2]);
      grads[1] = g.dw, grads[2] = g.db;
    }
    return grads;
  }
};

// A convolution run backwards: forward is conv2d's gradient of x, and the other way round. x plays dy's role.
struct ConvTranspose2dOp : Op {
  Conv2dArgs args;
  Pair output_padding;
  ConvTranspose2dOp(const Conv2dArgs& args, Pair output_padding) : args(args), output_padding(output_padding) {}

  std::string_view name() const override { return "conv_transpose2d"; }

  Shape shape(Inputs in) const override {
    const Shape x = in[0].shape(), w = in[1].shape();
    if (x.rank() != 4) throw ShapeError(text("conv_transpose2d: expected x of rank 4, got ", x));
    check_channels("conv_transpose2d", x[1], args.groups, w, w.rank() == 4 ? w[1] * args.groups : args.groups);
    check_kernel("conv_transpose2d", w, args.kernel);
    if (w[0] != x[1])
      throw ShapeError(text("conv_transpose2d: expected weights for ", x[1], " input channels, got ", w));
    for (const ptrdiff_t v : {args.stride.h, args.stride.w, args.dilation.h, args.dilation.w})
      if (v < 1) throw ValueError(text("conv_transpose2d: expected stride and dilation ≥ 1, got ", v));
    const Pair& o = output_padding;
    if (o.h < 0 || o.w < 0 || o.h >= args.stride.h || o.w >= args.stride.w)
      throw ValueError(text("conv_transpose2d: expected output_padding in 0 … stride−1, got ", o.h, ", ", o.w));
    const ptrdiff_t h =
        (x[2] - 1) * args.stride.h - args.padding.top - args.padding.bottom + args.dilation.h * (w[2] - 1) + 1 + o.h;
    const ptrdiff_t v =
        (x[3] - 1) * args.stride.w - args.padding.left - args.padding.right + args.dilation.w * (w[3] - 1) + 1 + o.w;
    if (h < 1 || v < 1) throw ShapeError(text("conv_transpose2d: expected an output of at least 1×1, got ", h, "×", v));
    check_bias("conv_transpose2d", in[2], w[1] * args.groups);
    return {x[0], w[1] * args.groups, h, v};
  }
  Tensor forward(Inputs in, Saved& saved) const override {
    saved.keep(in[0]);
    saved.keep(in[1]);
    Tensor y = conv2d_backward_data(in[0].device(), in[0], in[1], shape(in), args);
    return in[2].defined() ? add_channel_bias(in[0].device(), y.to(Layout{}), in[2]) : y;
  }
  Tensors backward(const Tensor& dy, const Saved& saved, const Needs& needs) const override {
    Tensors grads(3);
    if (needs[0]) grads[0] = conv2d_forward(dy.device(), dy, saved[1], {}, args);
    if (needs[1]) grads[1] = conv2d_backward_weights(dy.device(), saved[0], dy, saved[1], args, false).dw;
    if (needs[2]) grads[2] = sum_to_channels(dy.device(), dy);
    return grads;
  }
};

struct TransposeArgs : Conv2dArgs {
  Pair output_padding = 0;
  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    Conv2dArgs::fields(self, visit);
    visit("output_padding", self.output_padding, at_least(0), "rows and columns more, below the stride");
  }
};

const bool conv2d_registered =
    register_op({.name = "conv2d",
                 .doc = "Convolution of images, with stride, asymmetric padding, dilation and groups.",
                 .formula = "y[n,o,i,j] = b[o] + Σ x[n, c, i·s + p·d − top, j·s + q·d − left] · w[o,c,p,q]",
                 .source = "LeCun et al., 1989",
                 .back = {{"x", "Σ g · w: conv_transpose2d(g, w)"},
                          {"w", "Σ g · x: each place of the window, over images and positions"},
                          {"b", "Σ g over images and positions"}},
                 .inputs = {"x", "w", "b"},
                 .arguments = field_list(Conv2dArgs{}),
                 // the last for gradients of a bias where the image has no pixels
                 .slots = {&conv2d_forward, &conv2d_backward_data, &conv2d_backward_weights, &sum_to_channels},
                 .differentiable = {"x", "w", "b"},
                 .run = [](const NamedTensors& in, const Args& args) -> NamedTensors {
                   const char* op = "conv2d";
                   return {{"y", conv2d(input(in, "x", op), input(in, "w", op), optional_input(in, "b"),
                                        args.read<Conv2dArgs>(op))}};
                 }}) &&
    register_op({.name = "conv_transpose2d",
                 .doc = "The adjoint of conv2d: upsampling with learned weights.",
                 .formula = "y = ∂⟨conv2d(y, w), x⟩/∂y + b",
                 .source = "Zeiler et al., Deconvolutional networks, CVPR 2010",
                 .back = {{"x", "conv2d(g, w)"},
                          {"w", "Σ x · g: each place of the window, over images and positions"},
                          {"b", "Σ g over images and positions"}},
                 .inputs = {"x", "w", "b"},
                 .arguments = field_list(TransposeArgs{}),
                 .slots = {&conv2d_forward, &conv2d_backward_data, &conv2d_backward_weights, &add_channel_bias,
                           &sum_to_channels},
                 .differentiable = {"x", "w", "b"},
                 .run = [](const NamedTensors& in, const Args& args) -> NamedTensors {
                   const char* op = "conv_transpose2d";
                   const auto a = args.read<TransposeArgs>(op);
                   return {{"y", conv_transpose2d(input(in, "x", op), input(in, "w", op), optional_input(in, "b"), a,
                                                  a.output_padding)}};
                 }});

}  // namespace

bool has_engines(Device device) { return conv2d_engines.has(device); }

Shape conv2d_shape(const Shape& x, const Shape& w, const Conv2dArgs& a) {
  if (x.rank() != 4) throw ShapeError(text("conv2d: expected x of rank 4 (N, C, H, W), got ", x));
  check_channels("conv2d", x[1], a.groups, w, w.rank() ? w[0] : 0);
  check_kernel("conv2d", w, a.kernel);
  if (w[1] * a.groups != x[1])
    throw ShapeError(text("conv2d: expected weights for ", x[1] / a.groups, " input channels a group, got ", w,
                          " for x ", x, "; check channels and groups"));
  return {x[0], w[0], window_positions("conv2d", x[2], w[2], a.stride.h, a.padding.top, a.padding.bottom, a.dilation.h),
          window_positions("conv2d", x[3], w[3], a.stride.w, a.padding.left, a.padding.right, a.dilation.w)};
}

Tensor conv2d(const Tensor& x, const Tensor& w, const Tensor& b, const Conv2dArgs& args) {
  return apply(Conv2dOp{args}, {x, w, args.bias ? b : Tensor()});
}

Tensor conv_transpose2d(const Tensor& x, const Tensor& w, const Tensor& b, const Conv2dArgs& args,
                        Pair output_padding) {
  return apply(ConvTranspose2dOp{args, output_padding}, {x, w, args.bias ? b : Tensor()});
}

}  // namespace skew
