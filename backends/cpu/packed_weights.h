// Weights in the order a primitive wants. Trained weights take the forward order over once (adopt_order); every other
// need is met by a packed copy, remembered until the weights are written.
#pragma once
#include "backends/cpu/onednn.h"

namespace skew::onednn {

// If w is a leaf under training in another order than `md`, and md does not pad: w's elements move into md's order,
// for all handles of w. dims: w's shape with groups split off.
void adopt_order(const Tensor& w, const Dims& dims, const Md& md);

// w in md's order: its own memory, or a packed copy kept for as long as w's memory lives unchanged. `keep` holds the
// copy while the caller runs.
dnnl::memory packed_weights(const Tensor& w, const Dims& dims, const Md& md, std::shared_ptr<Storage>& keep);

}  // namespace skew::onednn
