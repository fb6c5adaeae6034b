// Changing between the two orders that everybody can read, for every number type. A backend with orders of its own
// replaces the cpu's entry (backends/cpu/reorder.cpp).
#include "backends/host/reorder.h"

#include "backends/host/host.h"
#include "core/memory.h"
#include "core/stats.h"

namespace skew {
namespace {

// One pass over N, C, H·W; `into_nhwc` says in which direction.
template <class T> void turn(const T* from, T* into, const Shape& s, bool into_nhwc) {
  const ptrdiff_t channels = s[1], plane = s[2] * s[3];
  for (ptrdiff_t n = 0; n < s[0]; ++n)
    for (ptrdiff_t c = 0; c < channels; ++c)
      for (ptrdiff_t k = 0; k < plane; ++k) {
        const ptrdiff_t nchw = (n * channels + c) * plane + k, nhwc = (n * plane + k) * channels + c;
        (into_nhwc ? into[nhwc] : into[nchw]) = into_nhwc ? from[nchw] : from[nhwc];
      }
}

}  // namespace

Tensor reorder_plain(const Tensor& x, const Layout& layout) {
  Tensor y = Tensor::empty(x.shape(), x.dtype(), x.device(), layout);
  if (x.layout().kind() == Layout::Kind::opaque || layout.kind() == Layout::Kind::opaque)
    throw DeviceError(
        text("reorder: '", x.device(), "' cannot read the order ", x.layout().name(), " or write ", layout.name()));
  const bool into_nhwc = layout.kind() == Layout::Kind::channels_last;
  visit_elements(x, [&](auto zero) {
    using T = decltype(zero);
    turn(x.data<T>(), y.fill<T>(), x.shape(), into_nhwc);
  });
  return y;
}

namespace {

const bool filled = on_reference(
    reorder, +[](const Tensor& x, const Layout& layout) {
      ++stats().reorders;
      return reorder_plain(x, layout);
    });

}  // namespace
}  // namespace skew
