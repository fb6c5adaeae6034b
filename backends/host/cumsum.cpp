// Running sums line by line, held in double, from either end.
// Lines are those of backends/host/lines.h.
#include "ops/cumsum.h"

#include "backends/host/host.h"
#include "backends/host/lines.h"

namespace skew {
namespace {

Tensor running(const Tensor& x, const Extents& e, bool reverse) {
  return visit_floating(x, "cumsum", [&](auto zero) {
    using T = decltype(zero);
    Tensor y = Tensor::empty_like(x);
    const T* xs = x.data<T>();
    T* ys = y.fill<T>();
    each_line(e, 1 << 14, [&](ptrdiff_t, ptrdiff_t first) {
      double sum = 0;
      for (ptrdiff_t j = 0; j < e.n; ++j) {
        const ptrdiff_t at = first + (reverse ? e.n - 1 - j : j) * e.inner;
        ys[at] = T(sum += double(xs[at]));
      }
    });
    return y;
  });
}

const bool filled = on_host(cumsum_forward, running);

}  // namespace
}  // namespace skew
