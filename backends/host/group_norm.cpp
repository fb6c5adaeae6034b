// Normalising rows: a row is one sample's group of channels. Two passes for the statistics (the mean, then the squares
// around it), sums in double over eight lanes, so a mean far above the spread does no harm. Sums over samples run per
// block of channels; neither depends on the number of threads.
#include "ops/group_norm.h"

#include <algorithm>
#include <cmath>

#include "backends/host/host.h"
#include "core/parallel.h"

namespace skew {
namespace {

// Σ f(i) over [0, n); eight independent sums keep the adders busy.
template <class F> double sum(ptrdiff_t n, F f) {
  double lane[8] = {};
  ptrdiff_t i = 0;
  for (; i + 8 <= n; i += 8)
    for (ptrdiff_t k = 0; k < 8; ++k) lane[k] += f(i + k);
  for (; i < n; ++i) lane[0] += f(i);
  return ((lane[0] + lane[1]) + (lane[2] + lane[3])) + ((lane[4] + lane[5]) + (lane[6] + lane[7]));
}

// Calls f(row, group) for all rows.
template <class F> void each_row(const NormAxes& a, F f) {
  const ptrdiff_t length = std::max<ptrdiff_t>(1, a.channels * a.inner);
  parallel_for(a.samples * a.groups, (1 << 14) / length, [&](ptrdiff_t begin, ptrdiff_t end) {
    for (ptrdiff_t row = begin; row < end; ++row) f(row, row % a.groups);
  });
}

// Calls f(at, n, weight) for each stretch [at, at + n) of a row; weight(i) is the weight of its element i.
// With inner = 1 the whole row is one stretch of channels, otherwise each channel is one with a single weight.
template <class T, class F> void stretches(const NormAxes& a, const T* weights, T otherwise, F f) {
  if (!weights) return f(0, a.channels * a.inner, [=](ptrdiff_t) { return otherwise; });
  if (a.inner == 1) return f(0, a.channels, [=](ptrdiff_t i) { return weights[i]; });
  for (ptrdiff_t c = 0; c < a.channels; ++c) f(c * a.inner, a.inner, [w = weights[c]](ptrdiff_t) { return w; });
}

NormResult forward(const Tensor& x, const Tensor& weight, const Tensor& bias, const NormAxes& a) {
  return visit_floating(x, "group_norm", [&](auto zero) {
    using T = decltype(zero);
    const ptrdiff_t length = a.channels * a.inner;
    NormResult r{Tensor::empty_like(x), Tensor::empty({a.samples * a.groups}, x.dtype(), x.device()), {}};
    r.rstd = Tensor::empty_like(r.mean);
    const T *ws = data_if<T>(weight), *bs = data_if<T>(bias);
    const T* xs = x.data<T>();
    T *ys = r.y.template fill<T>(), *means = r.mean.template fill<T>(), *rstds = r.rstd.template fill<T>();
    each_row(a, [&](ptrdiff_t row, ptrdiff_t group) {
      const T* from = xs + row * length;
      T* into = ys + row * length;
      const double mean = sum(length, [&](ptrdiff_t i) { return double(from[i]); }) / double(length);
      const double squares =
          sum(length, [&](ptrdiff_t i) { return (double(from[i]) - mean) * (double(from[i]) - mean); });
      const T m = means[row] = T(mean), rstd = rstds[row] = T(1 / std::sqrt(squares / double(length) + a.eps));
      stretches(a, ws ? ws + group * a.channels : nullptr, T(1), [&](ptrdiff_t at, ptrdiff_t n, auto w) {
        for (ptrdiff_t i = 0; i < n; ++i) into[at + i] = (from[at + i] - m) * rstd * w(i);
      });
      if (bs)
        stretches(a, bs + group * a.channels, T(0), [&](ptrdiff_t at, ptrdiff_t n, auto b) {
          for (ptrdiff_t i = 0; i < n; ++i) into[at + i] += b(i);
        });
    });
    return r;
  });
}

// With h = (x − mean)·rstd and g = dy·weight: dx = rstd·(g − mean(g) − h·mean(g·h)) in every row.
template <class T>
void to_input(const T* dys, const T* xs, const T* ws, const T* means, const T* rstds, T* dxs, const NormAxes& a) {
  const ptrdiff_t length = a.channels * a.inner;
  each_row(a, [&](ptrdiff_t row, ptrdiff_t group) {
    const T *dy = dys + row * length, *x = xs + row * length, *w = ws ? ws + group * a.channels : nullptr;
    T* dx = dxs + row * length;
    const T mean = means[row], rstd = rstds[row];
    double g_sum = 0, gh_sum = 0;
    stretches(a, w, T(1), [&](ptrdiff_t at, ptrdiff_t n, auto weight) {
      auto g = [&](ptrdiff_t i) { return double(dy[at + i]) * double(weight(i)); };
      g_sum += sum(n, g);
      gh_sum += sum(n, [&](ptrdiff_t i) { return g(i) * double((x[at + i] - mean) * rstd); });
    });
    const T g_mean = T(g_sum / double(length)), gh_mean = T(gh_sum / double(length));
    stretches(a, w, T(1), [&](ptrdiff_t at, ptrdiff_t n, auto weight) {
      for (ptrdiff_t i = at; i < at + n; ++i)
        dx[i] = rstd * (dy[i] * weight(i - at) - g_mean - (x[i] - mean) * rstd * gh_mean);
    });
  });
}

// dweight[c] = Σ dy·h and dbias[c] = Σ dy over samples and inner, a block of channels at a time.
template <class T>
void to_affine(const T* dys, const T* xs, const T* means, const T* rstds, T* dws, T* dbs, const NormAxes& a) {
  constexpr ptrdiff_t block = 64;
  const ptrdiff_t blocks = (a.channels + block - 1) / block;
  parallel_for(a.groups * blocks, 1, [&](ptrdiff_t first, ptrdiff_t last) {
    for (ptrdiff_t task = first; task < last; ++task) {
      const ptrdiff_t group = task / blocks, begin = task % blocks * block, n = std::min(block, a.channels - begin);
      double dw[block] = {}, db[block] = {};
      for (ptrdiff_t sample = 0; sample < a.samples; ++sample) {
        const ptrdiff_t row = sample * a.groups + group;
        const T *dy = dys + (row * a.channels + begin) * a.inner, *x = xs + (row * a.channels + begin) * a.inner;
        const T mean = means[row], rstd = rstds[row];
        auto h = [&](ptrdiff_t i) { return double((x[i] - mean) * rstd); };
        if (a.inner == 1) {
          for (ptrdiff_t c = 0; c < n; ++c) dw[c] += double(dy[c]) * h(c), db[c] += double(dy[c]);
          continue;
        }
        for (ptrdiff_t c = 0; c < n; ++c) {
          const ptrdiff_t at = c * a.inner;
          dw[c] += sum(a.inner, [&](ptrdiff_t i) { return double(dy[at + i]) * h(at + i); });
          db[c] += sum(a.inner, [&](ptrdiff_t i) { return double(dy[at + i]); });
        }
      }
      for (ptrdiff_t c = 0; c < n; ++c)
        dws[group * a.channels + begin + c] = T(dw[c]), dbs[group * a.channels + begin + c] = T(db[c]);
    }
  });
}

NormGradients backward(const Tensor& dy, const Tensor& x, const Tensor& weight, const NormResult& statistics,
                       const NormAxes& a, bool affine) {
  return visit_floating(x, "group_norm", [&](auto zero) {
    using T = decltype(zero);
    const T *dys = dy.data<T>(), *xs = x.data<T>(), *ws = data_if<T>(weight);
    const T *means = statistics.mean.data<T>(), *rstds = statistics.rstd.data<T>();
    NormGradients g{Tensor::empty_like(x), {}, {}};
    to_input<T>(dys, xs, ws, means, rstds, g.dx.template fill<T>(), a);
    if (!affine) return g;
    g.dweight = Tensor::empty({a.groups * a.channels}, x.dtype(), x.device()), g.dbias = Tensor::empty_like(g.dweight);
    to_affine<T>(dys, xs, means, rstds, g.dweight.template fill<T>(), g.dbias.template fill<T>(), a);
    return g;
  });
}

const bool filled = on_host(group_norm_forward, forward) && on_host(group_norm_backward, backward);

}  // namespace
}  // namespace skew
