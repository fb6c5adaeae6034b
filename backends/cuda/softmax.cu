// Softmax of lines, and its way back. Sums are held in double.
#include "ops/softmax.h"

#include "backends/cuda/rows.cuh"

namespace skew::gpu {
namespace {

// y = exp(x − m) / Σ exp(x − m), m the largest of the line; its logarithm with `log_of_it`. (Two kernels: of both ways
// in one, nvcc keeps more than there are registers for.)
template <bool log_of_it> void forward_lines(const Extents& e, const float* xs, float* ys) {
  const ptrdiff_t inner = e.inner, n = e.n;
  rows("softmax", e.lines(), n, [=] __device__(const Team& team, ptrdiff_t k) {
    const ptrdiff_t first = k / inner * n * inner + k % inner;
    const float* const x = xs + first;
    float* const y = ys + first;
    const float most = team.reduce(n, Largest{0, -1}, [&](ptrdiff_t j) { return Largest{x[j * inner], j}; }).value;
    const double sum = team.reduce(n, 0.0, [&](ptrdiff_t j) { return double(exp(x[j * inner] - most)); });
    const float of_sum = float(log_of_it ? log(sum) : 1 / sum);
    team.each(n, [&](ptrdiff_t j) {
      const float above = x[j * inner] - most;
      y[j * inner] = log_of_it ? above - of_sum : exp(above) * of_sum;
    });
  });
}
Tensor forward(const Tensor& x, const Extents& e, bool log_of_it) {
  Tensor y = Tensor::empty_like(x);
  if (log_of_it) forward_lines<true>(e, read(x), fill(y));
  else forward_lines<false>(e, read(x), fill(y));
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
