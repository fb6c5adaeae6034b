// Batch normalisation, in both orders of memory: the statistics of each channel in one pass, then the affine map; the
// way back sums twice and maps once. Twin: backends/reference/batch_norm.cpp.
#include "ops/batch_norm.h"

#include "backends/cuda/each.cuh"
#include "backends/cuda/reduce.cuh"

namespace skew::gpu {
namespace {

// x (N, C, …) as channels with `terms` elements each.
struct Channels {
  ptrdiff_t channels, inner, terms;  // inner: elements of one channel that lie side by side

  explicit Channels(const Tensor& x) : channels(x.shape()[1]) {
    const bool last = x.layout().kind() == Layout::Kind::channels_last;
    inner = last ? 1 : x.shape().count(2, x.shape().rank());
    terms = channels ? x.count() / channels : 0;
  }
  Neighbours neighbours() const { return inner == 1 ? Neighbours::lines : Neighbours::terms; }
  __device__ ptrdiff_t at(ptrdiff_t c, ptrdiff_t j) const {
    return inner == 1 ? j * channels + c : (j / inner * channels + c) * inner + j % inner;
  }
  __device__ ptrdiff_t of(ptrdiff_t i) const { return inner == 1 ? i % channels : i / inner % channels; }
};

// Two sums of a channel.
struct Sums {
  double first, second;
};
__device__ Sums merged(Sums a, Sums b) { return {a.first + b.first, a.second + b.second}; }

// Mean and biased variance of each channel, from Σ(x − o) and Σ(x − o)²: o is the channel's first element, so that a
// mean far above the spread does no harm.
void find_statistics(const Tensor& x, float* means, float* variances) {
  const Channels channels(x);
  const float* const xs = read(x);
  reduce(
      "batch_norm", channels.channels, channels.terms, channels.neighbours(), Sums{0, 0},
      [=] __device__(ptrdiff_t c, ptrdiff_t j) {
        const double d = double(xs[channels.at(c, j)]) - double(xs[channels.at(c, 0)]);
        return Sums{d, d * d};
      },
      [=] __device__(ptrdiff_t c, const Sums& s) {
        if (channels.terms == 0) return;
        const double n = double(channels.terms), mean = s.first / n, variance = s.second / n - mean * mean;
        means[c] = float(double(xs[channels.at(c, 0)]) + mean);
        variances[c] = float(variance < 0 ? 0 : variance);  // rounding may go below 0; a NaN stays one
      });
}

BatchNormResult forward(const Tensor& x, const Tensor& weight, const Tensor& bias, const Tensor& running_mean,
                        const Tensor& running_var, const BatchNormArgs& args, bool) {
  BatchNormResult r{Tensor::empty_like(x), running_mean, running_var, {}};
  const Channels channels(x);
  if (args.training) {
    r.mean = Tensor::empty({channels.channels}, x.dtype(), x.device());
    r.variance = Tensor::empty_like(r.mean);
    find_statistics(x, fill(r.mean), fill(r.variance));
  }
  const float *const xs = read(x), *const means = read(r.mean), *const variances = read(r.variance);
  const float *const weights = read(weight), *const biases = read(bias);
  float* const ys = fill(r.y);
  const bool relu = args.relu;
  const float eps = float(args.eps);
  each("batch_norm", x.count(), [=] __device__(ptrdiff_t i) {
    const ptrdiff_t c = channels.of(i);
    const float scale = (weights ? weights[c] : 1) / sqrt(variances[c] + eps);
    const float y = (xs[i] - means[c]) * scale + (biases ? biases[c] : 0);
    ys[i] = relu && y <= 0 ? 0 : y;  // a NaN stays one
  });
  return r;
}

// With g = dy where relu let through and h = (x − mean)/√(variance + eps):
// dweight = Σ g·h, dbias = Σ g, dx = weight/√(variance + eps) · (g − mean(g) − h·mean(g·h)).
BatchNormGradients backward(const Tensor& upstream, const Tensor& x, const Tensor& y, const Tensor& weight,
                            const BatchNormResult& statistics, const BatchNormArgs& args) {
  const Tensor dy = upstream.to(x.layout()), mask = args.relu ? y.to(x.layout()) : Tensor();
  const Channels channels(x);
  BatchNormGradients r{Tensor::empty_like(x), Tensor::empty({channels.channels}, x.dtype(), x.device()), {}};
  r.dbias = Tensor::empty_like(r.dweight);
  const Scratch<Sums> kept(channels.channels);
  Sums* const sums = kept.get();
  const float *const xs = read(x), *const dys = read(dy), *const ys = read(mask), *const weights = read(weight);
  const float *const means = read(statistics.mean), *const variances = read(statistics.variance);
  float *const dxs = fill(r.dx), *const dws = fill(r.dweight), *const dbs = fill(r.dbias);
  const float eps = float(args.eps);
  const auto g = [=] __device__(ptrdiff_t i) { return ys && ys[i] <= 0 ? 0.f : dys[i]; };
  const auto h = [=] __device__(ptrdiff_t i, ptrdiff_t c) { return (xs[i] - means[c]) / sqrt(variances[c] + eps); };
  reduce(
      "batch_norm", channels.channels, channels.terms, channels.neighbours(), Sums{0, 0},
      [=] __device__(ptrdiff_t c, ptrdiff_t j) {
        const ptrdiff_t i = channels.at(c, j);
        return Sums{double(g(i)), double(g(i)) * double(h(i, c))};
      },
      [=] __device__(ptrdiff_t c, const Sums& s) {
        sums[c] = s;
        dbs[c] = float(s.first);
        dws[c] = float(s.second);
      });
  const bool training = args.training;
  const double n = double(channels.terms);
  each("batch_norm", x.count(), [=] __device__(ptrdiff_t i) {
    const ptrdiff_t c = channels.of(i);
    const float scale = (weights ? weights[c] : 1) / sqrt(variances[c] + eps);
    const float mean_g = float(sums[c].first / n), mean_gh = float(sums[c].second / n);
    dxs[i] = scale * (training ? g(i) - mean_g - h(i, c) * mean_gh : g(i));
  });
  return r;
}

const bool filled = on_cuda(batch_norm_forward, forward) && on_cuda(batch_norm_backward, backward);

}  // namespace
}  // namespace skew::gpu
