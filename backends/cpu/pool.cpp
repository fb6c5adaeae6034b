// Max and average pooling through oneDNN, keeping the order x comes in. Windows that overhang the padded image
// (ceil_mode) become padding on the right; averages, whose divisor would count it, then take the reference's loops, as
// maxima do where one may be −∞.
// Naive twins: backends/reference/max_pool.cpp and avg_pool.cpp.
#include "ops/pool.h"

#include <algorithm>
#include <atomic>
#include <limits>
#include "backends/cpu/onednn.h"
#include "backends/reference/avg_pool.h"
#include "backends/reference/max_pool.h"

namespace skew {
namespace {

using namespace onednn;

// How far the last windows reach beyond the image.
Pair padding_behind(const Shape& x, const Shape& y, const PoolArgs& a) {
  return {(y[2] - 1) * a.stride.h + a.dilation.h * (a.kernel.h - 1) + 1 - x[2] - a.padding.h,
          (y[3] - 1) * a.stride.w + a.dilation.w * (a.kernel.w - 1) + 1 - x[3] - a.padding.w};
}

struct Problem {
  Md src, dst;
  Dims kernel, strides, dilates, before, after;
  dnnl::algorithm algorithm;
  bool recording;

  Problem(const Md& x_order, const Shape& x, const Shape& y, const PoolArgs& a, dnnl::algorithm algorithm,
          bool recording)
      : src(x_order),
        dst(any(dims_of(y), type_of(x_order))),
        kernel{a.kernel.h, a.kernel.w},
        strides{a.stride.h, a.stride.w},
        dilates{a.dilation.h - 1, a.dilation.w - 1},
        before{a.padding.h, a.padding.w},
        algorithm(algorithm),
        recording(recording) {
    const Pair behind = padding_behind(x, y, a);
    after = {std::max(a.padding.h, behind.h), std::max(a.padding.w, behind.w)};
  }
  Key key(const char* kind) const {
    return Key(kind, src, kernel, strides, dilates, before, after, ptrdiff_t(algorithm), recording);
  }
};

const Held<PoolForward::primitive_desc>& forward_primitive(const Problem& p) {
  return held<PoolForward::primitive_desc>(p.key("pool forward"), [&] {
    const auto kind = p.recording ? dnnl::prop_kind::forward_training : dnnl::prop_kind::forward_inference;
    return make_pd<PoolForward>("pool", kind, p.algorithm, p.src, p.dst, p.strides, p.kernel, p.dilates, p.before,
                                p.after);
  });
}

const Held<PoolBackward::primitive_desc>& backward_primitive(const Problem& p) {
  return held<PoolBackward::primitive_desc>(p.key("pool backward"), [&] {
    const auto& hint = forward_primitive(p).pd;
    return make_backward_pd<PoolBackward>("pool", hint, p.algorithm, p.src, hint.dst_desc(), p.strides, p.kernel,
                                          p.dilates, p.before, p.after);
  });
}

// ---- max -----------------------------------------------------------------------------------------------------------

// oneDNN's maximum begins with the lowest finite number: where nothing was larger it stands for −∞ too, and the
// workspace names no element of the window.
bool may_hide_infinity(const Tensor& y) {
  const float* ys = y.data<float>();
  std::atomic<bool> found = false;
  parallel_for(y.count(), 1 << 16, [&](ptrdiff_t begin, ptrdiff_t end) {
    int hits = 0;
    for (ptrdiff_t i = begin; i < end; ++i) hits |= ys[i] == std::numeric_limits<float>::lowest();
    if (hits) found = true;
  });
  return found;
}

MaxPoolResult max_forward(const Tensor& x, const PoolArgs& args, bool recording) {
  const Shape shape = pool_shape("max_pool", x.shape(), args);
  if (shape.count() == 0) return {Tensor::zeros(shape, x.dtype()), {}};
  const Problem p(md_of(x), x.shape(), shape, args, dnnl::algorithm::pooling_max, recording);
  const SerialScope alone(too_short_for_two(p.src.get_size()));
  const auto& pool = forward_primitive(p);
  MaxPoolResult r{empty_as(pool.pd.dst_desc(), shape, x.dtype()), {}};
  Arguments arguments = {{DNNL_ARG_SRC, memory_of(x, p.src)}, {DNNL_ARG_DST, memory_of(r.y, pool.pd.dst_desc())}};
  if (recording) {
    const Md where = pool.pd.workspace_desc();
    auto workspace = std::make_shared<Storage>(where.get_size(), Device::cpu);
    arguments.emplace(DNNL_ARG_WORKSPACE, memory_of(*workspace, where));
    r.workspace = workspace;
  }
  run("max_pool", pool.primitive, pool.pd.scratchpad_desc(), std::move(arguments));
  if (may_hide_infinity(r.y)) return first_maxima(x, args, recording);
  return r;
}

Tensor max_backward(const Tensor& dy, const Tensor& x, const std::any& workspace, const PoolArgs& args) {
  if (dy.count() == 0) return Tensor::zeros(x.shape(), x.dtype());
  if (std::any_cast<Tensor>(&workspace)) return to_first_maxima(dy, x, workspace, args);
  const Problem p(md_of(x), x.shape(), dy.shape(), args, dnnl::algorithm::pooling_max, true);
  const SerialScope alone(too_short_for_two(p.src.get_size()));
  const auto& pool = backward_primitive(p);
  Tensor dx = Tensor::empty_like(x);
  std::shared_ptr<Storage> keep;
  run("max_pool", pool.primitive, pool.pd.scratchpad_desc(),
      {{DNNL_ARG_DIFF_DST, in_order(dy, dims_of(dy.shape()), pool.pd.diff_dst_desc(), stats().reorders, keep)},
       {DNNL_ARG_DIFF_SRC, memory_of(dx, p.src)},
       {DNNL_ARG_WORKSPACE,
        memory_of(*std::any_cast<const std::shared_ptr<Storage>&>(workspace), pool.pd.workspace_desc())}});
  return dx;
}

// ---- average -------------------------------------------------------------------------------------------------------

dnnl::algorithm average(const PoolArgs& args) {
  return args.count_include_pad ? dnnl::algorithm::pooling_avg_include_padding
                                : dnnl::algorithm::pooling_avg_exclude_padding;
}

bool overhangs(const Shape& x, const Shape& y, const PoolArgs& a) {
  const Pair behind = padding_behind(x, y, a);
  return behind.h > a.padding.h || behind.w > a.padding.w;
}

Tensor avg_forward(const Tensor& x, const PoolArgs& args) {
  const Shape shape = pool_shape("avg_pool", x.shape(), args);
  if (shape.count() == 0) return Tensor::zeros(shape, x.dtype());
  if (overhangs(x.shape(), shape, args)) return average_windows(x, args);
  const Problem p(md_of(x), x.shape(), shape, args, average(args), true);
  const SerialScope alone(too_short_for_two(p.src.get_size()));
  const auto& pool = forward_primitive(p);
  Tensor y = empty_as(pool.pd.dst_desc(), shape, x.dtype());
  run("avg_pool", pool.primitive, pool.pd.scratchpad_desc(),
      {{DNNL_ARG_SRC, memory_of(x, p.src)}, {DNNL_ARG_DST, memory_of(y, pool.pd.dst_desc())}});
  return y;
}

Tensor avg_backward(const Tensor& dy, const Shape& image, const PoolArgs& args) {
  if (dy.count() == 0) return Tensor::zeros(image, dy.dtype());
  if (overhangs(image, dy.shape(), args)) return spread_over_windows(dy, image, args);
  const Problem p(same_order_as(dy, dims_of(image)), image, dy.shape(), args, average(args), true);
  const SerialScope alone(too_short_for_two(p.src.get_size()));
  const auto& pool = backward_primitive(p);
  Tensor dx = empty_as(p.src, image, dy.dtype());
  std::shared_ptr<Storage> keep;
  run("avg_pool", pool.primitive, pool.pd.scratchpad_desc(),
      {{DNNL_ARG_DIFF_DST, in_order(dy, dims_of(dy.shape()), pool.pd.diff_dst_desc(), stats().reorders, keep)},
       {DNNL_ARG_DIFF_SRC, memory_of(dx, p.src)}});
  return dx;
}

const bool filled = max_pool_forward.set(Device::cpu, max_forward) &&
                    max_pool_backward.set(Device::cpu, max_backward) &&
                    avg_pool_forward.set(Device::cpu, avg_forward) && avg_pool_backward.set(Device::cpu, avg_backward);

}  // namespace
}  // namespace skew
