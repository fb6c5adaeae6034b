// 1/n of a mask's n elements that count: what makes a sum over them their mean.
#include "backends/host/class_tables.h"
#include "backends/host/host.h"

namespace skew {
namespace {

Tensor share(const Tensor& mask, DType type) {
  const ptrdiff_t kept =
      visit_elements(mask, [&](auto zero) { return count_kept(mask.data<decltype(zero)>(), mask.count()); });
  return Tensor::full({}, reduction_scale(Reduction::mean, 1, kept), type, mask.device());
}

const bool filled = on_host(share_of_kept, share);

}  // namespace
}  // namespace skew
