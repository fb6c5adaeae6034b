// Normalising rows: a row is one sample's group of channels. Two passes for the statistics, sums in double.
#include "ops/group_norm.h"

#include "backends/cuda/rows.cuh"

namespace skew::gpu {
namespace {

NormResult forward(const Tensor& x, const Tensor& weight, const Tensor& bias, const NormAxes& a) {
  const ptrdiff_t length = a.channels * a.inner, count = a.samples * a.groups;
  NormResult r{Tensor::empty_like(x), Tensor::empty({count}, x.dtype(), x.device()),
               Tensor::empty({count}, x.dtype(), x.device())};
  const float *const xs = read(x), *const ws = read(weight), *const bs = read(bias);
  float *const ys = fill(r.y), *const means = fill(r.mean), *const rstds = fill(r.rstd);
  rows("group_norm", count, length, [=] __device__(const Team& team, ptrdiff_t row) {
    const float* const from = xs + row * length;
    const double n = double(length);
    const double mean = team.reduce(length, 0.0, [&](ptrdiff_t i) { return double(from[i]); }) / n;
    const double squares =
        team.reduce(length, 0.0, [&](ptrdiff_t i) { return (double(from[i]) - mean) * (double(from[i]) - mean); });
    const float m = float(mean), rstd = float(1 / sqrt(squares / n + a.eps));
    if (team.rank() == 0) {
      means[row] = m;
      rstds[row] = rstd;
    }
    team.each(length, [&](ptrdiff_t i) {
      const ptrdiff_t c = row % a.groups * a.channels + i / a.inner;
      ys[row * length + i] = (from[i] - m) * rstd * (ws ? ws[c] : 1) + (bs ? bs[c] : 0);
    });
  });
  return r;
}

// With h = (x − mean)·rstd and g = dy·weight: dx = rstd·(g − mean(g) − h·mean(g·h)) in every row.
struct RowSums {
  double g, gh;
};
__device__ RowSums merged(RowSums a, RowSums b) { return {a.g + b.g, a.gh + b.gh}; }

void to_input(const float* dys, const float* xs, const float* ws, const float* means, const float* rstds, float* dxs,
              const NormAxes& a) {
  const ptrdiff_t length = a.channels * a.inner;
  rows("group_norm", a.samples * a.groups, length, [=] __device__(const Team& team, ptrdiff_t row) {
    const float mean = means[row], rstd = rstds[row];
    const auto weight = [&](ptrdiff_t i) { return ws ? ws[row % a.groups * a.channels + i / a.inner] : 1; };
    const auto h = [&](ptrdiff_t i) { return (xs[row * length + i] - mean) * rstd; };
    const RowSums sums = team.reduce(length, RowSums{0, 0}, [&](ptrdiff_t i) {
      const double g = double(dys[row * length + i]) * double(weight(i));
      return RowSums{g, g * double(h(i))};
    });
    const float g_mean = float(sums.g / double(length)), gh_mean = float(sums.gh / double(length));
    team.each(length, [&](ptrdiff_t i) {
      dxs[row * length + i] = rstd * (dys[row * length + i] * weight(i) - g_mean - h(i) * gh_mean);
    });
  });
}

// dweight[c] = Σ dy·h and dbias[c] = Σ dy over samples and inner.
void to_affine(const float* dys, const float* xs, const float* means, const float* rstds, float* dws, float* dbs,
               const NormAxes& a) {
  const ptrdiff_t channels = a.groups * a.channels;
  reduce(
      "group_norm", channels, a.samples * a.inner, a.inner > 1 ? Neighbours::terms : Neighbours::lines, RowSums{0, 0},
      [=] __device__(ptrdiff_t c, ptrdiff_t j) {
        const ptrdiff_t sample = j / a.inner, row = sample * a.groups + c / a.channels;
        const ptrdiff_t i = (sample * channels + c) * a.inner + j % a.inner;
        return RowSums{double(dys[i]), double(dys[i]) * double((xs[i] - means[row]) * rstds[row])};
      },
      [=] __device__(ptrdiff_t c, const RowSums& sums) {
        dws[c] = float(sums.gh);
        dbs[c] = float(sums.g);
      });
}

NormGradients backward(const Tensor& dy, const Tensor& x, const Tensor& weight, const NormResult& statistics,
                       const NormAxes& a, bool affine) {
  const float *const dys = read(dy), *const xs = read(x), *const means = read(statistics.mean);
  const float* const rstds = read(statistics.rstd);
  NormGradients g{Tensor::empty_like(x), {}, {}};
  to_input(dys, xs, read(weight), means, rstds, fill(g.dx), a);
  if (!affine) return g;
  g.dweight = Tensor::empty({a.groups * a.channels}, x.dtype(), x.device());
  g.dbias = Tensor::empty_like(g.dweight);
  to_affine(dys, xs, means, rstds, fill(g.dweight), fill(g.dbias), a);
  return g;
}

const bool filled = on_cuda(group_norm_forward, forward) && on_cuda(group_norm_backward, backward);

}  // namespace
}  // namespace skew::gpu
