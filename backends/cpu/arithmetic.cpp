// Element-wise functions of two tensors on the cpu. Equal shapes, which share an order, run flat and vectorised; a
// broadcast takes the loop of backends/host (it is small wherever networks use it: a bias, a scale per channel).
#include "ops/arithmetic.h"

#include "backends/cpu/vector/pointwise.h"
#include "backends/host/arithmetic.h"
#include "core/parallel.h"

namespace skew {
namespace {

constexpr ptrdiff_t grain = 1 << 15;

template <class F> const ArithmeticLoops<F>& loops() {
  static const ArithmeticLoops<F> chosen =
      by_isa(isa_baseline::arithmetic_loops<F>, isa_avx2::arithmetic_loops<F>, isa_avx512::arithmetic_loops<F>)();
  return chosen;
}

template <class F> Tensor forward(const Tensor& a, const Tensor& b, const F& f) {
  if (!(a.shape() == b.shape())) return combined<float>(a, b, f);
  Tensor y = Tensor::empty_like(a);
  const float *as = a.data<float>(), *bs = b.data<float>();
  float* ys = y.fill<float>();
  parallel_for(a.count(), grain, [&](ptrdiff_t begin, ptrdiff_t end) {
    loops<F>().forward(as + begin, bs + begin, ys + begin, end - begin, f);
  });
  return y;
}

template <class... F> bool fill(FormulaList<F...>) {
  return (... && arithmetic_forward<F>.set(Device::cpu, forward<F>));
}
const bool filled = fill(ArithmeticFormulas{});

}  // namespace
}  // namespace skew
