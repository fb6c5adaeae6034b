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

Sample sample(Shape x, bool affine, Args args) {
  Sample s{{{"x", x}}, std::move(args)};
  if (affine) s.inputs.insert(s.inputs.end(), {{"weight", {x[1]}}, {"bias", {x[1]}}});
  return s;
}

std::vector<Sample> group_samples() {
  auto c = [](Shape x, double groups, bool affine = true, double eps = 1e-5) {
    return sample(x, affine, {{"groups", groups}, {"eps", eps}, {"affine", affine}});
  };
  return {c({2, 6, 4, 4}, 3),  c({2, 6, 4, 4}, 1),     c({1, 8, 3, 5}, 4, false),   c({2, 4}, 2),
          c({2, 32, 2, 2}, 8), c({2, 6, 4, 4}, 6),     c({3, 4, 7}, 2, true, 1e-3), c({0, 4, 3, 3}, 2),
          c({1, 1, 1, 1}, 1),  c({2, 9}, 3, true, .1), c({1, 2, 2, 3, 2}, 1),       c({2, 4, 3, 1}, 2, false, 1e-2),
          c({1, 130, 2, 1}, 2)};
}

std::vector<Sample> instance_samples() {
  auto c = [](Shape x, bool affine = true, double eps = 1e-5) {
    return sample(x, affine, {{"groups", double(x[1])}, {"eps", eps}, {"affine", affine}});
  };
  return {c({2, 6, 4, 4}),        c({3, 5, 4, 4}, false, 1e-3), c({1, 1, 3, 3}), c({2, 3, 5}),     c({1, 4, 1, 1}),
          c({0, 3, 4, 4}),        c({2, 2, 7, 3}, true, .1),    c({4, 1, 2, 4}), c({1, 17, 3, 3}), c({2, 4, 2, 2, 2}),
          c({1, 2, 9, 1}, false), c({3, 3, 3, 4}, true, 1e-3)};
}

// Both rows' arguments; weight and bias count unless affine = false.
std::array<Tensor, 3> inputs_of(const NamedTensors& in, const Args& args, const char* op) {
  args.only(op, {"groups", "eps", "affine"});
  const bool affine = args.flag("affine", true);
  return {input(in, "x", op), affine ? optional_input(in, "weight") : Tensor(),
          affine ? optional_input(in, "bias") : Tensor()};
}

const bool rows = [] {
  register_op({.name = "group_norm",
               .doc = "Normalise each sample's groups of neighbouring channels, then scale and shift each channel.",
               .formula = "y = (x − mean) / √(variance + eps) · weight[c] + bias[c], statistics per sample and group",
               .source = "Wu and He, Group normalization, ECCV 2018, arXiv 1803.08494",
               .slots = {&group_norm_forward, &group_norm_backward},
               .differentiable = {"x", "weight", "bias"},
               .run = [](const NamedTensors& in, const Args& args) -> NamedTensors {
                 const auto [x, weight, bias] = inputs_of(in, args, "group_norm");
                 return {{"y", group_norm(x, args.integer("groups", 1), weight, bias, args.number("eps", 1e-5))}};
               },
               .samples = group_samples(),
               .refused = {sample({2, 6, 4, 4}, false, {{"groups", 4.}}),
                           sample({2, 6, 4, 4}, false, {{"groups", 0.}}),
                           {{{"x", {2, 6, 4, 4}}, {"weight", {3}}}, {{"groups", 3.}}}}});
  register_op({.name = "instance_norm",
               .doc = "Normalise each channel of each sample, then scale and shift it.",
               .formula = "y = (x − mean) / √(variance + eps) · weight[c] + bias[c], statistics per sample and channel",
               .source = "Ulyanov et al., Instance normalization, arXiv 1607.08022",
               .slots = {&group_norm_forward, &group_norm_backward},
               .differentiable = {"x", "weight", "bias"},
               .run = [](const NamedTensors& in, const Args& args) -> NamedTensors {
                 const auto [x, weight, bias] = inputs_of(in, args, "instance_norm");
                 if (x.shape().rank() > 1 && args.integer("groups", x.shape()[1]) != x.shape()[1])
                   throw ValueError(text("instance_norm: expected as many groups as channels (", x.shape()[1],
                                         "), got ", args.integer("groups", 0), "; use group_norm"));
                 return {{"y", instance_norm(x, weight, bias, args.number("eps", 1e-5))}};
               },
               .samples = instance_samples(),
               .refused = {sample({2, 6, 4, 4}, false, {{"groups", 3.}}),
                           sample({2, 6, 4, 4}, false, {{"eps", 0.}}),
                           {{{"x", {3}}}, {}}}});
  return true;
}();

}  // namespace

Tensor group_norm(const Tensor& x, ptrdiff_t groups, const Tensor& weight, const Tensor& bias, double eps) {
  return apply(GroupNormOp{"group_norm", groups, eps}, {x, weight, bias});
}

Tensor instance_norm(const Tensor& x, const Tensor& weight, const Tensor& bias, double eps) {
  const ptrdiff_t channels = x.shape().rank() > 1 ? std::max<ptrdiff_t>(x.shape()[1], 1) : 1;
  return apply(GroupNormOp{"instance_norm", channels, eps}, {x, weight, bias});
}

}  // namespace skew
