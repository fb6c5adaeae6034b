// One pass over memory; any number of threads draws the same bits, because each element knows its place.
#include "ops/dropout.h"

#include "backends/host/host.h"
#include "core/parallel.h"
#include "core/random.h"

namespace skew {
namespace {

Tensor forward(const Tensor& x, const DropoutArgs& args) {
  return visit_floating(x, "dropout", [&](auto zero) {
    using T = decltype(zero);
    Tensor y = Tensor::empty_like(x);
    const T* xs = x.data<T>();
    T* ys = y.fill<T>();
    const T scale = T(1 / (1 - args.rate));
    parallel_for(x.count(), 1 << 12, [&](ptrdiff_t begin, ptrdiff_t end) {
      for (ptrdiff_t i = begin; i < end; ++i) {
        const float u = philox_uniform(args.seed, args.stream, args.position + uint64_t(i));
        ys[i] = double(u) >= args.rate ? xs[i] * scale : T(0);
      }
    });
    return y;
  });
}

const bool filled = on_host(dropout_forward, forward);

}  // namespace
}  // namespace skew
