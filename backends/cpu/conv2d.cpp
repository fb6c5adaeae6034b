// Convolution through oneDNN. What decides the speed is the order of the elements in memory:
// every direction asks oneDNN for the order it likes best (`any`), the result keeps it, and the next layer, asking the
// same question, gets the same answer: inside a chain nothing is reordered. An order that pads is no Layout; then the
// convolution works in channels_last. A weight that is being trained takes its forward order over for good, so that
// it is packed once and not once a step. A batch is cut into one piece a thread where it pays: then no thread waits
// inside oneDNN for another that the system keeps from running. Naive twin: backends/reference/conv2d.cpp.
#include "ops/conv2d.h"

#include <optional>
#include <span>
#include <vector>

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
  struct Orders {
    Md src, weights, dst;
  };
  Orders orders;  // empty: oneDNN chooses

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
    return Key(kind, ptrdiff_t(type), src, weights, dst, strides, dilates, before, bias.get_size() > 0, orders.src,
               orders.weights, orders.dst);
  }
  Problem of_images(ptrdiff_t images, const Orders& in = {}) const {
    Problem p = *this;
    p.src[0] = p.dst[0] = images;
    p.orders = in;
    return p;
  }
  // Tries `any` everywhere; when an activation would be padded, again with channels_last activations.
  template <class Make, class Activation1, class Activation2>
  auto choose(Make make, Activation1 first, Activation2 second) const {
    if (orders.src.get_size() > 0) return make(orders.src, orders.weights, orders.dst);
    const Md free = any(weights, type);
    auto pd = make(any(src, type), free, any(dst, type));
    if (!padded(first(pd)) && !padded(second(pd))) return pd;
    return make(Md(src, type, Tag::nhwc), free, Md(dst, type, Tag::nhwc));
  }
};

constexpr auto direct = dnnl::algorithm::convolution_direct;

const Held<Forward::primitive_desc>& forward_primitive(const Problem& p) {
  return held<Forward::primitive_desc>(p.key("forward"), [&] {
    auto make = [&](const Md& src, const Md& weights, const Md& dst) {
      const auto kind = dnnl::prop_kind::forward_training;
      return make_pd<Forward>("conv2d", kind, direct, src, weights, p.bias, dst, p.strides, p.dilates, p.before,
                              p.after);
    };
    auto pd = p.choose(
        make, [](auto& d) { return d.src_desc(); }, [](auto& d) { return d.dst_desc(); });
    note_slow("conv2d forward", pd.impl_info_str(), p.src, p.weights);
    return pd;
  });
}

// For the descriptions of the ways back: in oneDNN's own orders, else it may be of a slow kind, and said to be.
const Forward::primitive_desc& hint_of(const Problem& p) { return forward_primitive(p.of_images(p.src[0])).pd; }

const Held<BackwardData::primitive_desc>& data_primitive(const Problem& p) {
  return held<BackwardData::primitive_desc>(p.key("data"), [&] {
    auto make = [&](const Md& src, const Md& weights, const Md& dst) {
      return make_backward_pd<BackwardData>("conv2d", hint_of(p), direct, src, weights, dst, p.strides, p.dilates,
                                            p.before, p.after);
    };
    auto pd = p.choose(
        make, [](auto& d) { return d.diff_src_desc(); }, [](auto& d) { return d.diff_dst_desc(); });
    note_slow("conv2d backward data", pd.impl_info_str(), p.src, p.weights);
    return pd;
  });
}

const Held<BackwardWeights::primitive_desc>& weights_primitive(const Problem& p) {
  return held<BackwardWeights::primitive_desc>(p.key("weights"), [&] {
    auto make = [&](const Md& src, const Md& weights, const Md& dst) {
      return make_backward_pd<BackwardWeights>("conv2d", hint_of(p), direct, src, weights, p.bias, dst, p.strides,
                                               p.dilates, p.before, p.after);
    };
    auto pd = p.choose(
        make, [](auto& d) { return d.src_desc(); }, [](auto& d) { return d.diff_dst_desc(); });
    note_slow("conv2d backward weights", pd.impl_info_str(), p.src, p.weights);
    return pd;
  });
}

// ---- a batch in pieces ---------------------------------------------------------------------------------------------

Problem::Orders orders_of(const Forward::primitive_desc& pd) {
  return {pd.src_desc(), pd.weights_desc(), pd.dst_desc()};
}
Problem::Orders orders_of(const BackwardData::primitive_desc& pd) {
  return {pd.diff_src_desc(), pd.weights_desc(), pd.diff_dst_desc()};
}
Problem::Orders orders_of(const BackwardWeights::primitive_desc& pd) {
  return {pd.src_desc(), pd.diff_weights_desc(), pd.diff_dst_desc()};
}

