// Group, instance and layer normalisation: one op, which each of them tells what its rows are.
#include "ops/group_norm.h"

#include <algorithm>

#include "core/error.h"
#include "core/op.h"
#include "core/registry.h"

namespace skew {
namespace {

struct NormOp : Op {
  const char* op;
  double eps;
  NormOp(const char* op, double eps) : op(op), eps(eps) {}

  // How x, of a shape that was found good, is read as rows; the shape of its weight and bias.
  virtual NormAxes axes(const Shape& x) const = 0;
  virtual Shape affine(const Shape& x) const { return {x[1]}; }

  std::string_view name() const override { return op; }
  Tensor forward(Inputs in, Saved& saved) const override {
    const NormResult r = group_norm_forward(in[0].device(), in[0], in[1], in[2], axes(in[0].shape()));
    for (const Tensor& t : {in[0], in[1], r.mean, r.rstd}) saved.keep(t);
    return r.y;
  }
  Tensors backward(const Tensor& dy, const Saved& saved, const Needs& needs) const override {
    const Shape& x = saved.shapes[0];
    const bool wanted = needs[1] || needs[2];
    const NormGradients g =
        group_norm_backward(dy.device(), dy, saved[0], saved[1], {{}, saved[2], saved[3]}, axes(x), wanted);
    if (!wanted) return {g.dx, {}, {}};
    return {g.dx, g.dweight.view(affine(x)), g.dbias.view(affine(x))};
  }

 protected:
  // `which` ends what is said of the expected shape.
  void check(Inputs in, const char* which = "") const {
    if (!(eps > 0)) throw ValueError(text(op, ": expected eps > 0, got ", eps));
    const Shape expected = affine(in[0].shape());
    for (size_t i : {1u, 2u})
      if (in[i].defined() && !(in[i].shape() == expected))
        throw ShapeError(text(op, ": expected ", i == 1 ? "a weight" : "a bias", " of shape ", expected, which,
                              ", got ", in[i].shape()));
  }
};

struct GroupNormOp : NormOp {
  ptrdiff_t groups;
  GroupNormOp(const char* op, ptrdiff_t groups, double eps) : NormOp(op, eps), groups(groups) {}

  NormAxes axes(const Shape& x) const override { return {x[0], groups, x[1] / groups, x.count(2, x.rank()), eps}; }
  Shape shape(Inputs in) const override {
    const Shape& x = in[0].shape();
    if (x.rank() < 2) throw ShapeError(text(op, ": expected x of rank ≥ 2 (N, C, …), got ", x));
    if (groups < 1) throw ValueError(text(op, ": expected groups ≥ 1, got ", groups));
    if (x[1] % groups)
      throw ShapeError(text(op, ": expected channels divisible by groups, got ", x, " and ", groups, " groups"));
    check(in, " (the channels of x)");
    return x;
  }
};

// Rows of `length` neighbouring elements.
NormAxes rows_of(const Shape& x, ptrdiff_t length, double eps) {
  return {length ? x.count() / length : 0, 1, length, 1, eps};
}

struct LayerNormOp : NormOp {
  Shape normalized;
  LayerNormOp(const Shape& normalized, double eps) : NormOp("layer_norm", eps), normalized(normalized) {}

  NormAxes axes(const Shape& x) const override { return rows_of(x, normalized.count(), eps); }
  Shape affine(const Shape&) const override { return normalized; }
  Shape shape(Inputs in) const override {
    const Shape& x = in[0].shape();
    if (normalized.rank() < 1 || normalized.rank() > x.rank() ||
        !std::equal(normalized.begin(), normalized.end(), x.end() - normalized.rank()))
      throw ShapeError(text("layer_norm: expected x to end in ", normalized, " (the normalised axes), got ", x));
    check(in);
    return x;
  }
};

// On channels_last, where a pixel's channels are a row.
struct LayerNormChannelsOp : NormOp {
  explicit LayerNormChannelsOp(double eps) : NormOp("layer_norm_channels", eps) {}

