// Layer normalisation, by group normalisation's kernels.
#include "ops/layer_norm.h"

#include "core/error.h"
#include "core/op.h"
#include "core/registry.h"
#include "ops/group_norm.h"

namespace skew {
namespace {

void check(const char* op, Inputs in, const Shape& affine, double eps) {
  if (!(eps > 0)) throw ValueError(text(op, ": expected eps > 0, got ", eps));
  for (size_t i : {1u, 2u})
    if (in[i].defined() && !(in[i].shape() == affine))
      throw ShapeError(
          text(op, ": expected ", i == 1 ? "a weight" : "a bias", " of shape ", affine, ", got ", in[i].shape()));
}

// Rows of `length` neighbouring elements.
NormAxes rows_of(const Shape& x, ptrdiff_t length, double eps) {
  return {length ? x.count() / length : 0, 1, length, 1, eps};
}

struct LayerNormOp : Op {
  Shape normalized;
  double eps;
  LayerNormOp(const Shape& normalized, double eps) : normalized(normalized), eps(eps) {}

  std::string_view name() const override { return "layer_norm"; }

  Shape shape(Inputs in) const override {
    const Shape& x = in[0].shape();
    if (normalized.rank() < 1 || normalized.rank() > x.rank() ||
        !std::equal(normalized.begin(), normalized.end(), x.end() - normalized.rank()))
      throw ShapeError(text("layer_norm: expected x to end in ", normalized, " (the normalised axes), got ", x));
    check("layer_norm", in, normalized, eps);
    return x;
  }
  Tensor forward(Inputs in, Saved& saved) const override {
    const NormResult r =
        group_norm_forward(in[0].device(), in[0], in[1], in[2], rows_of(in[0].shape(), normalized.count(), eps));
    for (const Tensor& t : {in[0], in[1], r.mean, r.rstd}) saved.keep(t);
    return r.y;
  }
  Tensors backward(const Tensor& dy, const Saved& saved, const Needs& needs) const override {
    const bool affine = needs[1] || needs[2];
    const NormGradients g = group_norm_backward(dy.device(), dy, saved[0], saved[1], {{}, saved[2], saved[3]},
                                                rows_of(saved.shapes[0], normalized.count(), eps), affine);
    if (!affine) return {g.dx, {}, {}};
    return {g.dx, g.dweight.view(normalized), g.dbias.view(normalized)};
  }
};

struct LayerNormChannelsOp : Op {
  double eps;
  explicit LayerNormChannelsOp(double eps) : eps(eps) {}

  std::string_view name() const override { return "layer_norm_channels"; }
  Reads reads() const override { return Reads::any; }

  Shape shape(Inputs in) const override {
    const Shape& x = in[0].shape();
    if (x.rank() != 4) throw ShapeError(text("layer_norm_channels: expected x of rank 4 (N, C, H, W), got ", x));
    check("layer_norm_channels", in, {x[1]}, eps);
    return x;
  }
  Tensor forward(Inputs in, Saved& saved) const override {
    const Tensor x = in[0].to(Layout::channels_last());
    const NormResult r = group_norm_forward(x.device(), x, in[1], in[2], rows_of(x.shape(), x.shape()[1], eps));
    for (const Tensor& t : {x, in[1], r.mean, r.rstd}) saved.keep(t);
    saved.extra = in[0].layout().is_row_major();
    return in[0].layout().is_row_major() ? r.y.to(Layout{}) : r.y;
  }
  Tensors backward(const Tensor& dy, const Saved& saved, const Needs& needs) const override {
    const Shape& x = saved.shapes[0];
    const NormGradients g = group_norm_backward(dy.device(), dy.to(Layout::channels_last()), saved[0], saved[1],
                                                {{}, saved[2], saved[3]}, rows_of(x, x[1], eps), needs[1] || needs[2]);
    return {std::any_cast<bool>(saved.extra) ? g.dx.to(Layout{}) : g.dx, g.dweight, g.dbias};
  }
};

struct LayerNormArgs {
  double eps = 1e-5;  // layer_norm_channels: 1e-6
  bool affine = true;
  std::optional<std::vector<ptrdiff_t>> normalized_shape{};  // none: the last axis
  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("normalized_shape", self.normalized_shape, at_least(0), "lengths of the last axes");
    visit("eps", self.eps, above(0), "added to the variance");
    visit("affine", self.affine, any_text(), "whether weight and bias are applied");
  }
};

NamedTensors run_layer_norm(const NamedTensors& in, const Args& args) {
  const char* op = "layer_norm";
  const auto a = args.read<LayerNormArgs>(op);
  const Tensor& x = input(in, "x", op);
  const Shape& s = x.shape();
  const auto last = s.rank() ? std::vector{s[s.rank() - 1]} : std::vector<ptrdiff_t>{};
  const auto normalized = a.normalized_shape.value_or(last);
  if (normalized.size() > size_t(s.rank()))
    throw ShapeError(
        text(op, ": expected at most as many normalised axes as x has, got ", normalized.size(), " for ", s));
  return {{"y", layer_norm(x, Shape(normalized), optional_input(in, "weight", a.affine),
                           optional_input(in, "bias", a.affine), a.eps)}};
}

const bool rows =
    register_op({.name = "layer_norm",
                 .doc = "Normalise each sample over its last axes, then scale and shift each element.",
                 .formula = "y = (x − mean) / √(variance + eps) · weight + bias, statistics over the last axes",
                 .source = "Ba et al., Layer normalization, arXiv 1607.06450",
                 .slots = {&group_norm_forward, &group_norm_backward},
                 .differentiable = {"x", "weight", "bias"},
                 .run = run_layer_norm}) &&
    register_op(
        {.name = "layer_norm_channels",
         .doc = "Normalise the channels at each pixel, then scale and shift each channel.",
         .formula = "y = (x − mean) / √(variance + eps) · weight[c] + bias[c], statistics over c at each n, i, j",
         .source = "Liu et al., A ConvNet for the 2020s, arXiv 2201.03545",
         .slots = {&group_norm_forward, &group_norm_backward},
         .differentiable = {"x", "weight", "bias"},
         .run = [](const NamedTensors& in, const Args& args) -> NamedTensors {
           const char* op = "layer_norm_channels";
           const auto a = args.read<LayerNormArgs>(op, {.eps = 1e-6});
           if (a.normalized_shape) throw ValueError(text(op, ": expected no normalized_shape; the channels are meant"));
           return {{"y", layer_norm_channels(input(in, "x", op), optional_input(in, "weight", a.affine),
                                             optional_input(in, "bias", a.affine), a.eps)}};
         }});

}  // namespace

Tensor layer_norm(const Tensor& x, const Shape& normalized, const Tensor& weight, const Tensor& bias, double eps) {
  return apply(LayerNormOp{normalized, eps}, {x, weight, bias});
}

Tensor layer_norm_channels(const Tensor& x, const Tensor& weight, const Tensor& bias, double eps) {
  return apply(LayerNormChannelsOp{eps}, {x, weight, bias});
}

}  // namespace skew
