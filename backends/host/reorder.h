// Between row_major and channels_last, any number type; counts nothing.
#pragma once
#include "core/tensor.h"

namespace skew {
Tensor reorder_plain(const Tensor& x, const Layout& layout);  // throws DeviceError for opaque orders
}
