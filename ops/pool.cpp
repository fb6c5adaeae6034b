// Pooling as ops: the rule for sizes, what max and mean keep for the way back, and what is refused.
#include "ops/pool.h"

#include "core/error.h"
#include "core/op.h"
#include "core/registry.h"

namespace skew {
namespace {

// Positions of a window along one axis, `pad` on both sides.
ptrdiff_t positions(const char* op, ptrdiff_t length, ptrdiff_t kernel, ptrdiff_t stride, ptrdiff_t pad,
                    ptrdiff_t dilation, bool ceil_mode) {
  if (length < 1) throw ShapeError(text(op, ": expected an image of at least 1×1, got a side of ", length));
  const ptrdiff_t whole = window_positions(op, length, kernel, stride, pad, pad, dilation);
  const ptrdiff_t span = dilation * (kernel - 1) + 1;
  if (2 * pad > span)
    throw ValueError(text(op, ": expected padding of at most half the kernel, got ", pad, " for a kernel of ", span));
  const bool rest = (length + 2 * pad - span) % stride != 0;
  const ptrdiff_t all = ceil_mode && rest && whole * stride < length + pad ? whole + 1 : whole;
  if (dilation == 1 || pad == 0) return all;
  for (ptrdiff_t i = 0; i < all; ++i) {  // a dilated window can straddle a small image
    const ptrdiff_t start = i * stride - pad, first = start < 0 ? (dilation - -start % dilation) % dilation : start;
    if (first >= length || first > start + span - 1)
      throw ShapeError(text(op, ": expected every window to touch the image of side ", length, ", number ", i,
                            " lies in the padding; use less padding or dilation"));
  }
  return all;
}

// One window that covers the image of x; throws ShapeError naming `op` unless that is (N, C, H ≥ 1, W ≥ 1).
PoolArgs whole_image(const char* op, const Shape& x) {
  if (x.rank() != 4 || x[2] < 1 || x[3] < 1)
    throw ShapeError(text(op, ": expected x (N, C, H, W) with an image of at least 1×1, got ", x));
  return {.kernel = {x[2], x[3]}, .stride = 1};
}

// The largest value of a window: where it was is kept for the way back.
struct Max {
  static constexpr auto name = "max_pool", global_name = "global_max_pool";
  static void check(const PoolArgs& args) {
    if (!args.count_include_pad)
      throw ValueError("max_pool: expected no count_include_pad = false; padding never wins anyway");
  }
  static Tensor forward(const Tensor& x, const PoolArgs& args, Saved& saved) {
    MaxPoolResult r = max_pool_forward(x.device(), x, args, saved.recording());
    saved.keep(x);
    saved.extra = std::move(r.workspace);
    return r.y;
  }
  static Tensor backward(const Tensor& dy, const Saved& saved, const PoolArgs& args) {
    return max_pool_backward(dy.device(), dy, saved[0], saved.extra, args);
  }
};

// The mean of a window: the way back needs no more than the shape.
struct Avg {
  static constexpr auto name = "avg_pool", global_name = "global_avg_pool";
  static void check(const PoolArgs& args) {
    if (args.dilation.h != 1 || args.dilation.w != 1)
      throw ValueError("avg_pool: expected no dilation; use conv2d for that");
  }
  static Tensor forward(const Tensor& x, const PoolArgs& args, Saved&) { return avg_pool_forward(x.device(), x, args); }
  static Tensor backward(const Tensor& dy, const Saved& saved, const PoolArgs& args) {
    return avg_pool_backward(dy.device(), dy, saved.shapes[0], args);
  }
};

// `all`: one window over the whole image, and (N, C) out.
template <class Kind> struct PoolOp : Op {
  PoolArgs args;
  bool all;
  PoolOp(const PoolArgs& args, bool all) : args(args), all(all) {}

  std::string_view name() const override { return all ? Kind::global_name : Kind::name; }
  Reads reads() const override { return Reads::any; }

  Shape shape(Inputs in) const override {
    Kind::check(args);
    const Shape y = pool_shape(all ? Kind::global_name : Kind::name, in[0].shape(), args);
    return all ? Shape{y[0], y[1]} : y;
  }
  Tensor forward(Inputs in, Saved& saved) const override {
    const Tensor y = Kind::forward(in[0], args, saved);
    return all ? y.view(shape(in)) : y;
  }
  Tensors backward(const Tensor& dy, const Saved& saved, const Needs&) const override {
    return {Kind::backward(all ? dy.view({dy.shape()[0], dy.shape()[1], 1, 1}) : dy, saved, args)};
  }
};

struct AdaptiveAvgPoolOp : Op {
  Pair output;
  explicit AdaptiveAvgPoolOp(Pair output) : output(output) {}

  std::string_view name() const override { return "adaptive_avg_pool"; }