// Every thread reads all weights and writes a gradient for all of them: no more of that than of images.
bool worth_cutting(const Problem& p) {
  auto elements = [](const Dims& dims) { return plain(dims, Type::f32).get_size(); };
  return p.src[0] >= threads() && !in_parallel_loop() && threads() > 1 &&
         elements(p.weights) * size_t(threads()) <= elements(p.src) + elements(p.dst);
}

template <class Description> struct Plan {
  ptrdiff_t images, piece_images;
  Held<Description> piece;                // a copy: making the next may drop what is held
  std::optional<Held<Description>> last;  // of the images that are left over
  Md src, dst;                            // orders of the whole batch

  const Description& pd() const { return piece.pd; }
  ptrdiff_t pieces() const { return (images + piece_images - 1) / piece_images; }
  // Runs every piece with the arguments that fill(description, first image) gives; a single one on all threads.
  template <class F> void run_all(F fill) const {
    parallel_for(images, piece_images, [&](ptrdiff_t begin, ptrdiff_t end) {
      const Held<Description>& held = end - begin == piece_images ? piece : *last;
      run("conv2d", held.primitive, held.pd.scratchpad_desc(), fill(held.pd, begin));
    });
  }
  dnnl::memory from(ptrdiff_t first, const dnnl::memory& whole, const Md& piece_order) const {
    const size_t image_bytes = whole.get_desc().get_size() / size_t(images);
    return dnnl::memory(piece_order, engine(),
                        static_cast<char*>(whole.get_data_handle()) + size_t(first) * image_bytes);
  }
};

template <class Description>
Plan<Description> plan_of(const Problem& p, const Held<Description>& (*primitive)(const Problem&)) {
  const ptrdiff_t images = p.src[0];
  if (worth_cutting(p)) {
    const SerialScope one_thread;
    const ptrdiff_t length = (images + threads() - 1) / threads(), rest = images % length;
    const Held<Description> piece = primitive(p.of_images(length));
    Problem::Orders orders = orders_of(piece.pd);
    const auto src = for_batch(orders.src, images), dst = for_batch(orders.dst, images);
    if (src && dst) {
      orders.src = *for_batch(*src, std::max<ptrdiff_t>(rest, 1));
      orders.dst = *for_batch(*dst, std::max<ptrdiff_t>(rest, 1));
      std::optional<Held<Description>> last;
      if (rest > 0) last = primitive(p.of_images(rest, orders));
      return {images, length, piece, last, *src, *dst};
    }
  }
  const Held<Description>& whole = primitive(p);
  const Problem::Orders orders = orders_of(whole.pd);
  return {images, images, whole, {}, orders.src, orders.dst};
}

// ---- the three slots -----------------------------------------------------------------------------------------------

Tensor forward(const Tensor& x, const Tensor& w, const Tensor& b, const Conv2dArgs& args) {
  const Shape shape = conv2d_shape(x.shape(), w.shape(), args);
  if (shape.count() == 0) return Tensor::zeros(shape, x.dtype());
  const Problem p(x.dtype(), x.shape(), w.shape(), args, b.defined());
  const auto plan = plan_of(p, forward_primitive);
  std::shared_ptr<Storage> keep_x, keep_w;
  adopt_order(w, p.weights, plan.pd().weights_desc());
  Tensor y = empty_as(plan.dst, shape, x.dtype());
  const dnnl::memory src = in_order(x, p.src, plan.src, stats().reorders, keep_x);
  const dnnl::memory weights = packed_weights(w, p.weights, plan.pd().weights_desc(), keep_w);
  const dnnl::memory dst = memory_of(y, plan.dst);
  plan.run_all([&](const Forward::primitive_desc& pd, ptrdiff_t first) {
    Arguments arguments = {{DNNL_ARG_SRC, plan.from(first, src, pd.src_desc())},
                           {DNNL_ARG_WEIGHTS, weights},
                           {DNNL_ARG_DST, plan.from(first, dst, pd.dst_desc())}};
    if (b.defined()) arguments.emplace(DNNL_ARG_BIAS, memory_of(b, p.bias));
    return arguments;
  });
  return y;
}

