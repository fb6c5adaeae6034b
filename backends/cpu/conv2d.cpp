// Convolution through oneDNN. What decides the speed is the order of the elements in memory:
// every direction asks oneDNN for the order it likes best (`any`), the result keeps it, and the next layer, asking the
// same question, gets the same answer: inside a chain nothing is reordered. An order that pads is no Layout; then the
// convolution works in channels_last. A weight that is being trained takes its forward order over for good, so that
// it is packed once and not once a step. Naive twin: backends/reference/conv2d.cpp.
#include "ops/conv2d.h"

#include "backends/cpu/onednn.h"
#include "backends/cpu/packed_weights.h"
#include "ops/channel_bias.h"

namespace skew {
namespace {

using namespace onednn;
using Forward = dnnl::convolution_forward;
using BackwardData = dnnl::convolution_backward_data;
using BackwardWeights = dnnl::convolution_backward_weights;

// One convolution in oneDNN's words; dilation counts the gaps there.
struct Problem {
  Type type;
  Dims src, weights, dst, strides, dilates, before, after;
  Md bias;  // empty: no bias

  Problem(DType dtype, const Shape& x, const Shape& w, const Conv2dArgs& a, bool with_bias)
      : type(type_of(dtype)),
        src(dims_of(x)),
        weights(dims_of(w)),
        dst(dims_of(conv2d_shape(x, w, a))),
        strides{a.stride.h, a.stride.w},
        dilates{a.dilation.h - 1, a.dilation.w - 1},
        before{a.padding.top, a.padding.left},
        after{a.padding.bottom, a.padding.right} {
    if (a.groups > 1) weights = {a.groups, w[0] / a.groups, w[1], w[2], w[3]};
    if (with_bias) bias = plain({w[0]}, type);
  }
  Key key(const char* kind) const {
    return Key(kind, ptrdiff_t(type), src, weights, dst, strides, dilates, before, bias.get_size() > 0);
  }
  // Tries `any` everywhere; when an activation would be padded, again with channels_last activations.
  template <class Make, class Activation1, class Activation2>
  auto choose(Make make, Activation1 first, Activation2 second) const {
    auto pd = make(any(src, type), any(dst, type));
    if (!padded(first(pd)) && !padded(second(pd))) return pd;
    return make(Md(src, type, Tag::nhwc), Md(dst, type, Tag::nhwc));
  }
};

constexpr auto direct = dnnl::algorithm::convolution_direct;

const Held<Forward::primitive_desc>& forward_primitive(const Problem& p) {
  return held<Forward::primitive_desc>(p.key("forward"), [&] {
    auto make = [&](const Md& src, const Md& dst) {
      const auto kind = dnnl::prop_kind::forward_training;
      return make_pd<Forward>("conv2d", kind, direct, src, any(p.weights, p.type), p.bias, dst, p.strides, p.dilates,
                              p.before, p.after);
    };
    auto pd = p.choose(
        make, [](auto& d) { return d.src_desc(); }, [](auto& d) { return d.dst_desc(); });
    note_slow("conv2d forward", pd.impl_info_str(), p.src, p.weights);
    return pd;
  });
}

const Held<BackwardData::primitive_desc>& data_primitive(const Problem& p) {
  return held<BackwardData::primitive_desc>(p.key("data"), [&] {
    auto make = [&](const Md& src, const Md& dst) {
      return make_backward_pd<BackwardData>("conv2d", forward_primitive(p).pd, direct, src, any(p.weights, p.type), dst,
                                            p.strides, p.dilates, p.before, p.after);
    };
    auto pd = p.choose(
        make, [](auto& d) { return d.diff_src_desc(); }, [](auto& d) { return d.diff_dst_desc(); });
    note_slow("conv2d backward data", pd.impl_info_str(), p.src, p.weights);
    return pd;
  });
}

const Held<BackwardWeights::primitive_desc>& weights_primitive(const Problem& p) {
  return held<BackwardWeights::primitive_desc>(p.key("weights"), [&] {
    auto make = [&](const Md& src, const Md& dst) {
      const auto& hint = forward_primitive(p).pd;
      return make_backward_pd<BackwardWeights>("conv2d", hint, direct, src, any(p.weights, p.type), p.bias, dst,
                                               p.strides, p.dilates, p.before, p.after);
    };
    auto pd = p.choose(
        make, [](auto& d) { return d.src_desc(); }, [](auto& d) { return d.diff_dst_desc(); });
    note_slow("conv2d backward weights", pd.impl_info_str(), p.src, p.weights);
    return pd;
  });
}

// ---- the three slots -----------------------------------------------------------------------------------------------

Tensor forward(const Tensor& x, const Tensor& w, const Tensor& b, const Conv2dArgs& args) {
  const Shape shape = conv2d_shape(x.shape(), w.shape(), args);
  if (shape.count() == 0) return Tensor::zeros(shape, x.dtype());
  const Problem p(x.dtype(), x.shape(), w.shape(), args, b.defined());
  const auto& conv = forward_primitive(p);
  std::shared_ptr<Storage> keep_x, keep_w;
  adopt_order(w, p.weights, conv.pd.weights_desc());
  Tensor y = empty_as(conv.pd.dst_desc(), shape, x.dtype());
  Arguments arguments = {{DNNL_ARG_SRC, in_order(x, p.src, conv.pd.src_desc(), stats().reorders, keep_x)},
                         {DNNL_ARG_WEIGHTS, packed_weights(w, p.weights, conv.pd.weights_desc(), keep_w)},
                         {DNNL_ARG_DST, memory_of(y, conv.pd.dst_desc())}};
  if (b.defined()) arguments.emplace(DNNL_ARG_BIAS, memory_of(b, p.bias));
  run("conv2d", conv.primitive, conv.pd.scratchpad_desc(), std::move(arguments));
  return y;
}

Tensor backward_data(const Tensor& dy, const Tensor& w, const Shape& image, const Conv2dArgs& args) {
  if (image.count() == 0 || dy.count() == 0) return Tensor::zeros(image, dy.dtype());
  const Problem p(dy.dtype(), image, w.shape(), args, false);
  const auto& conv = data_primitive(p);
  std::shared_ptr<Storage> keep_dy, keep_w;
  Tensor dx = empty_as(conv.pd.diff_src_desc(), image, dy.dtype());
  run("conv2d", conv.primitive, conv.pd.scratchpad_desc(),
      {{DNNL_ARG_DIFF_DST, in_order(dy, p.dst, conv.pd.diff_dst_desc(), stats().reorders, keep_dy)},
       {DNNL_ARG_WEIGHTS, packed_weights(w, p.weights, conv.pd.weights_desc(), keep_w)},
       {DNNL_ARG_DIFF_SRC, memory_of(dx, conv.pd.diff_src_desc())}});
  return dx;
}

ConvWeightGradients backward_weights(const Tensor& dy, const Tensor& x, const Tensor& w, const Conv2dArgs& args,
                                     bool bias) {
  if (x.count() == 0 || dy.count() == 0)  // an image without pixels may still have outputs, from its padding
    return {Tensor::zeros(w.shape(), w.dtype()).to(w.layout()),
            bias ? sum_to_channels(Device::cpu, dy.to(Layout{})) : Tensor()};
  const Problem p(x.dtype(), x.shape(), w.shape(), args, bias);
  const auto& conv = weights_primitive(p);
  std::shared_ptr<Storage> keep_dy, keep_x;
  const Md made = conv.pd.diff_weights_desc(), wanted = md_of(w, p.weights);
  ConvWeightGradients g{Tensor::empty_like(w), bias ? Tensor::empty({w.shape()[0]}, w.dtype()) : Tensor()};
  const bool direct_write = same_order(made, wanted);
  std::shared_ptr<Storage> packed = direct_write ? nullptr : std::make_shared<Storage>(made.get_size(), Device::cpu);
  const dnnl::memory dw = direct_write ? memory_of(g.dw, made) : memory_of(*packed, made);
  Arguments arguments = {{DNNL_ARG_DIFF_DST, in_order(dy, p.dst, conv.pd.diff_dst_desc(), stats().reorders, keep_dy)},
                         {DNNL_ARG_SRC, in_order(x, p.src, conv.pd.src_desc(), stats().reorders, keep_x)},
                         {DNNL_ARG_DIFF_WEIGHTS, dw}};
  if (bias) arguments.emplace(DNNL_ARG_DIFF_BIAS, memory_of(g.db, p.bias));
  run("conv2d", conv.primitive, conv.pd.scratchpad_desc(), std::move(arguments));
  if (!direct_write) {
    reorder_into(dw, memory_of(g.dw, wanted));
    ++stats().weight_reorders;
  }
  return g;
}

const bool filled = conv2d_forward.set(Device::cpu, forward) && conv2d_backward_data.set(Device::cpu, backward_data) &&
                    conv2d_backward_weights.set(Device::cpu, backward_weights);

}  // namespace
}  // namespace skew