  Reads reads() const override { return Reads::any; }
  NormAxes axes(const Shape& x) const override { return rows_of(x, x[1], eps); }
  Shape shape(Inputs in) const override {
    const Shape& x = in[0].shape();
    if (x.rank() != 4) throw ShapeError(text("layer_norm_channels: expected x of rank 4 (N, C, H, W), got ", x));
    check(in);
    return x;
  }
  Tensor forward(Inputs in, Saved& saved) const override {
    const bool row_major = in[0].layout().is_row_major();
    saved.extra = row_major;
    const Tensor y = NormOp::forward(Tensors{in[0].to(Layout::channels_last()), in[1], in[2]}, saved);
    return row_major ? y.to(Layout{}) : y;
  }
  Tensors backward(const Tensor& dy, const Saved& saved, const Needs& needs) const override {
    Tensors grads = NormOp::backward(dy.to(Layout::channels_last()), saved, needs);
    if (std::any_cast<bool>(saved.extra)) grads[0] = grads[0].to(Layout{});
    return grads;
  }
};

struct GroupNormArgs {
  ptrdiff_t groups = 0;  // 0: as many as channels
  double eps = 1e-5;
  bool affine = true;
  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("groups", self.groups, at_least(0), "parts of neighbouring channels; 0: as many as channels");
    visit("eps", self.eps, above(0), "added to the variance");
    visit("affine", self.affine, any_text(), "whether weight and bias are applied");
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

const bool group_norm_registered =
    register_op({.name = "group_norm",
                 .doc = "Normalise each sample's groups of neighbouring channels, then scale and shift each channel.",
                 .formula = "y = (x − mean) / √(variance + eps) · weight[c] + bias[c], statistics per sample and group",
                 .source = "Wu and He, Group normalization, ECCV 2018, arXiv 1803.08494",
                 .back = {{"x", "(h − mean(h) − x̂·mean(h·x̂))/√(variance + eps), h = weight·g"},
                          {"weight", "Σ g·x̂"},
                          {"bias", "Σ g"}},
                 .inputs = {"x", "weight", "bias"},
                 .arguments = field_list(GroupNormArgs{.groups = 1}),
                 .slots = {&group_norm_forward, &group_norm_backward},
                 .differentiable = {"x", "weight", "bias"},
                 .run = [](const NamedTensors& in, const Args& args) -> NamedTensors {
                   const auto a = args.read<GroupNormArgs>("group_norm", {.groups = 1});
                   return {
                       {"y", group_norm(input(in, "x", "group_norm"), a.groups, optional_input(in, "weight", a.affine),
                                        optional_input(in, "bias", a.affine), a.eps)}};
                 }}) &&
    register_op(
        {.name = "instance_norm",
         .doc = "Normalise each channel of each sample, then scale and shift it.",
         .formula = "y = (x − mean) / √(variance + eps) · weight[c] + bias[c], statistics per sample and channel",
         .source = "Ulyanov et al., Instance normalization, arXiv 1607.08022",
         .back = {{"x", "(h − mean(h) − x̂·mean(h·x̂))/√(variance + eps), h = weight·g"},
                  {"weight", "Σ g·x̂"},
                  {"bias", "Σ g"}},
         .inputs = {"x", "weight", "bias"},
         .arguments = field_list(GroupNormArgs{}),
         .slots = {&group_norm_forward, &group_norm_backward},
         .differentiable = {"x", "weight", "bias"},
         .run = [](const NamedTensors& in, const Args& args) -> NamedTensors {
           const char* op = "instance_norm";
           const auto a = args.read<GroupNormArgs>(op);
           const Tensor& x = input(in, "x", op);
           if (a.groups && x.shape().rank() > 1 && a.groups != x.shape()[1])
             throw ValueError(text(op, ": expected as many groups as channels (", x.shape()[1], "), got ", a.groups,
                                   "; use group_norm"));
           return {{"y", instance_norm(x, optional_input(in, "weight", a.affine), optional_input(in, "bias", a.affine),
                                       a.eps)}};
         }}) &&
    register_op({.name = "layer_norm",
                 .doc = "Normalise each sample over its last axes, then scale and shift each element.",
                 .formula = "y = (x − mean) / √(variance + eps) · weight + bias, statistics over the last axes",
                 .source = "Ba et al., Layer normalization, arXiv 1607.06450",
                 .back = {{"x", "(h − mean(h) − x̂·mean(h·x̂))/√(variance + eps), h = weight·g"},
                          {"weight", "Σ g·x̂"},
                          {"bias", "Σ g"}},
                 .inputs = {"x", "weight", "bias"},
                 .arguments = field_list(LayerNormArgs{}),
                 .slots = {&group_norm_forward, &group_norm_backward},
                 .differentiable = {"x", "weight", "bias"},
                 .run = run_layer_norm}) &&
    register_op(
        {.name = "layer_norm_channels",
         .doc = "Normalise the channels at each pixel, then scale and shift each channel.",
         .formula = "y = (x − mean) / √(variance + eps) · weight[c] + bias[c], statistics over c at each n, i, j",
         .source = "Liu et al., A ConvNet for the 2020s, arXiv 2201.03545",
         .back = {{"x", "(h − mean(h) − x̂·mean(h·x̂))/√(variance + eps), h = weight·g"},
                  {"weight", "Σ g·x̂"},
                  {"bias", "Σ g"}},
         .inputs = {"x", "weight", "bias"},
         .arguments = field_list(LayerNormArgs{.eps = 1e-6}),
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

Tensor group_norm(const Tensor& x, ptrdiff_t groups, const Tensor& weight, const Tensor& bias, double eps) {
  return apply(GroupNormOp{"group_norm", groups, eps}, {x, weight, bias});
}

Tensor instance_norm(const Tensor& x, const Tensor& weight, const Tensor& bias, double eps) {
  const ptrdiff_t channels = x.shape().rank() > 1 ? std::max<ptrdiff_t>(x.shape()[1], 1) : 1;
  return apply(GroupNormOp{"instance_norm", channels, eps}, {x, weight, bias});
}

Tensor layer_norm(const Tensor& x, const Shape& normalized, const Tensor& weight, const Tensor& bias, double eps) {
  return apply(LayerNormOp{normalized, eps}, {x, weight, bias});
}

Tensor layer_norm_channels(const Tensor& x, const Tensor& weight, const Tensor& bias, double eps) {
  return apply(LayerNormChannelsOp{eps}, {x, weight, bias});
}

}  // namespace skew
