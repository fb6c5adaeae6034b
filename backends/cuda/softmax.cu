// Softmax of lines, and its way back. Sums are held in double.
#include "ops/softmax.h"

#include "backends/cuda/rows.cuh"

namespace skew::gpu {
namespace {

// y = exp(x − m) / Σ exp(x − m), m the largest of the line; its logarithm with `log`.
Tensor forward(const Tensor& x, const Extents& e, bool log_of_it) {
  Tensor y = Tensor::empty_like(x);
  const float* const xs = read(x);
  float* const ys = fill(y);
  rows("softmax", e.lines(), e.n, [=] __device__(const Team& team, ptrdiff_t k) {
    const ptrdiff_t first = k / e.inner * e.n * e.inner + k % e.inner;
    const auto at = [&](ptrdiff_t j) { return xs[first + j * e.inner]; };
    const float most = team.reduce(e.n, Largest{0, -1}, [&](ptrdiff_t j) { return Largest{at(j), j}; }).value;
    const double sum = team.reduce(e.n, 0.0, [&](ptrdiff_t j) { return double(exp(at(j) - most)); });
    const float scale = float(1 / sum), log_sum = float(log(sum));
    team.each(e.n, [&](ptrdiff_t j) {
      ys[first + j * e.inner] = log_of_it ? at(j) - most - log_sum : exp(at(j) - most) * scale;
    });
  });
  return y;
}

// softmax: dx = y (dy − Σ y dy); log_softmax: dx = dy − exp(y) Σ dy.
Tensor backward(const Tensor& dy, const Tensor& y, const Extents& e, bool log_of_it) {
  Tensor dx = Tensor::empty_like(dy);
  const float *const dys = read(dy), *const ys = read(y);
  float* const dxs = fill(dx);
  rows("softmax", e.lines(), e.n, [=] __device__(const Team& team, ptrdiff_t k) {
    const ptrdiff_t first = k / e.inner * e.n * e.inner + k % e.inner;
    const double sum = team.reduce(e.n, 0.0, [&](ptrdiff_t j) {
      const ptrdiff_t at = first + j * e.inner;
      return double(dys[at]) * (log_of_it ? 1 : double(ys[at]));
    });
    team.each(e.n, [&](ptrdiff_t j) {
      const ptrdiff_t at = first + j * e.inner;
      dxs[at] = log_of_it ? dys[at] - exp(ys[at]) * float(sum) : ys[at] * float(double(dys[at]) - sum);
    });
  });
  return dx;
}

const bool filled = on_cuda(softmax_forward, forward) && on_cuda(softmax_backward, backward);

}  // namespace
}  // namespace skew::gpu
