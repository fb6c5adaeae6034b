// Where the first NaN or infinity is; whether there is one at all is a kernel's to say.
#include "core/nonfinite.h"

#include <algorithm>
#include <cmath>

#include "core/memory.h"
#include "core/op.h"

namespace skew {

bool all_finite(Inputs tensors) {
  Tensors floating;
  for (const Tensor& t : tensors)
    if (t.defined() && is_floating(t.dtype())) floating.push_back(t);
  return floating.empty() || all_elements_finite(floating[0].device(), floating);
}

bool all_finite(const Tensor& t) {
  return !t.defined() || !is_floating(t.dtype()) || all_elements_finite(t.device(), Inputs(&t, 1));
}

ptrdiff_t largest_sample(const Tensor& t) {
  const std::vector<double> v = t.doubles();
  size_t best = 0;
  for (size_t i = 1; i < v.size(); ++i)
    if (std::abs(v[i]) > std::abs(v[best])) best = i;
  return v.empty() ? -1 : ptrdiff_t(best) / (t.count() / t.shape()[0]);
}

void throw_if_not_finite(const Tensor& t, std::string_view op) {
  if (all_finite(t)) return;
  const std::vector<double> v = t.doubles();
  const ptrdiff_t i = std::find_if(v.begin(), v.end(), [](double x) { return !std::isfinite(x); }) - v.begin();
  const ptrdiff_t sample = t.shape().rank() == 0 ? -1 : i / (t.count() / t.shape()[0]);
  const std::string scope = Scope::path();
  const std::string whose = text(op, scope.empty() ? "" : " in '" + scope + "'", ": the result ");
  throw NonFiniteError(
      sample < 0 ? whose + "is not finite" : text(whose, t.shape(), " is not finite, first in sample ", sample),
      std::string(op), scope, sample);
}

}  // namespace skew
