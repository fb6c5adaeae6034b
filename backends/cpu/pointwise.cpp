// Element-wise functions on the cpu, of one tensor and of two: vectorised loops (backends/cpu/vector/pointwise.cpp)
// over pieces of 32,768 elements. Two tensors of equal shapes share an order and run flat; a broadcast takes the loop
// of backends/host (it is small wherever networks use it: a bias, a scale per channel).
#include "ops/pointwise.h"

#include "backends/cpu/vector/pointwise.h"
#include "backends/host/arithmetic.h"
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

template <class F> Tensor combine(const Tensor& a, const Tensor& b, const F& f) {
  static const ArithmeticLoops<F> loops =
      by_isa(isa_baseline::arithmetic_loops<F>, isa_avx2::arithmetic_loops<F>, isa_avx512::arithmetic_loops<F>)();
  if (!(a.shape() == b.shape())) return combined<float>(a, b, f);
  Tensor y = Tensor::empty_like(a);
  const float *as = a.data<float>(), *bs = b.data<float>();
  float* ys = y.fill<float>();
  parallel_for(a.count(), grain, [&](ptrdiff_t begin, ptrdiff_t end) {
    loops.forward(as + begin, bs + begin, ys + begin, end - begin, f);
  });
  return y;
}

template <class... F> bool fill_pointwise(FormulaList<F...>) {
  return (... &&
          (pointwise_forward<F>.set(Device::cpu, forward<F>) && pointwise_backward<F>.set(Device::cpu, backward<F>)));
}
template <class... F> bool fill_arithmetic(FormulaList<F...>) {
  return (... && arithmetic_forward<F>.set(Device::cpu, combine<F>));
}
const bool filled = fill_pointwise(PointwiseFormulas{}) && fill_arithmetic(ArithmeticFormulas{});

}  // namespace
}  // namespace skew
