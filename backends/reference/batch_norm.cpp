// Batch normalisation channel by channel: mean, then variance around it, then the affine map. The way back is the
// derivative of exactly that; in evaluation the statistics are constants and the two means fall away.
#include "ops/batch_norm.h"

#include <cmath>

#include "backends/host/host.h"
#include "core/parallel.h"

namespace skew {
namespace {

// x as (N, C, inner): calls f(i) for every element of channel c.
template <class F> void elements(const Shape& x, ptrdiff_t c, F f) {
  const ptrdiff_t inner = x.count(2, x.rank());
  for (ptrdiff_t n = 0; n < x[0]; ++n)
    for (ptrdiff_t i = (n * x[1] + c) * inner; i < (n * x[1] + c + 1) * inner; ++i) f(i);
}

template <class F> void each_channel(const Shape& x, F f) {
  parallel_for(x[1], 1, [&](ptrdiff_t begin, ptrdiff_t end) {
    for (ptrdiff_t c = begin; c < end; ++c) f(c);
  });
}

// The batch's mean and biased variance.
template <class T> void statistics(const Tensor& x, Tensor& mean, Tensor& variance) {
  const double n = double(x.count() / x.shape()[1]);
  const T* xs = x.data<T>();
  T *means = mean.fill<T>(), *variances = variance.fill<T>();
  each_channel(x.shape(), [&](ptrdiff_t c) {
    double sum = 0, squares = 0;
    elements(x.shape(), c, [&](ptrdiff_t i) { sum += double(xs[i]); });
    elements(x.shape(), c, [&](ptrdiff_t i) { squares += (double(xs[i]) - sum / n) * (double(xs[i]) - sum / n); });
    means[c] = T(sum / n), variances[c] = T(squares / n);
  });
}

BatchNormResult forward(const Tensor& input, const Tensor& weight, const Tensor& bias, const Tensor& running_mean,
                        const Tensor& running_var, const BatchNormArgs& args, bool) {
  const Tensor x = input.to(Layout{});
  return visit_floating(x, "batch_norm", [&](auto zero) {
    using T = decltype(zero);
    BatchNormResult r{Tensor::empty_like(x), running_mean, running_var, {}};
    if (args.training) {
      r.mean = Tensor::empty({x.shape()[1]}, x.dtype(), x.device()), r.variance = Tensor::empty_like(r.mean);
      statistics<T>(x, r.mean, r.variance);
    }
    const T *xs = x.data<T>(), *means = r.mean.template data<T>(), *variances = r.variance.template data<T>();
    const T *weights = data_if<T>(weight), *biases = data_if<T>(bias);
    T* ys = r.y.template fill<T>();
    each_channel(x.shape(), [&](ptrdiff_t c) {
      const double mean = double(means[c]), bias = biases ? double(biases[c]) : 0;
      const double scale = (weights ? double(weights[c]) : 1) / std::sqrt(double(variances[c]) + args.eps);
      elements(x.shape(), c, [&](ptrdiff_t i) {
        const T y = T((double(xs[i]) - mean) * scale + bias);
        ys[i] = args.relu && y <= 0 ? T(0) : y;  // a NaN stays one
      });
    });
    return r;
  });
}

// With g = dy where relu let through and h = (x − mean)/√(variance + eps):
// dweight = Σ g·h, dbias = Σ g, dx = weight/√(variance + eps) · (g − mean(g) − h·mean(g·h)).
BatchNormGradients backward(const Tensor& upstream, const Tensor& input, const Tensor& y, const Tensor& weight,
                            const BatchNormResult& statistics, const BatchNormArgs& args) {
  const Tensor x = input.to(Layout{}), dy = upstream.to(Layout{}), mask = args.relu ? y.to(Layout{}) : Tensor();
  return visit_floating(x, "batch_norm", [&](auto zero) {
    using T = decltype(zero);
    BatchNormGradients r{Tensor::empty_like(x), Tensor::empty({x.shape()[1]}, x.dtype(), x.device()), {}};
    r.dbias = Tensor::empty_like(r.dweight);
    const T *xs = x.data<T>(), *dys = dy.data<T>(), *ys = args.relu ? mask.data<T>() : nullptr;
    const T *means = statistics.mean.data<T>(), *variances = statistics.variance.data<T>();
    const T* weights = data_if<T>(weight);
    T *dxs = r.dx.template fill<T>(), *dws = r.dweight.template fill<T>(), *dbs = r.dbias.template fill<T>();
    const double n = double(x.count()) / double(std::max<ptrdiff_t>(x.shape()[1], 1));
    each_channel(x.shape(), [&](ptrdiff_t c) {
      const double rstd = 1 / std::sqrt(double(variances[c]) + args.eps);
      auto g = [&](ptrdiff_t i) { return ys && ys[i] <= 0 ? 0. : double(dys[i]); };
      auto h = [&](ptrdiff_t i) { return (double(xs[i]) - double(means[c])) * rstd; };
      double sum = 0, dot = 0;
      elements(x.shape(), c, [&](ptrdiff_t i) { sum += g(i), dot += g(i) * h(i); });
      dbs[c] = T(sum), dws[c] = T(dot);
      const double scale = rstd * (weights ? double(weights[c]) : 1);
      elements(x.shape(), c,
               [&](ptrdiff_t i) { dxs[i] = T(scale * (args.training ? g(i) - sum / n - h(i) * dot / n : g(i))); });
    });
    return r;
  });
}

const bool filled = on_reference(batch_norm_forward, forward) && on_reference(batch_norm_backward, backward);

}  // namespace
}  // namespace skew
