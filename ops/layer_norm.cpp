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

Sample layer_sample(Shape x, Shape normalized, bool affine = true, double eps = 1e-5) {
  Sample s{{{"x", x}},
           {{"normalized_shape", std::vector<double>(normalized.begin(), normalized.end())},
            {"eps", eps},
            {"affine", affine}}};
  if (affine) s.inputs.insert(s.inputs.end(), {{"weight", normalized}, {"bias", normalized}});
  return s;
}

Sample channel_sample(Shape x, bool affine = true, double eps = 1e-6) {
  Sample s{{{"x", x}}, {{"eps", eps}}};
  if (affine) s.inputs.insert(s.inputs.end(), {{"weight", {x[1]}}, {"bias", {x[1]}}});
  return s;
}

NamedTensors run_layer_norm(const NamedTensors& in, const Args& args) {
  args.only("layer_norm", {"normalized_shape", "eps", "affine"});
  const Tensor& x = input(in, "x", "layer_norm");
  const bool affine = args.flag("affine", true);
  const Shape& s = x.shape();
  const auto normalized =
      args.integers("normalized_shape", s.rank() ? std::vector{s[s.rank() - 1]} : std::vector<ptrdiff_t>{});
  if (normalized.size() > size_t(s.rank()))
    throw ShapeError(
        text("layer_norm: expected at most as many normalised axes as x has, got ", normalized.size(), " for ", s));
  return {{"y", layer_norm(x, Shape(normalized), affine ? optional_input(in, "weight") : Tensor(),
                           affine ? optional_input(in, "bias") : Tensor(), args.number("eps", 1e-5))}};
}

const bool rows = [] {
  register_op({.name = "layer_norm",
               .doc = "Normalise each sample over its last axes, then scale and shift each element.",
               .formula = "y = (x − mean) / √(variance + eps) · weight + bias, statistics over the last axes",
               .source = "Ba et al., Layer normalization, arXiv 1607.06450",
               .slots = {&group_norm_forward, &group_norm_backward},
               .differentiable = {"x", "weight", "bias"},
               .run = run_layer_norm,
               .samples = {layer_sample({4, 8}, {8}), layer_sample({2, 3, 7}, {7}), layer_sample({2, 3, 4, 5}, {5}),
                           layer_sample({2, 3, 4, 5}, {3, 4, 5}), layer_sample({2, 6}, {6}, false),
                           layer_sample({3, 5}, {5}, true, 1e-6), layer_sample({2, 1}, {1}), layer_sample({0, 4}, {4}),
                           layer_sample({9}, {9}), layer_sample({2, 70}, {70}, true, 1e-3),
                           layer_sample({3, 2, 4}, {2, 4}, false), layer_sample({1, 1}, {1}, false),
                           layer_sample({5, 3}, {5, 3}, true, .1)},
               .refused = {layer_sample({4, 8}, {7}),
                           layer_sample({4, 8}, {8}, true, 0),
                           layer_sample({8}, {4, 8}, false),
                           {{{"x", {4, 8}}, {"weight", {4}}}, {{"normalized_shape", std::vector{8.}}}}}});
  register_op(
      {.name = "layer_norm_channels",
       .doc = "Normalise the channels at each pixel, then scale and shift each channel.",
       .formula = "y = (x − mean) / √(variance + eps) · weight[c] + bias[c], statistics over c at each n, i, j",
       .source = "Liu et al., A ConvNet for the 2020s, arXiv 2201.03545",
       .slots = {&group_norm_forward, &group_norm_backward},
       .differentiable = {"x", "weight", "bias"},
       .run = [](const NamedTensors& in, const Args& args) -> NamedTensors {
         args.only("layer_norm_channels", {"eps"});
         return {{"y", layer_norm_channels(input(in, "x", "layer_norm_channels"), optional_input(in, "weight"),
                                           optional_input(in, "bias"), args.number("eps", 1e-6))}};
       },
       .samples = {channel_sample({2, 6, 3, 4}), channel_sample({1, 16, 1, 1}), channel_sample({2, 5, 3, 3}, false),
                   channel_sample({0, 4, 2, 2}), channel_sample({1, 1, 1, 1}), channel_sample({3, 8, 2, 1}),
                   channel_sample({1, 70, 1, 2}), channel_sample({2, 3, 1, 5}, true, 1e-2),
                   channel_sample({2, 4, 4, 4}, true, 1e-5), channel_sample({1, 9, 2, 3}, false, 1e-3),
                   channel_sample({4, 7, 1, 1}), channel_sample({1, 12, 3, 2})},
       .refused = {{{{"x", {4, 8}}}, {}},
                   {{{"x", {1, 4, 2, 2}}, {"weight", {2}}}, {}},
                   channel_sample({1, 4, 2, 2}, true, -1)}});
  return true;
}();

}  // namespace

Tensor layer_norm(const Tensor& x, const Shape& normalized, const Tensor& weight, const Tensor& bias, double eps) {
  return apply(LayerNormOp{normalized, eps}, {x, weight, bias});
}

Tensor layer_norm_channels(const Tensor& x, const Tensor& weight, const Tensor& bias, double eps) {
  return apply(LayerNormChannelsOp{eps}, {x, weight, bias});
}

}  // namespace skew
