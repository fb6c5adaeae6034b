// Group and instance normalisation as one op.
#include "ops/group_norm.h"

#include "core/error.h"
#include "core/op.h"
#include "core/registry.h"

namespace skew {
namespace {

struct GroupNormOp : Op {
  const char* op;  // group_norm or instance_norm
  ptrdiff_t groups;
  double eps;
  GroupNormOp(const char* op, ptrdiff_t groups, double eps) : op(op), groups(groups), eps(eps) {}

  std::string_view name() const override { return op; }

  NormAxes axes(const Shape& x) const { return {x[0], groups, x[1] / groups, x.count(2, x.rank()), eps}; }

  Shape shape(Inputs in) const override {
    const Shape& x = in[0].shape();
    if (x.rank() < 2) throw ShapeError(text(op, ": expected x of rank ≥ 2 (N, C, …), got ", x));
    if (groups < 1) throw ValueError(text(op, ": expected groups ≥ 1, got ", groups));
    if (x[1] % groups)
      throw ShapeError(text(op, ": expected channels divisible by groups, got ", x, " and ", groups, " groups"));
    if (!(eps > 0)) throw ValueError(text(op, ": expected eps > 0, got ", eps));
    for (int i : {1, 2})
      if (in[size_t(i)].defined() && !(in[size_t(i)].shape() == Shape{x[1]}))
        throw ShapeError(text(op, ": expected ", i == 1 ? "a weight" : "a bias", " of shape [", x[1],
                              "] (the channels of x), got ", in[size_t(i)].shape()));
    return x;
  }
  Tensor forward(Inputs in, Saved& saved) const override {
    const NormResult r = group_norm_forward(in[0].device(), in[0], in[1], in[2], axes(in[0].shape()));
    for (const Tensor& t : {in[0], in[1], r.mean, r.rstd}) saved.keep(t);
    return r.y;
  }
  Tensors backward(const Tensor& dy, const Saved& saved, const Needs& needs) const override {
    const NormGradients g = group_norm_backward(dy.device(), dy, saved[0], saved[1], {{}, saved[2], saved[3]},
                                                axes(saved.shapes[0]), needs[1] || needs[2]);
    return {g.dx, g.dweight, g.dbias};
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

const bool rows =
    register_op({.name = "group_norm",
                 .doc = "Normalise each sample's groups of neighbouring channels, then scale and shift each channel.",
                 .formula = "y = (x − mean) / √(variance + eps) · weight[c] + bias[c], statistics per sample and group",
                 .source = "Wu and He, Group normalization, ECCV 2018, arXiv 1803.08494",
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
         }});

}  // namespace

Tensor group_norm(const Tensor& x, ptrdiff_t groups, const Tensor& weight, const Tensor& bias, double eps) {
  return apply(GroupNormOp{"group_norm", groups, eps}, {x, weight, bias});
}

Tensor instance_norm(const Tensor& x, const Tensor& weight, const Tensor& bias, double eps) {
  const ptrdiff_t channels = x.shape().rank() > 1 ? std::max<ptrdiff_t>(x.shape()[1], 1) : 1;
  return apply(GroupNormOp{"instance_norm", channels, eps}, {x, weight, bias});
}

}  // namespace skew
