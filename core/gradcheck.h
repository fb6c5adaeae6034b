// Gradients checked rather than believed: analytic against central differences, in double on the reference.
#pragma once
#include <functional>
#include <string>

#include "core/tensor.h"

namespace skew {

struct GradcheckReport {
  bool ok = true;
  double worst = 0;  // largest |analytic − numeric| / (1e-8 + 1e-6·|numeric|); ok means ≤ 1
  ptrdiff_t checked = 0;
  std::string where;  // "x[17]: analytic …, numeric …" of the worst element
};

// Checks Σ dy·f(inputs) for a fixed random dy against every element of every input that requires a gradient.
// `names` label the inputs in the report. Inputs are float64 on the reference; they are changed and changed back.
GradcheckReport gradcheck(const std::function<Tensor(const Tensors&)>& f, Tensors inputs,
                          const std::vector<std::string>& names);

}  // namespace skew