  Shape shape(Inputs in) const override {
    const Shape& x = in[0].shape();
    if (x.rank() != 4 || x[2] < 1 || x[3] < 1)
      throw ShapeError(text("adaptive_avg_pool: expected x (N, C, H, W) with an image of at least 1×1, got ", x));
    if (output.h < 1 || output.w < 1)
      throw ValueError(text("adaptive_avg_pool: expected an output of at least 1×1, got ", output.h, "×", output.w));
    return {x[0], x[1], output.h, output.w};
  }
  Tensor forward(Inputs in, Saved&) const override { return adaptive_avg_pool_forward(in[0].device(), in[0], output); }
  Tensors backward(const Tensor& dy, const Saved& saved, const Needs&) const override {
    return {adaptive_avg_pool_backward(dy.device(), dy, saved.shapes[0], output)};
  }
};

// A registry row's arguments; the stride is the kernel unless given.
PoolArgs pool_args(const Args& args, const char* op) {
  if (!args.has("kernel")) throw ValueError(text(op, ": expected an argument kernel = [height, width], got none"));
  const Pair kernel = args.read<PoolArgs>(op).kernel;
  return args.read<PoolArgs>(op, {.kernel = kernel});
}

struct OutputArg {
  Pair output;
  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("output", self.output, at_least(1), "height and width of the result");
  }
};

template <class Kind> Tensor pool(const Tensor& x, const PoolArgs& args) {
  return apply(PoolOp<Kind>{args, false}, {x});
}
template <class Kind> Tensor global_pool(const Tensor& x) {
  return apply(PoolOp<Kind>{whole_image(Kind::global_name, x.shape()), true}, {x});
}

// The row of a pooling by windows, and the one of the same over the whole image.
template <class Kind> bool register_pool(OpRow row, OpRow global) {
  row.name = Kind::name;
  row.arguments = field_list(PoolArgs{});
  row.run = [](const NamedTensors& in, const Args& args) -> NamedTensors {
    return {{"y", pool<Kind>(input(in, "x", Kind::name), pool_args(args, Kind::name))}};
  };
  global.name = Kind::global_name;
  global.slots = row.slots;
  global.run = [](const NamedTensors& in, const Args& args) -> NamedTensors {
    args.only(Kind::global_name, {});
    return {{"y", global_pool<Kind>(input(in, "x", Kind::global_name))}};
  };
  return register_op(std::move(row)) && register_op(std::move(global));
}

const bool pool_registered =
    register_pool<Max>({.doc = "The largest value of each window; the gradient goes to the first such in row order.",
                        .formula = "y[n,c,i,j] = max_{p,q} x[n, c, i·s + p·d − pad, j·s + q·d − pad]",
                        .source = "Riesenhuber and Poggio, Nature Neuroscience, 1999",
                        .back = {{"x", "g at the largest of each window, 0 elsewhere"}},
                        .slots = {&max_pool_forward, &max_pool_backward}},
                       {.doc = "The largest value of each channel.",
                        .formula = "y[n,c] = max_{i,j} x[n,c,i,j]",
                        .source = "Oquab et al., CVPR 2015",
                        .back = {{"x", "g at the largest of each channel, 0 elsewhere"}}}) &&
    register_pool<Avg>({.doc = "The mean of each window, with or without counting the padding.",
                        .formula = "y[n,c,i,j] = Σ_{p,q} x[n, c, i·s + p − pad, j·s + q − pad] / d(i,j)",
                        .source = "LeCun et al., 1989",
                        .back = {{"x", "Σ g/d over the windows that hold it"}},
                        .slots = {&avg_pool_forward, &avg_pool_backward}},
                       {.doc = "The mean of each channel.",
                        .formula = "y[n,c] = Σ_{i,j} x[n,c,i,j] / (H·W)",
                        .source = "Lin et al., Network in network, arXiv 1312.4400",
                        .back = {{"x", "g/(H·W) everywhere"}}}) &&
    register_op({.name = "adaptive_avg_pool",
                 .doc = "The mean over as many windows as wanted, which tile the image and may overlap by one.",
                 .formula = "y[n,c,i,j] = mean of x[n, c, ⌊i·H/h⌋ … ⌈(i+1)·H/h⌉−1, ⌊j·W/w⌋ … ⌈(j+1)·W/w⌉−1]",
                 .source = "He et al., Spatial pyramid pooling, arXiv 1406.4729",
                 .back = {{"x", "Σ g/n over the windows that hold it, n elements each"}},
                 .arguments = field_list(OutputArg{}),
                 .slots = {&adaptive_avg_pool_forward, &adaptive_avg_pool_backward},
                 .run = [](const NamedTensors& in, const Args& args) -> NamedTensors {
                   const Pair output = args.read<OutputArg>("adaptive_avg_pool").output;
                   return {{"y", adaptive_avg_pool(input(in, "x", "adaptive_avg_pool"), output)}};
                 }});

}  // namespace

Shape pool_shape(const char* op, const Shape& x, const PoolArgs& a) {
  if (x.rank() != 4) throw ShapeError(text(op, ": expected x of rank 4 (N, C, H, W), got ", x));
  return {x[0], x[1], positions(op, x[2], a.kernel.h, a.stride.h, a.padding.h, a.dilation.h, a.ceil_mode),
          positions(op, x[3], a.kernel.w, a.stride.w, a.padding.w, a.dilation.w, a.ceil_mode)};
}

Tensor max_pool(const Tensor& x, const PoolArgs& args) { return pool<Max>(x, args); }
Tensor avg_pool(const Tensor& x, const PoolArgs& args) { return pool<Avg>(x, args); }
Tensor global_max_pool(const Tensor& x) { return global_pool<Max>(x); }
Tensor global_avg_pool(const Tensor& x) { return global_pool<Avg>(x); }
Tensor adaptive_avg_pool(const Tensor& x, Pair output) { return apply(AdaptiveAvgPoolOp{output}, {x}); }

}  // namespace skew
