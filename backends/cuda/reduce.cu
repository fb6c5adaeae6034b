// Sums and their kin along the middle of outer × n × inner, their gradients, the largest element, and running sums.
#include "ops/reduce.h"

#include "backends/cuda/each.cuh"
#include "backends/cuda/rows.cuh"
#include "ops/channel_bias.h"
#include "ops/cumsum.h"
#include "ops/max.h"

namespace skew::gpu {
namespace {

// Line k of outer × n × inner: where it begins. Its elements lie `inner` apart.
__device__ ptrdiff_t first_of(const Extents& e, ptrdiff_t k) { return k / e.inner * e.n * e.inner + k % e.inner; }
Neighbours neighbours_in(const Extents& e) { return e.inner > 1 ? Neighbours::lines : Neighbours::terms; }

// finish(line, Σ term(x)).
template <class Term, class Finish>
void sums(const float* xs, const Extents& e, const Term& term, const Finish& finish) {
  reduce(
      "reduce", e.lines(), e.n, neighbours_in(e), 0.0,
      [=] __device__(ptrdiff_t k, ptrdiff_t j) { return term(k, double(xs[first_of(e, k) + j * e.inner])); }, finish);
}

void sum_or_mean(const float* xs, const Extents& e, double divisor, float* ys) {
  sums(
      xs, e, [=] __device__(ptrdiff_t, double x) { return x; },
      [=] __device__(ptrdiff_t k, double sum) { ys[k] = float(sum / divisor); });
}
void variance(const float* xs, const Extents& e, ptrdiff_t correction, float* ys) {
  const Scratch<double> kept(e.lines());
  double* const means = kept.get();
  sums(
      xs, e, [=] __device__(ptrdiff_t, double x) { return x; },
      [=] __device__(ptrdiff_t k, double sum) { means[k] = sum / double(e.n); });
  const double divisor = e.n > correction ? double(e.n - correction) : std::numeric_limits<double>::quiet_NaN();
  sums(
      xs, e, [=] __device__(ptrdiff_t k, double x) { return (x - means[k]) * (x - means[k]); },
      [=] __device__(ptrdiff_t k, double squares) { ys[k] = float(squares / divisor); });
}
void length(const float* xs, const Extents& e, float* ys) {
  sums(
      xs, e, [=] __device__(ptrdiff_t, double x) { return x * x; },
      [=] __device__(ptrdiff_t k, double squares) { ys[k] = float(sqrt(squares)); });
}

// The first NaN, else the largest and the first of equals: what max and logsumexp ask of a line.
struct LargestOrNan {
  Largest largest;
};
__device__ LargestOrNan merged(LargestOrNan a, LargestOrNan b) {
  const bool a_nan = a.largest.value != a.largest.value, b_nan = b.largest.value != b.largest.value;
  if (a_nan && b_nan) return a.largest.at < b.largest.at ? a : b;
  if (a_nan || b_nan) return a_nan ? a : b;
  return {merged(a.largest, b.largest)};
}
template <class Finish> void find_largest(const float* xs, const Extents& e, const Finish& finish) {
  reduce(
      "max", e.lines(), e.n, neighbours_in(e), LargestOrNan{{0, -1}},
      [=] __device__(ptrdiff_t k, ptrdiff_t j) {
        return LargestOrNan{{xs[first_of(e, k) + j * e.inner], j}};
      },
      finish);
}

void log_sum_exp(const float* xs, const Extents& e, float* ys) {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  const Scratch<float> kept(e.lines());
  float* const most = kept.get();
  find_largest(xs, e, [=] __device__(ptrdiff_t k, const LargestOrNan& found) {
    most[k] = found.largest.at < 0 ? -infinity : found.largest.value;
  });
  sums(
      xs, e, [=] __device__(ptrdiff_t k, double x) { return exp(x - double(most[k])); },
      [=] __device__(ptrdiff_t k, double sum) {
        const bool finite = most[k] - most[k] == 0;  // else all −∞, one +∞, or a NaN: the result
        ys[k] = finite ? float(double(most[k]) + log(sum)) : most[k];
      });
}

Tensor forward(const Tensor& x, Statistic statistic, const Extents& e, const Shape& shape, ptrdiff_t correction) {
  Tensor y = Tensor::empty(shape, x.dtype(), x.device());
  const float* const xs = read(x);
  float* const ys = fill(y);
  switch (statistic) {
    case Statistic::sum: sum_or_mean(xs, e, 1, ys); break;
    case Statistic::mean: sum_or_mean(xs, e, double(e.n), ys); break;
    case Statistic::var: variance(xs, e, correction, ys); break;
    case Statistic::norm: length(xs, e, ys); break;
    case Statistic::logsumexp: log_sum_exp(xs, e, ys);
  }
  return y;
}

// dx(o, j, i) = slope(x, y(o, i)) · dy(o, i).
template <class Slope>
void spread(const Extents& e, const float* dys, const float* xs, const float* ys, float* dxs, const Slope& slope) {
  each("reduce", e.outer * e.n * e.inner, [=] __device__(ptrdiff_t at) {
    const ptrdiff_t line = at / (e.n * e.inner) * e.inner + at % e.inner;
    dxs[at] = slope(xs ? xs[at] : 0.f, ys ? ys[line] : 0.f) * dys[line];
  });
}

Tensor backward(const Tensor& dy, const Tensor& x, const Tensor& y, Statistic statistic, const Extents& e,
                const Shape& shape, ptrdiff_t correction) {
  Tensor dx = Tensor::empty(shape, dy.dtype(), dy.device());
  const float *const dys = read(dy), *const xs = read(x), *const ys = read(y);
  float* const dxs = fill(dx);
  const float share = float(1 / double(e.n)), twice = float(2 / double(e.n - correction));
  switch (statistic) {
    case Statistic::sum: spread(e, dys, xs, ys, dxs, [=] __device__(float, float) { return 1.f; }); break;
    case Statistic::mean: spread(e, dys, xs, ys, dxs, [=] __device__(float, float) { return share; }); break;
    case Statistic::var:
      spread(e, dys, xs, ys, dxs, [=] __device__(float v, float mean) { return twice * (v - mean); });
      break;
    case Statistic::norm:
      spread(e, dys, xs, ys, dxs, [=] __device__(float v, float length) { return length == 0 ? 0.f : v / length; });
      break;
    case Statistic::logsumexp:
      spread(e, dys, xs, ys, dxs, [=] __device__(float v, float log_sum) {
        return log_sum == -std::numeric_limits<float>::infinity() ? 0.f : exp(v - log_sum);
      });
  }
  return dx;
}

Tensor argmax(const Tensor& x, const Extents& e, const Shape& shape) {
  Tensor y = Tensor::empty(shape, DType::int64, x.device());
  int64_t* const ys = fill<int64_t>(y);
  find_largest(read(x), e,
               [=] __device__(ptrdiff_t k, const LargestOrNan& found) { ys[k] = int64_t(found.largest.at); });
  return y;
}

// ---- one element of each line
Tensor pick(const Tensor& x, const Tensor& indices, const Extents& e) {
  Tensor y = Tensor::empty(indices.shape(), x.dtype(), x.device());
  const float* const xs = read(x);
  const int64_t* const at = read<int64_t>(indices);
  float* const ys = fill(y);
  each("max", e.lines(), [=] __device__(ptrdiff_t k) { ys[k] = xs[first_of(e, k) + at[k] * e.inner]; });
  return y;
}
Tensor pick_adjoint(const Tensor& dy, const Tensor& indices, const Extents& e, const Shape& x) {
  Tensor dx = Tensor::zeros(x, dy.dtype(), dy.device());
  const float* const dys = read(dy);
  const int64_t* const at = read<int64_t>(indices);
  float* const dxs = fill(dx);
  each("max", e.lines(), [=] __device__(ptrdiff_t k) { dxs[first_of(e, k) + at[k] * e.inner] = dys[k]; });
  return dx;
}

// ---- running sums: each thread of a team adds up its stretch of the line, then runs over it from where the threads
// before it ended
Tensor running_sum(const Tensor& x, const Extents& e, bool reverse) {
  Tensor y = Tensor::empty_like(x);
  const float* const xs = read(x);
  float* const ys = fill(y);
  rows("cumsum", e.lines(), e.n, [=] __device__(const Team& team, ptrdiff_t k) {
    const ptrdiff_t first = first_of(e, k), stretch = (e.n + team.size() - 1) / team.size();
    const ptrdiff_t begin = team.rank() * stretch, end = begin + stretch < e.n ? begin + stretch : e.n;
    const auto at = [&](ptrdiff_t j) { return first + (reverse ? e.n - 1 - j : j) * e.inner; };
    double own = 0;
    for (ptrdiff_t j = begin; j < end; ++j) own += double(xs[at(j)]);
    double sum = team.sum_before(own);
    for (ptrdiff_t j = begin; j < end; ++j) ys[at(j)] = float(sum += double(xs[at(j)]));
  });
  return y;
}

// ---- a number for each channel
Tensor add_bias(const Tensor& x, const Tensor& b) {
  Tensor y = Tensor::empty_like(x);
  const ptrdiff_t channels = x.shape()[1], inner = x.shape().count(2, x.shape().rank());
  const float *const xs = read(x), *const bs = read(b);
  float* const ys = fill(y);
  each("add_channel_bias", x.count(), [=] __device__(ptrdiff_t i) { ys[i] = xs[i] + bs[i / inner % channels]; });
  return y;
}
Tensor sum_channels(const Tensor& x) {
  const ptrdiff_t channels = x.shape()[1], inner = x.shape().count(2, x.shape().rank());
  Tensor y = Tensor::empty({channels}, x.dtype(), x.device());
  const float* const xs = read(x);
  float* const ys = fill(y);
  reduce(
      "sum_to_channels", channels, x.shape()[0] * inner, inner > 1 ? Neighbours::terms : Neighbours::lines, 0.0,
      [=] __device__(ptrdiff_t c, ptrdiff_t j) { return double(xs[(j / inner * channels + c) * inner + j % inner]); },
      [=] __device__(ptrdiff_t c, double sum) { ys[c] = float(sum); });
  return y;
}

const bool filled = on_cuda(reduce_forward, forward) && on_cuda(reduce_backward, backward) &&
                    on_cuda(argmax_forward, argmax) && on_cuda(pick_forward, pick) &&
                    on_cuda(pick_backward, pick_adjoint) && on_cuda(cumsum_forward, running_sum) &&
                    on_cuda(add_channel_bias, add_bias) && on_cuda(sum_to_channels, sum_channels);

}  // namespace
}  // namespace skew::gpu
