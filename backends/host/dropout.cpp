// Masking by counter: each thread computes the random words of its own elements.
// The stream: core/random.h.
#include "ops/dropout.h"

#include "backends/host/host.h"
#include "core/parallel.h"
#include "core/random.h"

namespace skew {
namespace {

Tensor apply_mask(const Tensor& x, const DropoutDraw& draw) {
  return visit_floating(x, "dropout", [&](auto zero) {
    using T = decltype(zero);
    Tensor y = Tensor::empty_like(x);
    const T *xs = x.data<T>(), scale = T(draw.rate < 1 ? 1 / (1 - draw.rate) : 0);
    const float rate = float(draw.rate);
    T* ys = y.fill<T>();
    parallel_for(x.count(), 1 << 12, [&](ptrdiff_t begin, ptrdiff_t end) {
      uint64_t word = draw.offset + uint64_t(begin);
      std::array<uint32_t, 4> words = philox(draw.seed, draw.stream, word / 4);
      for (ptrdiff_t i = begin; i < end; ++i, ++word) {
        if (word % 4 == 0) words = philox(draw.seed, draw.stream, word / 4);  // one block gives four words
        const float u = float(words[word % 4] >> 8) * 0x1p-24f;               // philox_uniform(seed, stream, word)
        ys[i] = u >= rate ? xs[i] * scale : zero;
      }
    });
    return y;
  });
}

const bool filled = on_host(dropout_forward, apply_mask);

}  // namespace
}  // namespace skew
