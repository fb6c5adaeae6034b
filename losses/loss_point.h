// A pointwise loss at one logit, as people look at it: AnyLoss::at (loss_table.h) makes it, apps/loss_lab/ studies it.
#pragma once

namespace skew {

struct LossPoint { double value, dx, d2x; };  // ℓ, ∂ℓ/∂x, ∂²ℓ/∂x², x the logit

}  // namespace skew