Tensor backward_data(const Tensor& dy, const Tensor& w, const Shape& image, const Conv2dArgs& args) {
  if (image.count() == 0 || dy.count() == 0) return Tensor::zeros(image, dy.dtype());
  const Problem p(dy.dtype(), image, w.shape(), args, false);
  const auto plan = plan_of(p, data_primitive);
  std::shared_ptr<Storage> keep_dy, keep_w;
  Tensor dx = empty_as(plan.src, image, dy.dtype());
  const dnnl::memory dst = in_order(dy, p.dst, plan.dst, stats().reorders, keep_dy);
  const dnnl::memory weights = packed_weights(w, p.weights, plan.pd().weights_desc(), keep_w);
  const dnnl::memory src = memory_of(dx, plan.src);
  plan.run_all([&](const BackwardData::primitive_desc& pd, ptrdiff_t first) {
    return Arguments{{DNNL_ARG_DIFF_DST, plan.from(first, dst, pd.diff_dst_desc())},
                     {DNNL_ARG_WEIGHTS, weights},
                     {DNNL_ARG_DIFF_SRC, plan.from(first, src, pd.diff_src_desc())}};
  });
  return dx;
}

// The pieces' gradients added up into the first.
void add_parts(std::span<float* const> parts, ptrdiff_t count) {
  if (parts.size() == 1) return;
  parallel_for(count, 16384, [&](ptrdiff_t begin, ptrdiff_t end) {
    for (const float* part : parts.subspan(1))
      for (ptrdiff_t i = begin; i < end; ++i) parts[0][i] += part[i];
  });
}

ConvWeightGradients backward_weights(const Tensor& dy, const Tensor& x, const Tensor& w, const Conv2dArgs& args,
                                     bool bias) {
  if (x.count() == 0 || dy.count() == 0)  // an image without pixels may still have outputs, from its padding
    return {Tensor::zeros(w.shape(), w.dtype()).to(w.layout()),
            bias ? sum_to_channels(Device::cpu, dy.to(Layout{})) : Tensor()};
  const Problem p(x.dtype(), x.shape(), w.shape(), args, bias);
  const auto plan = plan_of(p, weights_primitive);
  std::shared_ptr<Storage> keep_dy, keep_x;
  const Md made = plan.pd().diff_weights_desc(), wanted = md_of(w, p.weights);
  ConvWeightGradients g{Tensor::empty_like(w), bias ? Tensor::empty({w.shape()[0]}, w.dtype()) : Tensor()};
  const bool direct_write = same_order(made, wanted);
  // a gradient of its own for each piece; the first one's is the result
  std::vector<std::unique_ptr<Storage>> own;
  std::vector<float*> parts, bias_parts;
  auto place = [&](size_t bytes) {
    own.push_back(std::make_unique<Storage>(bytes, Device::cpu));
    return static_cast<float*>(own.back()->address());
  };
  for (ptrdiff_t k = 0; k < plan.pieces(); ++k) {
    const bool result = k == 0;
    parts.push_back(result && direct_write ? g.dw.fill<float>() : place(made.get_size()));
    if (bias) bias_parts.push_back(result ? g.db.fill<float>() : place(p.bias.get_size()));
  }
  const dnnl::memory src = in_order(x, p.src, plan.src, stats().reorders, keep_x);
  const dnnl::memory dst = in_order(dy, p.dst, plan.dst, stats().reorders, keep_dy);
  plan.run_all([&](const BackwardWeights::primitive_desc& pd, ptrdiff_t first) {
    const size_t k = size_t(first / plan.piece_images);
    Arguments arguments = {{DNNL_ARG_DIFF_DST, plan.from(first, dst, pd.diff_dst_desc())},
                           {DNNL_ARG_SRC, plan.from(first, src, pd.src_desc())},
                           {DNNL_ARG_DIFF_WEIGHTS, dnnl::memory(pd.diff_weights_desc(), engine(), parts[k])}};
    if (bias) arguments.emplace(DNNL_ARG_DIFF_BIAS, dnnl::memory(p.bias, engine(), bias_parts[k]));
    return arguments;
  });
  add_parts(parts, ptrdiff_t(made.get_size() / sizeof(float)));
  if (bias) add_parts(bias_parts, w.shape()[0]);
  if (!direct_write) {
    reorder_into(dnnl::memory(made, engine(), parts[0]), memory_of(g.dw, wanted));
    ++stats().weight_reorders;
  }
  return g;
}

const bool filled = conv2d_forward.set(Device::cpu, forward) && conv2d_backward_data.set(Device::cpu, backward_data) &&
                    conv2d_backward_weights.set(Device::cpu, backward_weights);

}  // namespace
}  // namespace skew
