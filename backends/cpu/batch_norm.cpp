// Batch normalisation through oneDNN, in whatever order x comes, with the relu behind it fused when asked for.
// oneDNN's fused relu turns NaN into 0: the training step looks at the statistics instead (core/nonfinite.h).
// Naive twin: backends/reference/batch_norm.cpp.
#include "ops/batch_norm.h"

#include <bit>

#include "backends/cpu/onednn.h"

namespace skew {
namespace {

using namespace onednn;
using Forward = dnnl::batch_normalization_forward;
using Backward = dnnl::batch_normalization_backward;
using Flags = dnnl::normalization_flags;

Flags flags_of(const BatchNormArgs& args, bool affine) {
  Flags flags = Flags::none;
  if (affine) flags = flags | Flags::use_scale | Flags::use_shift;
  if (!args.training) flags = flags | Flags::use_global_stats;
  if (args.relu) flags = flags | Flags::fuse_norm_relu;
  return flags;
}

struct Problem {
  Md data;
  Flags flags;
  float eps;
  bool recording;
  Key key(const char* kind) const { return Key(kind, data, ptrdiff_t(flags), std::bit_cast<int32_t>(eps), recording); }
};

const Held<Forward::primitive_desc>& forward_primitive(const Problem& p) {
  return held<Forward::primitive_desc>(p.key("bn forward"), [&] {
    // the statistics of inference are given; training, and a fused relu that will be differentiated, need the other
    // kind
    const bool inference = !p.recording && (p.flags & Flags::use_global_stats) != Flags::none;
    const auto kind = inference ? dnnl::prop_kind::forward_inference : dnnl::prop_kind::forward_training;
    return make_norm_pd(kind, p.data, p.eps, p.flags);
  });
}

// oneDNN scales and shifts together: the one that is absent is 1 or 0.
Tensor or_constant(const Tensor& given, ptrdiff_t channels, double constant) {
  return given.defined() ? given : Tensor::full({channels}, constant);
}

BatchNormResult forward(const Tensor& x, const Tensor& weight, const Tensor& bias, const Tensor& running_mean,
                        const Tensor& running_var, const BatchNormArgs& args, bool recording) {
  const ptrdiff_t channels = x.shape()[1];
  BatchNormResult r{Tensor::empty_like(x),
                    args.training ? Tensor::empty({channels}) : running_mean,
                    args.training ? Tensor::empty({channels}) : running_var,
                    {}};
  if (x.count() == 0) return r;
  const bool affine = weight.defined() || bias.defined();
  const Problem p{md_of(x), flags_of(args, affine), float(args.eps), recording};
  const auto& bn = forward_primitive(p);
  const Md per_channel = plain({channels}, Type::f32);  // statistics, scale and shift are float whatever x is
  const Tensor scale = affine ? or_constant(weight, channels, 1) : Tensor(),
               shift = affine ? or_constant(bias, channels, 0) : Tensor();
  Arguments arguments = {{DNNL_ARG_SRC, memory_of(x, p.data)},
                         {DNNL_ARG_DST, memory_of(r.y, p.data)},
                         {DNNL_ARG_MEAN, memory_of(r.mean, per_channel)},
                         {DNNL_ARG_VARIANCE, memory_of(r.variance, per_channel)}};
  if (affine) {
    arguments.emplace(DNNL_ARG_SCALE, memory_of(scale, per_channel));
    arguments.emplace(DNNL_ARG_SHIFT, memory_of(shift, per_channel));
  }
  const Md mask = bn.pd.workspace_desc();
  if (args.relu && mask.get_size() > 0) {
    auto workspace = std::make_shared<Storage>(mask.get_size(), Device::cpu);
    arguments.emplace(DNNL_ARG_WORKSPACE, memory_of(*workspace, mask));
    r.workspace = workspace;
  }
  run("batch_norm", bn.primitive, bn.pd.scratchpad_desc(), std::move(arguments));
  return r;
}

BatchNormGradients backward(const Tensor& dy, const Tensor& x, const Tensor&, const Tensor& weight,
                            const BatchNormResult& statistics, const BatchNormArgs& args) {
  const ptrdiff_t channels = x.shape()[1];
  BatchNormGradients g{Tensor::empty_like(x), Tensor::empty({channels}), Tensor::empty({channels})};
  if (x.count() == 0) return {g.dx, Tensor::zeros({channels}), Tensor::zeros({channels})};
  // always with scale and shift, so that their gradients exist; the forward pass's own flags only ask for the relu mask
  const Problem p{md_of(x), flags_of(args, true), float(args.eps), true};
  const auto& bn = held<Backward::primitive_desc>(
      p.key("bn backward"), [&] { return make_norm_backward_pd(forward_primitive(p).pd, p.data, p.eps, p.flags); });
  std::shared_ptr<Storage> keep;
  const Tensor scale = or_constant(weight, channels, 1), shift = Tensor::full({channels}, 0);
  const Md per_channel = plain({channels}, Type::f32);
  Arguments arguments = {{DNNL_ARG_SRC, memory_of(x, p.data)},
                         {DNNL_ARG_DIFF_DST, in_order(dy, dims_of(x.shape()), p.data, stats().reorders, keep)},
                         {DNNL_ARG_MEAN, memory_of(statistics.mean, per_channel)},
                         {DNNL_ARG_VARIANCE, memory_of(statistics.variance, per_channel)},
                         {DNNL_ARG_SCALE, memory_of(scale, per_channel)},
                         {DNNL_ARG_DIFF_SRC, memory_of(g.dx, p.data)},
                         {DNNL_ARG_DIFF_SCALE, memory_of(g.dweight, per_channel)},
                         {DNNL_ARG_DIFF_SHIFT, memory_of(g.dbias, per_channel)}};
  if (norm_backward_takes_shift) arguments.emplace(DNNL_ARG_SHIFT, memory_of(shift, per_channel));
  if (statistics.workspace.has_value())
    arguments.emplace(
        DNNL_ARG_WORKSPACE,
        memory_of(*std::any_cast<const std::shared_ptr<Storage>&>(statistics.workspace), bn.pd.workspace_desc()));
  run("batch_norm", bn.primitive, bn.pd.scratchpad_desc(), std::move(arguments));
  return g;
}

const bool filled = batch_norm_forward.set(Device::cpu, forward) && batch_norm_backward.set(Device::cpu, backward);

}  // namespace
}  // namespace skew
