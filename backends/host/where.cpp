// A choice per element, for any number type of the condition.
// Broadcasting happens before: ops/where.cpp.
#include "ops/where.h"

#include "backends/host/host.h"
#include "core/parallel.h"

namespace skew {
namespace {

Tensor choose(const Tensor& condition, const Tensor& a, const Tensor& b) {
  return visit_floating(a, "where", [&](auto zero) {
    using T = decltype(zero);
    Tensor y = Tensor::empty(a.shape(), a.dtype(), a.device());
    const T *as = a.data<T>(), *bs = b.data<T>();
    T* ys = y.fill<T>();
    visit_elements(condition, [&](auto none) {
      const auto* cs = condition.data<decltype(none)>();
      parallel_for(y.count(), 1 << 15, [&](ptrdiff_t begin, ptrdiff_t end) {
        for (ptrdiff_t i = begin; i < end; ++i) ys[i] = cs[i] != none ? as[i] : bs[i];
      });
    });
    return y;
  });
}

const bool filled = on_host(where_forward, choose);

}  // namespace
}  // namespace skew
