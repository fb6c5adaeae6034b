// A loss examined from outside: derivatives against finite differences, float against double, logits at the ends of
// the number type. What `skew loss check` prints; works for every row of the table of losses, also one added today.
#pragma once
#include <string>
#include <vector>

#include "core/dtype.h"
#include "losses/table/loss_table.h"

namespace skew::lab {

// Why a loss has no value at a single logit (it couples the classes of a row); empty if it has one.
std::string why_no_point(const AnyLoss& loss);

struct LossCheck {
  std::string loss;
  DType dtype;
  ptrdiff_t derivatives = 0;  // compared
  ptrdiff_t kinks = 0;        // of them at a kink: analytic agrees with the slope on one side
  // Worst errors, of which 1 is allowed. float64: of ∂ℓ/∂x and ∂²ℓ/∂x² against differences, 1e-8 + 1e-6·|slope|.
  // float32: of value and ∂ℓ/∂x against float64, 1e-5 of the largest.
  double slope_error = 0, curvature_error = 0;
  // ℓ at x = −100 and 100 for labels 0 and 1; NaN for losses without a value at a single logit.
  double low[2], high[2];
  std::vector<std::string> faults;  // what is wrong, with the place; empty is well
};

// Checks the loss as it is made without parameters, except that gradients flow through a focusing weight where a switch
// `detach_focus` exists: finite differences see that path. dtype: float64 on the reference, float32 on the cpu.
LossCheck check_loss(const std::string& name, DType dtype);

}  // namespace skew::lab
