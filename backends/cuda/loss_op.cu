// The way back of every loss: the gradient kept by forward, scaled by the upstream one; and the share of a mask.
#include "losses/kinds/loss_op.h"

#include "backends/cuda/each.cuh"
#include "backends/cuda/loss.cuh"

namespace skew::gpu {
namespace {

// g · dy for a scalar dy, an equal shape, or a dy without g's axis 1. A scalar 1 is multiplied too: to know that it is
// 1 the host would have to wait.
Tensor scaled(const Tensor& g, const Tensor& dy) {
  Tensor out = Tensor::empty_like(g);
  const Tensor plain = dy.to(Layout{});
  const Shape& shape = g.shape();
  const bool scalar = dy.shape().rank() == 0, without_axis = !scalar && dy.shape().rank() < shape.rank();
  const ptrdiff_t classes = without_axis ? shape[1] : 1, inner = without_axis ? shape.count(2, shape.rank()) : 1;
  const float *const from = read(g), *const factors = read(plain);
  float* const to = fill(out);
  each("loss", g.count(), [=] __device__(ptrdiff_t i) {
    to[i] = from[i] * factors[scalar ? 0 : i / (classes * inner) * inner + i % inner];
  });
  return out;
}

// 1/n of a mask's n elements that count: what makes a sum over them their mean.
template <class M> void share_as(const Tensor& mask, const Tensor& share) {
  const M* const counts = read<M>(mask);
  float* const to = fill(share);
  reduce(
      "share_of_kept", 1, mask.count(), Neighbours::terms, 0.0,
      [=] __device__(ptrdiff_t, ptrdiff_t i) { return counts[i] != M(0) ? 1.0 : 0.0; },
      [=] __device__(ptrdiff_t, double kept) { *to = float(kept > 0 ? 1 / kept : 0); });
}
Tensor share(const Tensor& mask, DType type) {
  Tensor s = Tensor::empty({}, type, mask.device());
  visit(mask.dtype(), [&](auto zero) { share_as<decltype(zero)>(mask, s); });
  return s;
}

const bool filled = on_cuda(scale_saved_gradient, scaled) && on_cuda(share_of_kept, share);

}  // namespace
}  // namespace skew::gpu
