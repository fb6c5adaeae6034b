// Element-wise functions on the cpu: vectorised loops (backends/cpu/vector/pointwise.cpp) over pieces of 16,384
// elements.
#include "ops/pointwise.h"

#include "backends/cpu/vector/pointwise.h"
#include "core/parallel.h"

namespace skew {
namespace {

constexpr ptrdiff_t grain = 1 << 15;

template <class F> const PointwiseLoops<F>& loops() {
  static const PointwiseLoops<F> chosen =
      by_isa(isa_baseline::pointwise_loops<F>, isa_avx2::pointwise_loops<F>, isa_avx512::pointwise_loops<F>)();
  return chosen;
}

template <class F> Tensor forward(const Tensor& x, const F& f) {
  Tensor y = Tensor::empty_like(x);
  const float* in = x.data<float>();
  float* out = y.fill<float>();
  parallel_for(x.count(), grain,
               [&](ptrdiff_t begin, ptrdiff_t end) { loops<F>().forward(in + begin, out + begin, end - begin, f); });
  return y;
}

template <class F> Tensor backward(const Tensor& dy, const Tensor& x, const F& f) {
  Tensor dx = Tensor::empty_like(x);
  const float *g = dy.data<float>(), *in = x.data<float>();
  float* out = dx.fill<float>();
  parallel_for(x.count(), grain, [&](ptrdiff_t begin, ptrdiff_t end) {
    loops<F>().backward(g + begin, in + begin, out + begin, end - begin, f);
  });
  return dx;
}

template <class... F> bool fill(FormulaList<F...>) {
  return (... &&
          (pointwise_forward<F>.set(Device::cpu, forward<F>) && pointwise_backward<F>.set(Device::cpu, backward<F>)));
}
const bool filled = fill(PointwiseFormulas{});

}  // namespace
}  // namespace skew
