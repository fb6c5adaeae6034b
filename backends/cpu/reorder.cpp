// The cpu's reorder: oneDNN between its own orders and the plain ones, the host's loop for the other number types.
#include "backends/host/reorder.h"
#include "backends/cpu/onednn.h"
#include "core/memory.h"

namespace skew {
namespace {

using namespace onednn;

// A blocked order may have split groups off the first axis; the plain partner is split the same way.
Dims common_dims(const Tensor& x, const Layout& layout) {
  for (const Layout* l : {&x.layout(), &layout})
    if (l->kind() == Layout::Kind::opaque) return dims_of(static_cast<const BlockedLayout*>(l->order())->md);
  return dims_of(x.shape());
}

Tensor change(const Tensor& x, const Layout& layout) {
  ++stats().reorders;
  if (x.dtype() != DType::float32) return reorder_plain(x, layout);
  Tensor y = Tensor::empty(x.shape(), x.dtype(), x.device(), layout);
  if (x.count() == 0) return y;
  const Dims dims = common_dims(x, layout);
  reorder_into(memory_of(x, md_of(x, dims)), memory_of(y, md_of(y, dims)));
  return y;
}

bool declare() {
  device_facts[size_t(Device::cpu)].row_major_only = false;  // oneDNN reads its own orders and both of ours
  return reorder.set(Device::cpu, change);
}
const bool filled = declare();

}  // namespace
}  // namespace skew
