// The way back of every loss: the gradient kept by forward, scaled by the upstream one; and the share of a mask.
#include "losses/kinds/loss_op.h"
#include "backends/host/class_tables.h"
#include "backends/host/host.h"
#include "core/parallel.h"

namespace skew {
namespace {

// g · dy for a scalar dy, an equal shape, or a dy without g's axis 1.
Tensor scaled(const Tensor& g, const Tensor& dy) {
  if (dy.count() == 1 && dy.shape().rank() == 0 && dy.item() == 1) return g;
  return visit_floating(g, "loss", [&](auto zero) {
    using T = decltype(zero);
    Tensor out = Tensor::empty_like(g);
    const Tensor plain = dy.to(Layout{});
    const T *from = g.data<T>(), *factors = plain.data<T>();
    T* to = out.fill<T>();
    const Shape& shape = g.shape();
    const bool scalar = dy.shape().rank() == 0, without_axis = !scalar && dy.shape().rank() < shape.rank();
    const ptrdiff_t classes = without_axis ? shape[1] : 1, inner = without_axis ? shape.count(2, shape.rank()) : 1;
    parallel_for(g.count(), 1 << 16, [&](ptrdiff_t begin, ptrdiff_t end) {
      if (scalar)
        for (ptrdiff_t i = begin; i < end; ++i) to[i] = from[i] * factors[0];
      else
        for (ptrdiff_t i = begin; i < end; ++i) to[i] = from[i] * factors[i / (classes * inner) * inner + i % inner];
    });
    return out;
  });
}

// 1/n of a mask's n elements that count: what makes a sum over them their mean.
Tensor share(const Tensor& mask, DType type) {
  const ptrdiff_t kept =
      visit_elements(mask, [&](auto zero) { return count_kept(mask.data<decltype(zero)>(), mask.count()); });
  return Tensor::full({}, reduction_scale(Reduction::mean, 1, kept), type, mask.device());
}

const bool filled = on_host(scale_saved_gradient, scaled) && on_host(share_of_kept, share);

}  // namespace
}  // namespace skew
